/**
 * Host ports: ports of nodes that lead to pods.
 */
import { type AddressSet, addressSets, LOOPBACK, NO_ADDRESSES } from "../../models/base/address.ts";
import {
  type Pod,
  podId,
  type UnmodelledFrontend,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { parseAddress } from "../base/ip.ts";
import { type Claim, frontend, FRONTEND_CODE } from "./frontend-claim.ts";
import { type PodDraft, protocolOf } from "./pod-draft.ts";
import type { Population } from "./pods.ts";
import type { Sink } from "./sink.ts";

/** The host ports of all pods, one frontend for each workload, port and protocol; each has a note. */
export function hostPortFrontends(
  population: Population,
  allNodes: AddressSet,
  sink: Sink,
): readonly UnmodelledFrontend[] {
  const nodeAddresses = new Map(
    population.nodes.map((node) => [node.name, addressSets.ofAddresses(ownAddressesOf(node))]),
  );
  const found = new Map<string, UnmodelledFrontend>();
  for (const pod of population.pods) {
    if (pod.hostNetwork) continue;
    const certain = !population.placements.has(podId(pod));
    const nodes = certain ? (nodeAddresses.get(pod.node) ?? allNodes) : allNodes;
    for (const own of hostPortsOfPod(pod, population.draftOf.get(podId(pod)), nodes)) {
      const key = `${own.text} ${own.protocol}`;
      const known = found.get(key);
      const addresses = addressSets.union(own.addresses, known?.addresses ?? NO_ADDRESSES);
      const leadsTo = [...(known?.leadsTo ?? []), podId(pod)];
      found.set(key, { ...own, addresses, leadsTo });
      if (known === undefined) reportHostPort(own, sink);
    }
  }
  return [...found.values()];
}

function reportHostPort({ text, origin }: UnmodelledFrontend, sink: Sink): void {
  sink.diagnostics.push({
    code: FRONTEND_CODE,
    severity: "note",
    message: `${text} is reached at addresses of nodes: answers about connections to there are undecided`,
    at: origin,
  });
}

/** @source https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports (hostPort, hostIP; S1.10) */
function hostPortsOfPod(
  pod: Pod,
  draft: PodDraft | undefined,
  nodes: AddressSet,
): readonly UnmodelledFrontend[] {
  const { namespace, kind, name } = pod.workload;
  const specs = (draft?.spec.containers ?? [])
    .flatMap((container) => container.ports)
    .filter((spec) => spec.hostPort !== undefined);
  return specs.flatMap((spec) => {
    const number = spec.hostPort?.value ?? 0;
    if (number === 0) return [];
    const stated = parseAddress(spec.hostIP?.value ?? "");
    const everywhere = stated === undefined || stated.bits === 0n;
    // Loopback of a node is not among the addresses of the network between nodes.
    if (!everywhere && addressSets.contains(LOOPBACK, stated)) return [];
    const claim: Claim = {
      addresses: everywhere ? nodes : addressSets.ofAddresses([stated]),
      protocol: protocolOf(spec.protocol),
      ports: [[number, number]],
    };
    const text = `host port ${String(number)} of ${namespace}/${kind}/${name}`;
    return [frontend(claim, text, spec.hostPort?.at ?? pod.origin, [podId(pod)])];
  });
}

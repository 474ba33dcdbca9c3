/**
 * Host ports: ports of nodes that lead to pods.
 */
import {
  type Address,
  type AddressSet,
  addressSets,
  LOOPBACK,
  NO_ADDRESSES,
  sameAddress,
} from "../../models/base/address.ts";
import {
  type HostPort,
  type Pod,
  type PodId,
  podId,
  type UnmodelledFrontend,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { groupBy } from "../base/group-by.ts";
import { parseAddress } from "../base/ip.ts";
import type { ContainerPortSpec } from "../manifest/resources.ts";
import { claimKey } from "./claim-key.ts";
import { frontend, FRONTEND_CODE } from "./frontend-claim.ts";
import { protocolOf } from "./pod-draft.ts";
import type { Population } from "./pods.ts";
import type { Sink } from "./sink.ts";

/** A host port of a pod, and where it is. */
export interface HostPortWish {
  readonly pod: Pod;
  readonly mapped: HostPort;
  /** Whether it is known on which node it is, and that the node has the address which it names. */
  readonly certain: boolean;
  /** The addresses at which it is: those of all nodes where it is not known on which. */
  readonly addresses: AddressSet;
  /** Each address and port that it takes; empty where it is not certain. */
  readonly keys: readonly string[];
}

/**
 * The host ports of all pods with a network of their own. One at a node's loopback alone is left out: nothing
 * reaches it over the network.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports (hostPort, hostIP; S1.10)
 */
export function hostPortWishes(population: Population): readonly HostPortWish[] {
  const { nodes, placements, draftOf, nodeAddresses } = population;
  const everywhere = addressSets.ofAddresses(nodes.flatMap(ownAddressesOf));
  const byName = new Map(nodes.map((node) => [node.name, ownAddressesOf(node)]));
  return population.pods.flatMap((pod): readonly HostPortWish[] => {
    if (pod.hostNetwork) return [];
    const specs = (draftOf.get(podId(pod))?.spec.containers ?? []).flatMap(({ ports }) => ports);
    const isPlaced = nodes.length === 1 || !placements.has(podId(pod));
    const own = isPlaced ? byName.get(pod.node) : undefined;
    const isAssumed = nodeAddresses.has(pod.node);
    return specs.flatMap((spec) => wishOf(pod, spec, own, isAssumed, everywhere));
  });
}

/** `own`: the addresses of the pod's node, where that is known; they may be assumed. */
function wishOf(
  pod: Pod,
  spec: ContainerPortSpec,
  own: readonly Address[] | undefined,
  isAssumed: boolean,
  everywhere: AddressSet,
): readonly HostPortWish[] {
  const mapped = mappingOf(spec);
  if (mapped === undefined) return [];
  const { address, family, protocol, number } = mapped;
  if (address === undefined) {
    const isAt = (one: Address): boolean => family === undefined || one.family === family;
    const near = own?.filter(isAt);
    const all = family === undefined ? everywhere : addressSets.onlyFamily(everywhere, family);
    const addresses = near === undefined ? all : addressSets.ofAddresses(near);
    const keys = (near ?? []).map((one) => claimKey(protocol, one, number));
    return [{ pod, mapped, certain: near !== undefined, addresses, keys }];
  }
  if (addressSets.contains(LOOPBACK, address)) return [];
  const certain = !isAssumed && own?.some((one) => sameAddress(one, address)) === true;
  const keys = certain ? [claimKey(protocol, address, number)] : [];
  return [{ pod, mapped, certain, addresses: addressSets.ofAddresses([address]), keys }];
}

/**
 * The host port that `spec` states, if it does; the address of nobody in particular stands for its family.
 *
 * @source https://github.com/containernetworking/plugins/blob/main/plugins/meta/portmap/portmap_iptables.go (a mapping with a host address is made for its family; S1.10)
 */
function mappingOf(spec: ContainerPortSpec): HostPort | undefined {
  const { hostPort, hostIP, containerPort, protocol } = spec;
  if (hostPort === undefined || hostPort.value === 0) return undefined;
  const stated = parseAddress(hostIP?.value ?? "");
  return {
    protocol: protocolOf(protocol),
    number: hostPort.value,
    ...(stated === undefined
      ? {}
      : stated.bits === 0n
        ? { family: stated.family }
        : { address: stated }),
    target: containerPort.value,
    origin: hostPort.at,
  };
}

/** Which host ports lead where they say, and what is not known of the others. */
export interface HostPorts {
  readonly known: ReadonlyMap<PodId, readonly HostPort[]>;
  /** One for each workload, port and protocol; each has a note. */
  readonly frontends: readonly UnmodelledFrontend[];
}

/** `wishes` that are certain and whose addresses and ports are free are known; the others are frontends. */
export function hostPorts(
  wishes: readonly HostPortWish[],
  isFree: (key: string) => boolean,
  sink: Sink,
): HostPorts {
  const isKnown = ({ certain, keys }: HostPortWish): boolean => certain && keys.every(isFree);
  const known = groupBy(wishes.filter(isKnown), ({ pod }) => podId(pod));
  return {
    known: new Map([...known].map(([id, own]) => [id, own.map(({ mapped }) => mapped)])),
    frontends: hostPortFrontends(
      wishes.filter((wish) => !isKnown(wish)),
      sink,
    ),
  };
}

function hostPortFrontends(
  wishes: readonly HostPortWish[],
  sink: Sink,
): readonly UnmodelledFrontend[] {
  const found = new Map<string, UnmodelledFrontend>();
  for (const { pod, mapped, addresses } of wishes) {
    const { protocol, number, origin } = mapped;
    const { namespace, kind, name } = pod.workload;
    const text = `host port ${String(number)} of ${namespace}/${kind}/${name}`;
    const key = `${text} ${protocol}`;
    const known = found.get(key);
    const all = addressSets.union(addresses, known?.addresses ?? NO_ADDRESSES);
    const leadsTo = [...(known?.leadsTo ?? []), podId(pod)];
    const claim = { addresses: all, protocol, ports: [[number, number]] } as const;
    const made = frontend(claim, text, known?.origin ?? origin, leadsTo);
    found.set(key, made);
    if (known === undefined) reportHostPort(made, sink);
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

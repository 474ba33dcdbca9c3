/**
 * Whether the endpoints of a service fare alike: whoever calls it gets to all of them, or to none.
 */
import { type Address, addressSets, type Prefix, sameAddress } from "../../models/base/address.ts";
import {
  type Pod,
  podEndpoint,
  podId,
  type Service,
  type ServicePort,
} from "../../models/kubernetes/cluster.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import type { Packet } from "../../models/network/network.ts";
import type { Trace } from "../../models/network/trace.ts";
import { becauseOf, undecidedBy } from "./because.ts";
import { EPHEMERAL_PORT } from "./believable.ts";
import { portText } from "./counterexample.ts";
import type { GroundResult } from "./ground.ts";
import { workloadName } from "./naming.ts";
import { addressOf, speakers } from "./processes.ts";
import { replay } from "./replay.ts";
import type { Subject } from "./subject.ts";
import type { Because, Counterexample, UndecidedReason } from "./types.ts";

/** The most calls that are shown, each by two packets. */
const SHOWN_MAX = 3;

/** A port of a service at one of its addresses, and the pods behind it. */
interface Called {
  readonly service: Service;
  readonly port: ServicePort;
  readonly address: Address;
  readonly behind: readonly Pod[];
}

/**
 * Refuted by each pod that certainly reaches some endpoints of a service and others not, shown by a packet of
 * each kind and the lines that decide; proved iff there is none. A pod that is led back to itself is not asked.
 *
 * @cost for services with endpoints that a policy can tell apart: three packets for each pod
 */
export function endpointsAgree(subject: Subject): GroundResult {
  const { cluster } = subject;
  const called = cluster.policies.length === 0 ? [] : calledPorts(subject);
  const speaker = speakers(subject.network("assumed"));
  const broken: Counterexample[] = [];
  const open: UndecidedReason[] = [];
  let cases = 0;
  let count = 0;
  for (const one of called.filter((candidate) => canDiffer(subject, candidate))) {
    const seen = new Set<string>();
    for (const client of cluster.pods) {
      const process = speaker.get(podEndpoint(client))?.id;
      const source = addressOf(client.addresses, one.address.family);
      if (client.hostNetwork || process === undefined || source === undefined) continue;
      cases += 1;
      const packet = packetTo(process, source, one);
      const found = disagreement(subject, client, one, packet);
      open.push(...found.open);
      const name = workloadName(client);
      if (found.by.length === 0 || seen.has(name)) continue;
      seen.add(name);
      count += 1;
      if (count <= SHOWN_MAX) broken.push(...found.by);
    }
  }
  const method = { kind: "computed", cases, proofs: 0 } as const;
  const [first, ...rest] = broken;
  if (first !== undefined) {
    const others = Math.max(0, count - SHOWN_MAX);
    return { outcome: { kind: "refuted", by: [first, ...rest], others }, method };
  }
  const why = [
    ...new Map(open.map((reason) => [`${reason.code} ${reason.text}`, reason])).values(),
  ];
  if (why.length > 0) return { outcome: { kind: "undecided", why }, method };
  return { outcome: { kind: "proved" }, method };
}

function calledPorts({ cluster }: Subject): readonly Called[] {
  return cluster.services.flatMap((service) =>
    service.addresses.flatMap((address) =>
      service.ports.flatMap((port): readonly Called[] => {
        const led = endpoints(cluster, service, port, address.family);
        const behind = cluster.pods.filter((pod) =>
          pod.addresses.some((own) => led.some((end) => sameAddress(own, end.address))),
        );
        return led.length < 2 ? [] : [{ service, port, address, behind }];
      }),
    ),
  );
}

/**
 * Whether a policy could tell the endpoints apart: they are of several workloads, some are no pods of their own,
 * what comes from a node's address is on several nodes,
 * a block has some of their addresses and not others, or something that is not modelled is about some of them.
 */
function canDiffer(
  { cluster, profile, unknowns }: Subject,
  { address, service, port, behind }: Called,
): boolean {
  const led = endpoints(cluster, service, port, address.family);
  const workloads = new Set(behind.map((pod) => `${workloadName(pod)} ${labelsOf(pod)}`));
  if (workloads.size > 1 || behind.length !== led.length || behind.some((pod) => pod.hostNetwork)) {
    return true;
  }
  // The node's address in place of the client's is exempt at the node's own pods, and one of several elsewhere.
  if (profile.masqueradeAll && new Set(behind.map(({ node }) => node)).size > 1) return true;
  const isAssumed = behind.some((pod) => unknowns.podAddresses.has(podId(pod)));
  const own = addressSets.ofAddresses(led.map((end) => end.address));
  const all = isAssumed
    ? addressSets.union(
        own,
        addressSets.ofPrefixes(cluster.podCidrs.filter(({ family }) => family === address.family)),
      )
    : own;
  const isCut = (block: Prefix): boolean => {
    const within = addressSets.intersect(all, addressSets.ofPrefixes([block]));
    return !addressSets.isEmpty(within) && !addressSets.equals(within, all);
  };
  const ids = behind.map(podId);
  const isPartly = unknowns.footprints.some(
    ({ pods }) => ids.some((id) => pods.has(id)) && !ids.every((id) => pods.has(id)),
  );
  return isPartly || blocksOf(cluster).some(isCut);
}

function labelsOf({ labels }: Pod): string {
  return [...labels]
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join();
}

function blocksOf({ policies }: Subject["cluster"]): readonly Prefix[] {
  return policies
    .flatMap((policy) => [...policy.ingress, ...policy.egress])
    .flatMap(({ peers }) => (peers === "any" ? [] : peers))
    .flatMap((peer) => (peer.kind === "pods" ? [] : [peer.cidr, ...peer.except]));
}

function packetTo(from: string, source: Address, { address, port }: Called): Packet {
  const header = {
    family: address.family,
    protocol: port.protocol,
    source: source.bits,
    sourcePort: EPHEMERAL_PORT,
    destination: address.bits,
    destinationPort: port.port,
  };
  return { from, header };
}

interface Found {
  readonly by: readonly Counterexample[];
  readonly open: readonly UndecidedReason[];
}

function disagreement(subject: Subject, client: Pod, called: Called, packet: Packet): Found {
  const own = (trace: Trace): boolean =>
    client.addresses.some(({ bits }) => trace.verdict.header.destination === bits);
  const run = (bound: "least" | "most"): readonly Trace[] =>
    subject
      .engine(bound)
      .run(packet)
      .filter((trace) => !own(trace));
  const [least, most] = [run("least"), run("most")];
  if (least.every(isDelivered) || !most.some(isDelivered)) return { by: [], open: [] };
  if (!least.some(isDelivered) || most.every(isDelivered)) {
    return { by: [], open: undecidedBy([...least, ...most]) };
  }
  const traces = replay(subject, "assumed", packet).filter((trace) => !own(trace));
  const refused = traces.find((trace) => !isDelivered(trace));
  const reached = traces.find(isDelivered);
  if (refused === undefined || reached === undefined) return { by: [], open: [] };
  const { service } = called;
  const call = `what ${workloadName(client)} sends to svc:${service.namespace}/${service.name} on ${portText(packet.header)}`;
  const example = (trace: Trace, what: string): Counterexample => ({
    summary: `${call} ${what}`,
    trace,
    because: becauseOf(trace),
  });
  return {
    by: [
      {
        ...example(refused, "DEPENDS on the endpoint: some are not reached, others are"),
        because: distinct([...becauseOf(refused), ...becauseOf(reached)]),
      },
      example(reached, "reaches other endpoints"),
    ],
    open: [],
  };
}

function distinct(reasons: readonly Because[]): readonly Because[] {
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
}

function isDelivered({ verdict }: Trace): boolean {
  return verdict.kind === "delivered";
}

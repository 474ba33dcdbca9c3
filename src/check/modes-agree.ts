/**
 * Whether the answers would be the same with another kind of kube-proxy, but for the documented differences.
 */
import type { Address } from "../../models/base/address.ts";
import { outcomeKey } from "../../models/base/connection.ts";
import { type Service, OUTSIDE, ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import { outsideAddresses as beyond } from "../../models/kubernetes/ends.ts";
import { type KubeProxyMode, KUBE_PROXY_MODES } from "../../models/kubernetes/profile.ts";
import { outcomes } from "../../models/network/connection.ts";
import type { Network, Packet } from "../../models/network/network.ts";
import type { Trace } from "../../models/network/trace.ts";
import { groupBy } from "../base/group-by.ts";
import { formatAddress } from "../base/ip.ts";
import { becauseOf } from "./because.ts";
import type { Family } from "../../models/base/family.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import { portText, senderName } from "./counterexample.ts";
import type { GroundResult } from "./ground.ts";
import { classKey, networkClasses } from "./network-classes.ts";
import { outsideAddresses } from "./outside-parts.ts";
import { nodeEnds } from "./pair-cases.ts";
import { speakers } from "./processes.ts";
import { EPHEMERAL_PORT } from "./believable.ts";
import { replay } from "./replay.ts";
import { sameTables } from "./same-tables.ts";
import { createSubject, type Subject } from "./subject.ts";
import type { Counterexample } from "./types.ts";

/** The most differences that are shown. */
const SHOWN_MAX = 3;

/** What differs as documented; it is set alike before modes are compared. */
const DOCUMENTED: readonly string[] = [
  "ports that a service does not define (dropped or rejected, S4.14)",
  "which addresses of a node have node ports, loopback included (S4.3)",
  "what nodes send to external addresses and load balancers of services without endpoints (S4.12)",
];

/**
 * Proved iff the network is the same in the modes iptables, nftables and the one of the profile, or every
 * frontend does the same to every class of clients; refuted by packets that fare otherwise, each shown in two
 * modes. In the mode ipvs, what policy Local does is such a difference.
 *
 * @cost one more network for each other mode; where they differ, clients × frontends packets
 */
export function modesAgree(subject: Subject): GroundResult {
  const { cluster, profile } = subject;
  const own = profile.kubeProxyMode;
  if (!cluster.services.some(({ ports }) => ports.length > 0)) return proved(0);
  const others = KUBE_PROXY_MODES.filter((mode) => mode !== own && mode !== "ipvs").map((mode) =>
    inMode(subject, mode),
  );
  const base = inMode(subject, own);
  const different = others.filter((other) => !sameNetwork(base, other));
  const calls = different.length === 0 ? [] : callsOf(subject);
  const broken: Counterexample[] = [];
  const alike: Counterexample[] = [];
  let count = 0;
  for (const other of different) {
    for (const call of calls) {
      const found = differenceOf(base, other, call);
      if (found === undefined) continue;
      count += 1;
      // What ends in another way is shown first; the others differ in what was seen on the way.
      const isTelling = found.some(({ trace }) => wordOf(trace) !== wordOf(found[0]?.trace));
      (isTelling ? broken : alike).push(...found);
    }
  }
  const [first, ...rest] = [...broken, ...alike].slice(0, 2 * SHOWN_MAX);
  if (first === undefined) return proved(calls.length);
  return {
    outcome: { kind: "refuted", by: [first, ...rest], others: Math.max(0, count - SHOWN_MAX) },
    method: { kind: "computed", cases: calls.length, proofs: 0 },
    leavesOut: DOCUMENTED,
  };
}

function proved(cases: number): GroundResult {
  return {
    outcome: { kind: "proved" },
    method: { kind: "computed", cases, proofs: 0 },
    leavesOut: cases === 0 ? [] : DOCUMENTED,
  };
}

/** The cluster as it is in `mode`, without the documented differences. */
function inMode(subject: Subject, mode: KubeProxyMode): Subject {
  const { cluster, profile, unknowns, lowering } = subject;
  const own = { ...profile, kubeProxyMode: mode, localhostNodePorts: false };
  return createSubject(cluster, own, unknowns, lowering);
}

/** No policy depends on the mode: the networks are compared without any. */
function sameNetwork(a: Subject, b: Subject): boolean {
  const bare = ({ cluster, profile, lowering }: Subject): Network =>
    lowering({ ...cluster, policies: [] }, profile);
  return sameTables(bare(a), bare(b));
}

/** A call of a frontend. */
interface Call {
  readonly packet: Packet;
  /** `port 80 of shop/Service/web`. */
  readonly text: string;
}

/** Each frontend, called by one client of each class. */
function callsOf(subject: Subject): readonly Call[] {
  const clients = clientsOf(subject);
  return subject.cluster.services.flatMap((service) =>
    frontendsOf(subject, service).flatMap(({ address, protocol, port, text, isBare }) =>
      clients
        .filter(({ source }) => source.family === address.family)
        // The mode iptables does not refuse what the node itself sends there.
        .filter(({ isNode }) => !(isBare && isNode))
        .map(({ process, source }): Call => {
          const header = {
            family: address.family,
            protocol,
            source: source.bits,
            sourcePort: EPHEMERAL_PORT,
            destination: address.bits,
            destinationPort: port,
          };
          return { packet: { from: process, header }, text };
        }),
    ),
  );
}

function frontendsOf({ cluster }: Subject, service: Service) {
  const { addresses, externalAddresses = [], balancer, namespace, name } = service;
  const nodes = cluster.nodes.flatMap(ownAddressesOf);
  return service.ports.flatMap((own) => {
    const { protocol, port, nodePort } = own;
    const hasNone = (family: Family): boolean =>
      endpoints(cluster, service, own, family).length === 0;
    const at = (number: number, where: readonly Address[], isBeyond = false) =>
      where.map((address) => ({
        address,
        protocol,
        port: number,
        isBare: isBeyond && hasNone(address.family),
        text: `${namespace}/Service/${name} at ${formatAddress(address)}`,
      }));
    return [
      ...at(port, addresses),
      ...at(port, [...externalAddresses, ...(balancer?.addresses ?? [])], true),
      ...(nodePort === undefined ? [] : at(nodePort, nodes)),
    ];
  });
}

interface Client {
  readonly process: string;
  readonly isNode: boolean;
  readonly source: Address;
}

/** One pod of each class on each node, each node, and one address of each part of the outside. */
function clientsOf(subject: Subject): readonly Client[] {
  const speaker = speakers(subject.network("assumed"));
  const ends = subject.cluster.pods
    .filter((pod) => !pod.hostNetwork)
    .flatMap((pod) => {
      const process = speaker.get(`pod:${pod.namespace}/${pod.name}`)?.id;
      return process === undefined ? [] : [{ process, addresses: pod.addresses, node: pod.node }];
    });
  const classes = networkClasses(subject.reach("assumed"), ends);
  const numbered = ends.map((end, index) => ({ end, index }));
  const grouped = groupBy(numbered, (e) => `${e.end.node}|${classKey(classes, e.index)}`);
  const pods = [...grouped.values()].flatMap(([first]) => (first === undefined ? [] : [first.end]));
  const outside = speaker.get(OUTSIDE)?.id;
  return [
    ...pods.flatMap(({ process, addresses }) =>
      addresses.map((source) => ({ process, source, isNode: false })),
    ),
    ...nodeEnds(subject).flatMap(({ process, addresses }) =>
      addresses.map((source) => ({ process, source, isNode: true })),
    ),
    ...(outside === undefined
      ? []
      : outsideAddresses(subject, beyond(subject.cluster), []).map((source) => ({
          process: outside,
          source,
          isNode: false,
        }))),
  ];
}

/** What `call` comes to in both modes, if that differs. */
function differenceOf(
  base: Subject,
  other: Subject,
  { packet, text }: Call,
): readonly Counterexample[] | undefined {
  const [own, theirs] = [
    fates(base.network("assumed"), packet),
    fates(other.network("assumed"), packet),
  ];
  if (own.join() === theirs.join()) return undefined;
  const inBoth = [base, other]
    .map((s) => `${wordsOf(replay(s, "assumed", packet))} in the mode ${s.profile.kubeProxyMode}`)
    .join(", ");
  const show = (subject: Subject): readonly Counterexample[] => {
    const traces: readonly Trace[] = replay(subject, "assumed", packet);
    const [trace] = traces;
    if (trace === undefined) return [];
    const from = senderName(base, trace);
    const called = portText(packet.header);
    return [
      {
        summary: `what ${from} sends to ${text} on ${called} is ${inBoth}`,
        trace,
        because: becauseOf(trace),
      },
    ];
  };
  return [...show(base), ...show(other)];
}

/** What can come of `packet`; of what does not arrive, where it ended is nobody's business. */
function fates(network: Network, packet: Packet): readonly string[] {
  const keys = outcomes(network, packet).map((outcome) =>
    outcome.fate === "delivered" ? outcomeKey(outcome) : outcome.fate,
  );
  return [...new Set(keys)].sort();
}

function wordOf(trace: Trace | undefined): string {
  return trace === undefined ? "" : wordsOf([trace]);
}

function wordsOf(traces: readonly Trace[]): string {
  const words = traces.map(({ verdict }) =>
    verdict.kind === "delivered"
      ? `delivered to ${verdict.to}`
      : verdict.kind === "discarded"
        ? `discarded (${verdict.reason})`
        : verdict.kind,
  );
  return [...new Set(words)].sort().join(", or ");
}

/**
 * The situations that packet properties speak about: who calls whom, by which address, and what the
 * definition admits. One for each pair of classes.
 */
import type { Address } from "../../models/base/address.ts";
import { admitted } from "../../models/kubernetes/admitted.ts";
import { nodeEndpoint, ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import type { Situation } from "./expectations.ts";
import { type PairCase, nodeEnds } from "./pair-cases.ts";
import { addressOf } from "./processes.ts";
import { NO_PORTS, type Prover, portsOfBoxes, portsTerm } from "./prover.ts";
import { createSlicer } from "./slice.ts";
import type { Subject } from "./subject.ts";

/** A situation, and the part of a claim's domain that it belongs to. */
export interface Scene extends Situation {
  readonly senders: "pods" | "nodes";
  readonly receivers: "pod-address" | "service-address" | "node-address";
  readonly placement: "same-node" | "other-node";
  readonly source: Address;
  readonly destination: Address;
  /** Names for reports. */
  readonly from: string;
  readonly to: string;
  /** Ordered pairs of ends that the scene stands for. */
  readonly pairs: number;
}

/** The `cases`, each explored and held against the definition. */
export function* podScenes(
  subject: Subject,
  prover: Prover,
  cases: Iterable<PairCase>,
): Generator<Scene> {
  const slicer = createSlicer(subject.cluster);
  for (const pairCase of cases) {
    const { family, from, to, source, destination } = pairCase;
    const exploration = prover.explorer.paths(from.process, {
      family,
      sources: [[source.bits, source.bits]],
      destinations: [[destination.bits, destination.bits]],
    });
    const pods = [from.pod, to.pod].flatMap((pod) => pod ?? []);
    const boxes = admitted(slicer.slice(pods), subject.profile, from.endpoint, to.endpoint);
    const ports = portsOfBoxes(boxes, source, destination);
    yield {
      ...prover,
      exploration,
      receiver: to.endpoint,
      senderAddresses: from.addresses,
      admitted: portsTerm(prover.terms, exploration.header, ports),
      ...sceneOf(pairCase),
    };
  }
}

function sceneOf(
  pairCase: PairCase,
): Pick<
  Scene,
  "senders" | "receivers" | "placement" | "source" | "destination" | "from" | "to" | "pairs"
> {
  const { from, to, source, destination, pairs } = pairCase;
  return {
    senders: from.pod === undefined ? "nodes" : "pods",
    receivers: "pod-address",
    placement: from.node === to.node ? "same-node" : "other-node",
    source,
    destination,
    from: from.endpoint,
    to: to.endpoint,
    pairs,
  };
}

/**
 * Pods and nodes that call services and nodes, in a network without filters (`open`): one sender for each
 * node, and for services each endpoint as well, since it may be led back to itself. What holds without
 * filters of every packet that a filter would pass holds with filters: filters only remove packets.
 */
export function* openScenes(open: Subject, prover: Prover): Generator<Scene> {
  yield* serviceScenes(open, prover);
  yield* nodeScenes(open, prover);
}

interface Caller {
  readonly endpoint: string;
  readonly process: string;
  readonly node: string;
  readonly kind: "pods" | "nodes";
  readonly addresses: readonly Address[];
}

/** Of each node one pod with addresses of each family, then every node. */
function callers(open: Subject): readonly Caller[] {
  const seen = new Set<string>();
  const pods = podCallers(open).filter(({ node, addresses }) => {
    const fresh = addresses
      .map(({ family }) => `${family} ${node}`)
      .filter((key) => !seen.has(key));
    for (const key of fresh) seen.add(key);
    return fresh.length > 0;
  });
  const nodes = nodeEnds(open).map((end): Caller => ({ ...end, kind: "nodes" }));
  return [...pods, ...nodes];
}

function podCallers(open: Subject): readonly Caller[] {
  return open.cluster.pods
    .filter((pod) => !pod.hostNetwork)
    .flatMap((pod): readonly Caller[] => {
      const endpoint = `pod:${pod.namespace}/${pod.name}`;
      const [process] = pod.containers;
      if (process === undefined) return [];
      const id = `${endpoint}/${process.name}`;
      return [{ endpoint, process: id, node: pod.node, kind: "pods", addresses: pod.addresses }];
    });
}

function* serviceScenes(open: Subject, prover: Prover): Generator<Scene> {
  const byAddress = new Map(
    podCallers(open).flatMap((caller) =>
      caller.addresses.map((a) => [`${a.family} ${String(a.bits)}`, caller] as const),
    ),
  );
  const everywhere = callers(open);
  for (const service of open.cluster.services) {
    for (const destination of service.addresses) {
      for (const port of service.ports) {
        const led = endpoints(open.cluster, service, port, destination.family);
        const own = led.flatMap(
          ({ address }) => byAddress.get(`${address.family} ${String(address.bits)}`) ?? [],
        );
        for (const caller of new Set([...everywhere, ...own])) {
          const only = { ...NO_PORTS, [port.protocol]: [[port.port, port.port]] };
          const scene = openScene(prover, caller, destination, only);
          if (scene === undefined) continue;
          const to = `svc:${service.namespace}/${service.name}`;
          yield { ...scene, to, receivers: "service-address", endpoints: led };
        }
      }
    }
  }
}

function* nodeScenes(open: Subject, prover: Prover): Generator<Scene> {
  for (const node of open.cluster.nodes) {
    for (const destination of ownAddressesOf(node)) {
      for (const caller of callers(open)) {
        const scene = openScene(prover, caller, destination, undefined);
        if (scene === undefined) continue;
        const receiver = nodeEndpoint(node);
        const placement = caller.node === node.name ? "same-node" : "other-node";
        yield { ...scene, to: receiver, receivers: "node-address", placement };
      }
    }
  }
}

/** Calls from `caller` to `destination`; `only` restricts protocol and port. */
function openScene(
  prover: Prover,
  caller: Caller,
  destination: Address,
  only: typeof NO_PORTS | undefined,
): Omit<Scene, "to" | "receivers"> | undefined {
  const { family } = destination;
  const source = addressOf(caller.addresses, family);
  if (source === undefined) return undefined;
  const found = prover.explorer.paths(caller.process, {
    family,
    sources: [[source.bits, source.bits]],
    destinations: [[destination.bits, destination.bits]],
  });
  const { terms } = prover;
  const called = only === undefined ? terms.yes : portsTerm(terms, found.header, only);
  const exploration = { ...found, domain: terms.and(found.domain, called) };
  return {
    ...prover,
    exploration,
    senderAddresses: caller.addresses,
    admitted: terms.yes,
    senders: caller.kind,
    placement: "other-node",
    source,
    destination,
    from: caller.endpoint,
    pairs: 1,
  };
}

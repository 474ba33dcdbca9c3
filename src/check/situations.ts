/**
 * The situations that packet properties speak about: who calls whom, by which address, and what the
 * definition admits. One for each pair of classes.
 */
import type { Address } from "../../models/base/address.ts";
import { admitted } from "../../models/kubernetes/admitted.ts";
import type { Situation } from "./expectations.ts";
import type { PairCase } from "./pair-cases.ts";
import { type Prover, portsOfBoxes, portsTerm } from "./prover.ts";
import { createSlicer } from "./slice.ts";
import type { Subject } from "./subject.ts";

/** A situation, and the part of a claim's domain that it belongs to. */
export interface Scene extends Situation {
  readonly senders: "pods" | "nodes" | "outside";
  readonly receivers: "pod-address" | "service-address" | "published-address" | "node-address";
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

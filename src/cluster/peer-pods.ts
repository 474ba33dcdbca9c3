/**
 * The pods that peers of policies select, as far as is known.
 */
import type { Namespace, Pod } from "../../models/kubernetes/cluster.ts";
import type { Peer } from "../../models/kubernetes/policy.ts";
import { type LabelSelector, selects } from "../../models/kubernetes/selector.ts";
import { asksForMore } from "./namespaces.ts";
import type { PodIndex } from "./pod-index.ts";

/** A peer that names pods. */
type PodPeer = Extract<Peer, { kind: "pods" }>;

/** Whom a peer selects; `maybe` when labels that are not known could make it more. */
interface PeerPods {
  readonly pods: readonly Pod[];
  readonly maybe: boolean;
  readonly anyNamespace: boolean;
}

/** Finds the pods of a peer of a policy of `namespace`. */
export type PeerFinder = (namespace: string, peer: PodPeer) => PeerPods;

/** Where peers are looked for. */
export interface PeerSurroundings {
  readonly index: PodIndex;
  readonly namespaces: readonly Namespace[];
  readonly unknownLabels: ReadonlySet<string>;
}

/** Finds the pods of peers; namespaces of equal selectors are looked for once. */
export function peerFinder(around: PeerSurroundings): PeerFinder {
  const known = new Map<string, readonly Namespace[]>();
  const matching = (selector: LabelSelector): readonly Namespace[] => {
    const key = JSON.stringify([[...selector.matchLabels], selector.matchExpressions]);
    const found = known.get(key) ?? around.namespaces.filter((n) => selects(selector, n.labels));
    known.set(key, found);
    return found;
  };
  return (namespace, peer) => {
    const selector = peer.namespaceSelector;
    const names = selector === undefined ? [namespace] : matching(selector).map((n) => n.name);
    const inOne = (name: string): readonly Pod[] =>
      peer.podSelector === undefined
        ? around.index.inNamespace(name)
        : around.index.selected(name, peer.podSelector);
    return {
      pods: names.length === 1 ? inOne(names[0] ?? namespace) : names.flatMap(inOne),
      maybe: asksForMore(selector) && around.unknownLabels.size > 0,
      anyNamespace: names.length > 0,
    };
  };
}

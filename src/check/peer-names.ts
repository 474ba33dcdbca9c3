/**
 * Whom the peers of policies name, remembered: many rules name the same pods in the same words.
 */
import { type Address, prefixContains } from "../../models/base/address.ts";
import type { Cluster, Pod } from "../../models/kubernetes/cluster.ts";
import { type PodPeer, namesPod } from "../../models/kubernetes/peer.ts";
import type { Peer } from "../../models/kubernetes/policy.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import type { LabelSelector } from "../../models/kubernetes/selector.ts";
import { memo } from "../base/memo.ts";

/** The other end of a connection at a pod: a pod with a network of its own, or a node. */
export interface NamedEnd {
  /** Absent for nodes. */
  readonly pod?: Pod | undefined;
  /** The address that is used. */
  readonly address: Address;
}

/** Reads peers of one cluster. */
export interface Namers {
  /** Whether `peer` of a policy in `namespace` names an end. Equal peers share what is remembered. */
  readonly names: (namespace: string, peer: Peer) => (end: NamedEnd) => boolean;
}

/** Namers of `cluster`, whose installation lets blocks match as said. @cost one reading of the labels for each pair of a peer's words and a pod */
export function createNamers(cluster: Cluster, { ipBlocks }: Pick<Profile, "ipBlocks">): Namers {
  const namespaces = new Map(cluster.namespaces.map((namespace) => [namespace.name, namespace]));
  const byLabels = new Map<string, (end: NamedEnd) => boolean>();
  const labelNamer = (namespace: string, peer: PodPeer): ((end: NamedEnd) => boolean) => {
    const isNamed = memo((pod: Pod): boolean => {
      const home = namespaces.get(pod.namespace);
      const near = { ...cluster, namespaces: home === undefined ? [] : [home] };
      return namesPod(near, namespace, peer, pod);
    });
    return ({ pod }) => pod !== undefined && isNamed(pod);
  };
  return {
    names: (namespace, peer) => {
      if (peer.kind === "ipBlock") {
        if (ipBlocks === "outside") return () => false;
        return ({ pod, address }) =>
          (ipBlocks === "any" || pod === undefined) &&
          prefixContains(peer.cidr, address) &&
          !peer.except.some((exception) => prefixContains(exception, address));
      }
      const key = wordsOf(namespace, peer);
      const known = byLabels.get(key) ?? labelNamer(namespace, peer);
      byLabels.set(key, known);
      return known;
    },
  };
}

function wordsOf(namespace: string, { podSelector, namespaceSelector }: PodPeer): string {
  const words = (selector: LabelSelector | undefined): unknown =>
    selector === undefined ? null : [[...selector.matchLabels], selector.matchExpressions];
  const near = namespaceSelector === undefined ? namespace : null;
  return JSON.stringify([near, words(podSelector), words(namespaceSelector)]);
}

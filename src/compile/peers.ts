/**
 * Whom a policy's peers name, as sets of addresses. Items of a list are alternatives; the two selectors
 * of one item have to hold together (S6.10 to S6.16).
 */
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import type { NetworkPolicy, Peer } from "../../models/kubernetes/policy.ts";
import { type LabelSelector, aboutNameOnly } from "../../models/kubernetes/selector.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import {
  type Bits,
  bothBits,
  eitherBits,
  isNoBits,
  noBits,
  positionsIn,
  withoutBits,
} from "./bits.ts";
import { type BlockReading, blockReader } from "./blocks.ts";
import { undecidedHostPods, unknownNamespaces } from "./bounds.ts";
import type { Ground } from "./ground.ts";
import { selectedBy, selectorKey } from "./selector-index.ts";

type PodsPeer = Extract<Peer, { kind: "pods" }>;
type BlockPeer = Extract<Peer, { kind: "ipBlock" }>;

/**
 * Whom one peer names. Pods by labels can resolve a named port, and so can the pods (certainly and
 * perhaps) among everyone; addresses cannot (S6.30).
 */
export type Named =
  | { readonly kind: "everyone"; readonly pods: Bits; readonly perhaps: Bits }
  | { readonly kind: "pods"; readonly certain: Bits; readonly uncertain: readonly UncertainPods[] }
  | ({ readonly kind: "addresses" } & BlockReading);

/** Pods that a peer may or may not name. */
export interface UncertainPods {
  readonly pods: Bits;
  readonly code: DiagnosticCode;
}

/** Resolves peers; equal selectors are resolved once. */
export interface Peers {
  readonly named: (policy: NetworkPolicy, peer: Peer | "any") => Named;
}

interface NamespaceReading {
  readonly certain: Bits;
  readonly uncertain: Bits;
}

/**
 * The resolver of peers over the cluster of `ground`. Label peers never name host-network pods, unless
 * the profile leaves that open.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors (v1.34)
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods (v1.34; S6.21)
 */
export function peersOf(ground: Ground): Peers {
  const unknown = unknownNamespaces(ground);
  const readBlock = blockReader(ground);
  const hosts = undecidedHostPods(ground);
  const allKnown = isNoBits(unknown) && isNoBits(hosts);
  const everyone: Named = { kind: "everyone", pods: ground.policyPods, perhaps: hosts };
  // A peer belongs to one policy; its rules are made anew for pods with other named ports.
  const known = new Map<Peer, Named>();
  const namespaces = memoised(selectorKey, (selector: LabelSelector) =>
    podsOfNamespaces(ground, namespacesSelected(ground, selector, unknown)),
  );
  const byLabels = (policy: NetworkPolicy, peer: PodsPeer): Named => {
    const within =
      peer.namespaceSelector === undefined
        ? podsOfNamespace(ground, policy.namespace)
        : namespaces(peer.namespaceSelector);
    const { podSelector } = peer;
    const { podIndex, policyPods } = ground;
    const among = podSelector === undefined ? podIndex.everyone : selectedBy(podIndex, podSelector);
    const certain = bothBits(bothBits(within.certain, among), policyPods);
    if (allKnown) return { kind: "pods", certain, uncertain: [] };
    const perhaps = bothBits(within.uncertain, among);
    const onHosts = bothBits(eitherBits(within.certain, within.uncertain), among);
    return {
      kind: "pods",
      certain,
      uncertain: [
        ...uncertainPods(bothBits(perhaps, policyPods), "NQ3001"),
        ...uncertainPods(bothBits(onHosts, hosts), "NQ3005"),
      ],
    };
  };
  return {
    named: (policy, peer) => {
      if (peer === "any") return everyone;
      const found = known.get(peer);
      if (found !== undefined) return found;
      const fresh: Named =
        peer.kind === "pods"
          ? byLabels(policy, peer)
          : { kind: "addresses", ...readBlock(blockAddresses(ground, peer)) };
      known.set(peer, fresh);
      return fresh;
    },
  };
}

function uncertainPods(pods: Bits, code: DiagnosticCode): readonly UncertainPods[] {
  return isNoBits(pods) ? [] : [{ pods, code }];
}

/**
 * The addresses of an ipBlock: in its CIDR and in none of its exceptions, pods' and nodes' included unless the
 * installation keeps blocks from them.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ (ipBlock; v1.34; S6.16, S6.17)
 * @source https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based (S9.8)
 */
function blockAddresses({ profile, allPods, allNodes }: Ground, peer: BlockPeer): AddressSet {
  const block = addressSets.subtract(
    addressSets.ofPrefixes([peer.cidr]),
    addressSets.ofPrefixes(peer.except),
  );
  if (profile.ipBlocks === "any") return block;
  const others = addressSets.subtract(block, allPods);
  return profile.ipBlocks === "not-pods" ? others : addressSets.subtract(others, allNodes);
}

/**
 * The namespaces that `selector` selects. Of an unknown namespace only the name is known: a selector
 * that asks for more selects it perhaps, unless what is known rules that out.
 */
function namespacesSelected(
  ground: Ground,
  selector: LabelSelector,
  unknown: Bits,
): NamespaceReading {
  const selected = selectedBy(ground.namespaceIndex, selector);
  const decidable = aboutNameOnly(selector);
  if (isNoBits(unknown) || decidable === selector) {
    return { certain: selected, uncertain: noBits(ground.namespaceIndex.size) };
  }
  const possible = selectedBy(ground.namespaceIndex, decidable);
  return { certain: withoutBits(selected, unknown), uncertain: bothBits(possible, unknown) };
}

function podsOfNamespaces(
  ground: Ground,
  { certain, uncertain }: NamespaceReading,
): NamespaceReading {
  const podsIn = (selected: Bits): Bits =>
    positionsIn(selected).reduce((pods, position) => {
      const name = ground.cluster.namespaces[position]?.name ?? "";
      return eitherBits(pods, podsOfNamespace(ground, name).certain);
    }, noBits(ground.podIndex.size));
  return { certain: podsIn(certain), uncertain: podsIn(uncertain) };
}

function podsOfNamespace(ground: Ground, name: string): NamespaceReading {
  const none = noBits(ground.podIndex.size);
  return { certain: ground.podsByNamespace.get(name) ?? none, uncertain: none };
}

function memoised<A, R>(
  keyOf: (argument: A) => string,
  compute: (argument: A) => R,
): (argument: A) => R {
  const known = new Map<string, R>();
  return (argument) => {
    const key = keyOf(argument);
    const found = known.get(key);
    if (found !== undefined) return found;
    const fresh = compute(argument);
    known.set(key, fresh);
    return fresh;
  };
}

/**
 * Peers of policies that may or may not mean the assumed DNS pods, because they read labels of which nothing is
 * known.
 */
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import { namingOf } from "../../models/kubernetes/dns-records.ts";
import { DEFAULT_NAME_SETTINGS } from "../../models/kubernetes/name-facts.ts";
import type { NetworkPolicy, Peer } from "../../models/kubernetes/policy.ts";
import {
  type Labels,
  type LabelSelector,
  NAMESPACE_NAME_LABEL,
  selects,
} from "../../models/kubernetes/selector.ts";

/** How to read selectors of labels that the DNS pods may or may not have: as matching, or as not. */
export type Reading = "matching" | "not-matching";

/** The label is a convention of the service's usual name; of another one nothing is known. */
export function knownLabels(cluster: Cluster): Labels {
  const { dnsService } = namingOf(cluster);
  const usual = dnsService.name === DEFAULT_NAME_SETTINGS.dnsService.name;
  return new Map(usual ? [["k8s-app", "kube-dns"]] : []);
}

/**
 * `policy` with its egress peers that read labels of which nothing is known for the DNS pods, taken for
 * ones that select all of their namespaces or left out.
 */
export function readAs(
  policy: NetworkPolicy,
  cluster: Cluster,
  labels: Labels,
  reading: Reading,
): NetworkPolicy {
  const read = (peer: Peer): readonly Peer[] => {
    if (peer.kind !== "pods" || !mayMean(policy, peer, cluster)) return [peer];
    if (!readsBeyond(peer.podSelector, labels)) return [peer];
    if (reading === "not-matching" || !couldSelect(peer.podSelector, labels)) return [];
    const { podSelector, ...all } = peer;
    return podSelector === undefined ? [peer] : [peer, all];
  };
  const egress = policy.egress.flatMap((rule) => {
    if (rule.peers === "any") return [rule];
    const peers = rule.peers.flatMap(read);
    return peers.length === 0 ? [] : [{ ...rule, peers }];
  });
  return { ...policy, egress };
}

/** Whether some egress peer selects by labels that the assumed DNS pods may or may not have. */
export function readsFurtherLabels(cluster: Cluster): boolean {
  const labels = knownLabels(cluster);
  return cluster.policies.some((policy) =>
    policy.egress.some(
      ({ peers }) =>
        peers !== "any" &&
        peers.some(
          (peer) =>
            peer.kind === "pods" &&
            mayMean(policy, peer, cluster) &&
            readsBeyond(peer.podSelector, labels) &&
            couldSelect(peer.podSelector, labels),
        ),
    ),
  );
}

/** Whether `peer` can mean pods of the DNS namespace. */
function mayMean(
  policy: NetworkPolicy,
  peer: Extract<Peer, { kind: "pods" }>,
  cluster: Cluster,
): boolean {
  const { namespace } = namingOf(cluster).dnsService;
  if (peer.namespaceSelector === undefined) return policy.namespace === namespace;
  const name = peer.namespaceSelector.matchLabels.get(NAMESPACE_NAME_LABEL);
  return name === undefined || name === namespace;
}

function keysOf(selector: LabelSelector | undefined): readonly string[] {
  return [
    ...(selector?.matchLabels.keys() ?? []),
    ...(selector?.matchExpressions ?? []).map((expression) => expression.key),
  ];
}

/** Whether `selector` reads a label that is not among `labels`. */
export function readsBeyond(selector: LabelSelector | undefined, labels: Labels): boolean {
  return keysOf(selector).some((key) => !labels.has(key));
}

/** Whether what `selector` says about the known labels holds. */
function couldSelect(selector: LabelSelector | undefined, labels: Labels): boolean {
  const known: LabelSelector = {
    matchLabels: new Map([...(selector?.matchLabels ?? [])].filter(([key]) => labels.has(key))),
    matchExpressions: (selector?.matchExpressions ?? []).filter(({ key }) => labels.has(key)),
  };
  return selects(known, labels);
}

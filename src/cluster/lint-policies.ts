/**
 * Policies that are accepted but hardly do what was meant.
 */
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import { type Pod, podId, type Service } from "../../models/kubernetes/cluster.ts";
import type { NetworkPolicy, Peer, PolicyRule } from "../../models/kubernetes/policy.ts";
import { formatPrefix } from "../base/ip.ts";
import type { NetworkPolicyResource } from "../manifest/resources.ts";
import { lintPorts } from "./lint-policy-ports.ts";
import { selectorText } from "./selector-text.ts";
import { type PeerFinder, peerFinder, type PeerSurroundings } from "./peer-pods.ts";
import { enumerate, type Sink } from "./sink.ts";

/** What policies are looked at against. */
export interface PolicySurroundings extends PeerSurroundings {
  readonly services: readonly Service[];
  readonly serviceAddresses: AddressSet;
  /** Policies about which nothing can be said, because they read labels that are made up. */
  readonly doubtful: ReadonlySet<string>;
}

/** A policy and its manifest. */
export interface BuiltPolicy {
  readonly policy: NetworkPolicy;
  readonly resource: NetworkPolicyResource;
}

/**
 * Warns of policies and rules without effect, and of usual slips.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/ (v1.34; S6.5, S6.6, S6.14, S6.21, S6.25, S6.30, S6.42)
 */
export function lintPolicies(
  policies: readonly BuiltPolicy[],
  around: PolicySurroundings,
  sink: Sink,
): void {
  const peerPods = peerFinder(around);
  if (around.index.isEmpty) lintWithoutPods(policies, sink);
  for (const { policy, resource } of policies) {
    const id = `${policy.namespace}/NetworkPolicy/${policy.name}`;
    lintTypes(policy, resource, id, sink);
    if (around.doubtful.has(id) || around.index.isEmpty) continue;
    const selected = around.index.selected(policy.namespace, policy.podSelector);
    lintSelected(policy, resource, selected, id, sink);
    for (const direction of policy.isolates) {
      for (const rule of policy[direction]) {
        lintPeers(policy, rule, peerPods, around, sink);
        lintIndentation(rule, sink);
        lintPorts({ policy, rule, direction, selected, id }, peerPods, around.services, sink);
      }
    }
  }
}

/** Once, instead of at every policy and peer. */
function lintWithoutPods(policies: readonly BuiltPolicy[], sink: Sink): void {
  const [first] = policies;
  if (first === undefined) return;
  const all =
    policies.length === 1 ? "the policy has" : `the ${String(policies.length)} policies have`;
  sink.diagnostics.push({
    code: "NQ2050",
    severity: "warning",
    message: `policies must select pods; the input has no pod and no workload: ${all} no effect`,
    at: first.resource.specAt,
    hint: "read the workloads together with their policies, for example netqed verify FOLDER FOLDER",
  });
}

function lintTypes(
  policy: NetworkPolicy,
  resource: NetworkPolicyResource,
  id: string,
  sink: Sink,
): void {
  for (const direction of ["ingress", "egress"] as const) {
    const [first] = policy[direction];
    if (first === undefined || policy.isolates.includes(direction)) continue;
    sink.diagnostics.push({
      code: "NQ2054",
      severity: "warning",
      message: `the ${direction} rules of ${id} have no effect: its policyTypes do not name ${direction === "ingress" ? "Ingress" : "Egress"}`,
      at: first.origin,
      related: [{ message: "policyTypes", at: resource.policyTypes[0]?.at ?? resource.specAt }],
    });
  }
  if (resource.policyTypes.length > 0 || resource.ingress !== undefined) return;
  if (policy.egress.length === 0) return;
  sink.diagnostics.push({
    code: "NQ2055",
    severity: "warning",
    message: `${id} has egress rules and no policyTypes: it also isolates its pods for ingress, and admits nothing into them`,
    at: resource.egress?.at ?? resource.specAt,
    hint: "write policyTypes: [Egress] to leave ingress alone, or policyTypes: [Ingress, Egress] to say that it is meant",
  });
}

function lintSelected(
  policy: NetworkPolicy,
  resource: NetworkPolicyResource,
  selected: readonly Pod[],
  id: string,
  sink: Sink,
): void {
  if (selected.length === 0) {
    sink.diagnostics.push({
      code: "NQ2050",
      severity: "warning",
      message: `the podSelector of ${id} must select a pod of namespace ${policy.namespace}; it selects none: the policy has no effect`,
      at: resource.specAt,
    });
  } else if (selected.every((pod) => pod.hostNetwork)) {
    sink.diagnostics.push({
      code: "NQ2053",
      severity: "warning",
      message: `${id} selects only pods on the host network (${enumerate(selected.map((p) => p.name))}), which most network plugins exempt from policies: it has no effect`,
      at: resource.specAt,
    });
  } else {
    lintHostNetwork(resource, selected, id, sink);
  }
}

/** @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods (v1.34; S6.21) */
function lintHostNetwork(
  resource: NetworkPolicyResource,
  selected: readonly Pod[],
  id: string,
  sink: Sink,
): void {
  const exempt = selected.filter((pod) => pod.hostNetwork);
  if (exempt.length === 0) return;
  sink.diagnostics.push({
    code: "NQ2053",
    severity: "warning",
    message: `${id} also selects pods on the host network (${enumerate(exempt.map((p) => p.name))}), which most network plugins exempt from policies: it has no effect on these`,
    at: resource.specAt,
  });
}

function lintPeers(
  policy: NetworkPolicy,
  rule: PolicyRule,
  find: PeerFinder,
  around: PolicySurroundings,
  sink: Sink,
): void {
  if (rule.peers === "any") return;
  for (const peer of rule.peers) {
    if (peer.kind === "ipBlock") {
      lintBlock(peer, around, sink);
      continue;
    }
    const { pods, maybe, anyNamespace } = find(policy.namespace, peer);
    if (pods.length > 0 && pods.every((pod) => pod.hostNetwork)) {
      sink.diagnostics.push({
        code: "NQ2053",
        severity: "warning",
        message: `this peer selects only pods on the host network (${enumerate(pods.map(podId))}), which policies see as their nodes: it has no effect`,
        at: peer.origin,
        hint: "name the addresses of the nodes in an ipBlock",
      });
    }
    if (pods.length > 0 || maybe) continue;
    const byName = peer.namespaceSelector?.matchLabels.has("name") === true;
    sink.diagnostics.push({
      code: "NQ2051",
      // The other namespaces may just not be in the input.
      severity: anyNamespace ? "warning" : "note",
      message: `this peer must select ${podsText(peer)} of ${namespacesText(peer, policy.namespace)}; the input has no such ${anyNamespace ? "pod" : "namespace"}`,
      at: peer.origin,
      ...(byName
        ? { hint: "the label that every namespace has is kubernetes.io/metadata.name, not name" }
        : {}),
    });
  }
}

type PodPeer = Extract<Peer, { kind: "pods" }>;

function podsText({ podSelector }: PodPeer): string {
  const wanted = selectorText(podSelector);
  return wanted === "" ? "a pod" : `a pod with ${wanted}`;
}

function namespacesText({ namespaceSelector }: PodPeer, own: string): string {
  if (namespaceSelector === undefined) return `namespace ${own}`;
  const wanted = selectorText(namespaceSelector);
  return wanted === "" ? "any namespace" : `a namespace with ${wanted}`;
}

function lintBlock(
  peer: Extract<Peer, { kind: "ipBlock" }>,
  around: PolicySurroundings,
  sink: Sink,
): void {
  const block = addressSets.ofPrefixes([peer.cidr]);
  if (!addressSets.isSubset(block, around.serviceAddresses)) return;
  sink.diagnostics.push({
    code: "NQ2057",
    severity: "warning",
    message: `ipBlock ${formatPrefix(peer.cidr)} holds only addresses of services, which are translated to those of pods before policies are asked: it has no effect`,
    at: peer.origin,
    hint: "select the pods behind the service instead",
  });
}

/** S6.14: two items where one was meant. */
function lintIndentation(rule: PolicyRule, sink: Sink): void {
  if (rule.peers === "any") return;
  const pods = rule.peers.filter((peer) => peer.kind === "pods");
  const [first, second] = pods;
  const suspicious =
    rule.peers.length === 2 &&
    first?.namespaceSelector !== undefined &&
    first.podSelector === undefined &&
    second?.podSelector !== undefined &&
    second.namespaceSelector === undefined;
  if (!suspicious) return;
  sink.diagnostics.push({
    code: "NQ2056",
    severity: "warning",
    message:
      "these two peers are alternatives: all pods of the selected namespaces, or the selected pods of the policy's own namespace",
    at: first.origin,
    related: [{ message: "the second peer", at: second.origin }],
    hint: "if pods of those namespaces are meant, remove the dash before podSelector",
  });
}

/**
 * Where policies are asked: at the pod that sends, and at the one that receives.
 */
import { sameAddress } from "../base/address.ts";
import type { Outcome } from "../base/connection.ts";
import { type Node, type Pod, podEndpoint } from "./cluster.ts";
import { type End, has } from "./ends.ts";
import { delivered, ended } from "./ending.ts";
import { exemptWithOwnNode } from "./exemption.ts";
import { type Journey, type World, leave, replyOf } from "./journey.ts";
import { judge, passes } from "./judgement.ts";
import type { Call } from "./translation.ts";

/**
 * Whether egress policy lets `sender` open `call`. It is asked about the translated destination, and only
 * for a pod with a network of its own.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/test/e2e/network/netpol/network_policy.go (np-34: policies are enforced on the pods behind a service; S6.25, S6.33, S6.41)
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S6.20, S6.23)
 */
export function mayLeave({ cluster, profile }: World, sender: End, call: Call): boolean {
  if (sender.kind !== "pod") return true;
  const { pod } = sender;
  if (profile.networkPolicy === "ignored") return true;
  if (profile.hairpin === "allowed" && has(pod, call.address)) return true;
  if (exemptWithOwnNode(cluster, profile, pod, "egress", call.address)) return true;
  return passes(judge(cluster, profile, pod, "egress", { ...call, peer: call.address }));
}

/**
 * From `node` into `pod`, which is on it. The node masquerades what is marked, and what the pod sent to
 * itself through a service, so that the reply comes back to the node. Policy sees the node as the source
 * of the former, unless the installation asks it before; of the latter the pod itself, where it polices
 * that at all.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/proxier.go (S4.20 a and b, S4.25)
 * @source https://github.com/kubernetes/kubernetes/issues/95879 (S6.23)
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors (v1.34: before or after is not defined; S4.21, S6.41)
 */
export function intoPod(
  world: World,
  journey: Journey,
  node: Node,
  pod: Pod,
  call: Call,
  marked: boolean,
): Outcome {
  const { cluster, profile } = world;
  const { sender } = journey;
  const isPolicedFirst = profile.policySeesSource === "original";
  const outward = marked ? leave(journey, node, "pods", true, call) : { journey, call };
  const isHairpin = sameAddress(outward.call.source, call.address);
  const seen = isHairpin ? leave(outward.journey, node, "pods", true, outward.call) : outward;
  const peer = isPolicedFirst
    ? call.source
    : profile.hairpin === "allowed"
      ? seen.call.source
      : outward.call.source;
  // Straight back into the pod that sent it: no other node was on the way.
  const isOwn = sender.kind === "pod" && sender.pod === pod && !journey.hasTravelled;
  const isAdmitted =
    profile.networkPolicy === "ignored" ||
    (isOwn && profile.hairpin === "allowed") ||
    exemptWithOwnNode(cluster, profile, pod, "ingress", peer) ||
    passes(judge(cluster, profile, pod, "ingress", { ...call, peer }));
  if (!isAdmitted) return ended("dropped", { ...call, source: peer });
  const to = podEndpoint(pod);
  return delivered(to, seen.call, replyOf(world, seen.journey, to, pod.node, seen.call));
}

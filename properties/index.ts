/**
 * The catalogue of built-in properties, in the order in which reports list them.
 */
import type { Property } from "../models/kubernetes/property.ts";
import { dnsResolvable } from "./dns-resolvable.ts";
import { uniqueAddresses } from "./unique-addresses.ts";
import { localhostWithinPod } from "./localhost-within-pod.ts";
import { noPortCollision } from "./no-port-collision.ts";
import { podToPodSameNode } from "./pod-to-pod-same-node.ts";
import { podToPodAcrossNodes } from "./pod-to-pod-across-nodes.ts";
import { nodeToOwnPods } from "./node-to-own-pods.ts";
import { nodeToEveryPod } from "./node-to-every-pod.ts";
import { ownAddressSeen } from "./own-address-seen.ts";
import { noForwardingLoop } from "./no-forwarding-loop.ts";
import { noBlackHole } from "./no-black-hole.ts";
import { endpointsAgree } from "./endpoints-agree.ts";
import { noMasqueradeInside } from "./no-masquerade-inside.ts";
import { repliesSymmetric } from "./replies-symmetric.ts";
import { sourceKept } from "./source-kept.ts";
import { serviceToEndpoints } from "./service-to-endpoints.ts";
import { ingressBackendsExist } from "./ingress-backends-exist.ts";
import { ingressBackendsReachable } from "./ingress-backends-reachable.ts";
import { kubeProxyModesAgree } from "./kube-proxy-modes-agree.ts";
import { policyEnforcedExactly } from "./policy-enforced-exactly.ts";

/** Every built-in property. */
export const PROPERTIES: readonly Property[] = [
  uniqueAddresses,
  localhostWithinPod,
  noPortCollision,
  podToPodSameNode,
  podToPodAcrossNodes,
  nodeToOwnPods,
  nodeToEveryPod,
  ownAddressSeen,
  noForwardingLoop,
  noBlackHole,
  serviceToEndpoints,
  repliesSymmetric,
  sourceKept,
  endpointsAgree,
  noMasqueradeInside,
  kubeProxyModesAgree,
  ingressBackendsExist,
  ingressBackendsReachable,
  policyEnforcedExactly,
  dnsResolvable,
];

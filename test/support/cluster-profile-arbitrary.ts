/**
 * Generated profiles.
 */
import fc from "fast-check";
import { type Prefix, prefixOf } from "../../models/base/address.ts";
import { addressWidthBits, FAMILIES } from "../../models/base/family.ts";
import {
  DEFAULT_PROFILE,
  KUBE_PROXY_MODES,
  type Profile,
} from "../../models/kubernetes/profile.ts";
import { ADDRESS_PLANS } from "./cluster-vocabulary.ts";

/** Loopback, parts of the nodes' addresses, and everything. */
const NODE_PORT_BLOCKS: readonly Prefix[] = [
  prefixOf({ family: "IPv4", bits: 0x7f00_0000n }, 8),
  prefixOf({ family: "IPv4", bits: 0n }, 0),
  ...FAMILIES.flatMap((family) => {
    const { nodeCidr } = ADDRESS_PLANS[family];
    return [nodeCidr, prefixOf(nodeCidr, addressWidthBits(family) - 6)];
  }),
];

/**
 * Every combination of switches that the definition reads; the default profile in a third of the cases.
 * `hostNetworkPods` stays `ignored`: `undecided` is not about a concrete cluster.
 */
export function profileArbitrary(): fc.Arbitrary<Profile> {
  const allowedOrPoliced = fc.constantFrom<"allowed" | "policed">("allowed", "policed");
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(DEFAULT_PROFILE) },
    {
      weight: 2,
      arbitrary: fc.record({
        networkPolicy: fc.constantFrom<Profile["networkPolicy"]>(
          "enforced",
          "enforced",
          "enforced",
          "enforced",
          "ignored",
        ),
        hostNetworkPods: fc.constant<"ignored">("ignored"),
        ownNodeIngress: allowedOrPoliced,
        ownNodeEgress: allowedOrPoliced,
        hairpin: allowedOrPoliced,
        ipBlocks: fc.constantFrom<Profile["ipBlocks"]>("any", "any", "not-pods", "outside"),
        endpointlessService: fc.constantFrom<"reject-first" | "policy-first">(
          "reject-first",
          "policy-first",
        ),
        kubeProxyMode: fc.constantFrom(...KUBE_PROXY_MODES),
        nodePortAddresses: fc.oneof(
          fc.constantFrom<"all" | "primary">("all", "primary"),
          fc.subarray([...NODE_PORT_BLOCKS], { minLength: 1 }),
        ),
        localhostNodePorts: fc.boolean(),
        undefinedServicePort: fc.constantFrom<"dropped" | "rejected">("dropped", "rejected"),
        overlay: fc.constantFrom<"none" | "vxlan">("none", "vxlan"),
        outsideRoutesToPods: fc.boolean(),
        policySeesSource: fc.constantFrom<"translated" | "original">("translated", "original"),
        masqueradeAll: fc.boolean(),
        detectLocalMode: fc.constantFrom<"ClusterCIDR" | "NodeCIDR" | "none">(
          "ClusterCIDR",
          "NodeCIDR",
          "none",
        ),
        hostPorts: fc.constantFrom<"portmap" | "none">("portmap", "portmap", "none"),
        masqueradeOutside: fc.boolean(),
        masqueradeToNodes: fc.boolean(),
        nonMasqueradeCIDRs: fc.subarray(
          FAMILIES.flatMap((f) => [...ADDRESS_PLANS[f].outside, ADDRESS_PLANS[f].nodeCidr]),
        ),
      }),
    },
  );
}

/**
 * What well-known network plugins do where the documentation of Kubernetes leaves a choice: only what their own
 * documentation says, each switch with its source. What a preset does not name is as in `DEFAULT_PROFILE`.
 */
import { type Prefix, prefixOf } from "../base/address.ts";
import type { Profile } from "./profile.ts";

/** The plugins of which something is known. */
export const PRESETS = ["kubenet", "flannel", "calico", "cilium", "weave", "kindnet"] as const;

/** A plugin of which something is known. */
export type PresetName = (typeof PRESETS)[number];

/** A switch as a plugin sets it, and the page that says so. */
export interface PresetSwitch<T> {
  readonly value: T;
  readonly source: string;
}

/** The switches that a plugin sets. */
export type Preset = { readonly [K in keyof Profile]?: PresetSwitch<Profile[K]> } & {
  /** How pods are joined to their node. */
  readonly dataplane?: PresetSwitch<"ptp" | "bridge">;
};

const TEN: Prefix = prefixOf({ family: "IPv4", bits: 0x0a00_0000n }, 8);

/**
 * The switches of each plugin.
 *
 * @source https://v1-23.docs.kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/#kubenet
 * @source https://github.com/flannel-io/flannel/blob/master/README.md
 * @source https://docs.tigera.io/calico/latest/reference/felix/configuration
 * @source https://docs.cilium.io/en/stable/network/concepts/masquerading/
 * @source https://github.com/weaveworks/weave/blob/master/site/kubernetes/kube-addon.md
 * @source https://github.com/kubernetes-sigs/kind/releases/tag/v0.24.0
 */
export const PRESET_SWITCHES: Readonly<Record<PresetName, Preset>> = {
  kubenet: {
    dataplane: {
      value: "bridge",
      source:
        "https://v1-23.docs.kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/#kubenet",
    },
    networkPolicy: {
      value: "ignored",
      source:
        "https://v1-23.docs.kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/#kubenet",
    },
    masqueradeOutside: {
      value: true,
      source:
        "https://v1-23.docs.kubernetes.io/docs/reference/command-line-tools-reference/kubelet/",
    },
    // Whatever is not of the excepted block.
    masqueradeToNodes: {
      value: true,
      source:
        "https://github.com/kubernetes/kubernetes/blob/release-1.23/pkg/kubelet/dockershim/network/kubenet/kubenet_linux.go",
    },
    nonMasqueradeCIDRs: {
      value: [TEN],
      source:
        "https://v1-23.docs.kubernetes.io/docs/reference/command-line-tools-reference/kubelet/",
    },
  },
  flannel: {
    dataplane: {
      value: "bridge",
      source: "https://github.com/flannel-io/cni-plugin/blob/main/README.md",
    },
    overlay: {
      value: "vxlan",
      source: "https://github.com/flannel-io/flannel/blob/master/Documentation/kube-flannel.yml",
    },
    networkPolicy: {
      value: "ignored",
      source: "https://github.com/flannel-io/flannel/blob/master/README.md",
    },
    masqueradeOutside: {
      value: true,
      source: "https://github.com/flannel-io/flannel/blob/master/Documentation/kube-flannel.yml",
    },
    // Whatever is not of the pods' network.
    masqueradeToNodes: {
      value: true,
      source:
        "https://github.com/flannel-io/flannel/blob/master/pkg/trafficmngr/iptables/iptables.go",
    },
  },
  calico: {
    networkPolicy: {
      value: "enforced",
      source: "https://docs.tigera.io/calico/latest/network-policy/get-started/kubernetes-policy/",
    },
    // The host's part comes after the egress policy of the workload.
    ownNodeEgress: {
      value: "policed",
      source: "https://docs.tigera.io/calico/latest/reference/felix/configuration",
    },
    masqueradeOutside: {
      value: true,
      source:
        "https://docs.tigera.io/calico/latest/networking/configuring/workloads-outside-cluster",
    },
    // Whatever is not of a pool (natOutgoingExclusions: IPPoolsOnly).
    masqueradeToNodes: {
      value: true,
      source: "https://docs.tigera.io/calico/latest/reference/resources/felixconfig",
    },
  },
  cilium: {
    networkPolicy: {
      value: "enforced",
      source: "https://docs.cilium.io/en/stable/network/kubernetes/policy/",
    },
    ownNodeIngress: { value: "allowed", source: "https://github.com/cilium/cilium/pull/754" },
    // The host is an entity that a rule has to name.
    ownNodeEgress: {
      value: "policed",
      source: "https://docs.cilium.io/en/stable/security/policy/language/#entities-based",
    },
    hairpin: { value: "allowed", source: "https://github.com/cilium/cilium/pull/15321" },
    // Blocks are for what has no identity in the cluster.
    ipBlocks: {
      value: "outside",
      source: "https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based",
    },
    masqueradeOutside: {
      value: true,
      source: "https://docs.cilium.io/en/stable/network/concepts/masquerading/",
    },
    // In tunnels, which are its default; in native routing it does not.
    overlay: {
      value: "vxlan",
      source: "https://docs.cilium.io/en/stable/network/concepts/routing/",
    },
    masqueradeToNodes: { value: true, source: "https://github.com/cilium/cilium/pull/16603" },
  },
  weave: {
    networkPolicy: {
      value: "enforced",
      source: "https://github.com/weaveworks/weave/blob/master/site/kubernetes/kube-addon.md",
    },
    ownNodeIngress: {
      value: "allowed",
      source: "https://github.com/weaveworks/weave/blob/master/docs/k8s-src-ip.md",
    },
    // Whatever is not of the pods' network.
    masqueradeToNodes: {
      value: true,
      source: "https://github.com/weaveworks/weave/blob/master/net/expose.go",
    },
  },
  kindnet: {
    // By kube-network-policies, since kind 0.24; before that policies were ignored.
    networkPolicy: {
      value: "enforced",
      source: "https://github.com/kubernetes-sigs/kind/releases/tag/v0.24.0",
    },
    // Whatever is not of the pods' network.
    masqueradeToNodes: {
      value: true,
      source:
        "https://github.com/kubernetes-sigs/kind/blob/v0.20.0/images/kindnetd/cmd/kindnetd/masq.go",
    },
  },
};

/**
 * What pods, services and containers say about names: who is called what, and who is told which names.
 * Opaque to the network: names decide which address is called, never what becomes of the packet.
 */
import type { Address } from "../base/address.ts";
import type { Origin } from "../base/origin.ts";

/** Where a pod sends its questions. `ClusterFirst` is the default; `Default` is not. */
export type DnsPolicy = "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";

/** An option of resolv.conf, such as ndots 2, or edns0 without a value. */
export interface DnsOption {
  readonly name: string;
  readonly value?: string;
}

/** What a pod adds to its resolv.conf. */
export interface DnsConfig {
  readonly nameservers: readonly Address[];
  readonly searches: readonly string[];
  readonly options: readonly DnsOption[];
}

/** What the spec of a pod says about names. */
export interface PodNames {
  /** `spec.hostname`; absent: the pod's name is its host name, and DNS has no record for it. */
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly dnsPolicy: DnsPolicy;
  /** Where the policy is written; absent: by default. */
  readonly dnsPolicyAt?: Origin;
  readonly dnsConfig?: DnsConfig;
  /** Whether containers are told of services by environment variables. */
  readonly serviceLinks: boolean;
  /** Further lines of the pod's /etc/hosts. */
  readonly hostAliases: readonly {
    readonly address: Address;
    readonly names: readonly string[];
  }[];
}

/**
 * What holds for a pod that says nothing about names.
 *
 * @source https://github.com/kubernetes/api/blob/master/core/v1/types.go (PodSpec.dnsPolicy, enableServiceLinks; S5.13, S5.20)
 */
export const DEFAULT_POD_NAMES: PodNames = {
  dnsPolicy: "ClusterFirst",
  serviceLinks: true,
  hostAliases: [],
};

/** A variable of a container's `env`. `value` is absent when it comes from elsewhere. */
export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly origin: Origin;
}

/** An entry of a container's `envFrom`: variables of which only the prefix is known here. */
export interface VariableSource {
  /** `ConfigMap NAME` or `Secret NAME`. */
  readonly text: string;
  readonly prefix: string;
  readonly origin: Origin;
}

/** A word of a container's `command` or `args`. */
export interface Word {
  readonly text: string;
  readonly origin: Origin;
}

/** What a container is told in its manifest, beside ports. */
export interface ContainerTexts {
  readonly variables: readonly Variable[];
  readonly sources: readonly VariableSource[];
  readonly words: readonly Word[];
}

/** A service of type ExternalName: a second name for `target`, and nothing else. */
export interface ExternalName {
  readonly namespace: string;
  readonly name: string;
  /** As written: no address, whatever it looks like. */
  readonly target: string;
  readonly origin: Origin;
}

/** How an installation names things. */
export interface NameSettings {
  /** The zone of the cluster's names, in lower case, without dots at its ends. */
  readonly clusterDomain: string;
  /** The service at whose address kubelets send pods to ask. */
  readonly dnsService: { readonly namespace: string; readonly name: string };
}

/**
 * The documented defaults.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ (clusterDomain, clusterDNS; S5.1)
 * @source https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/#introduction (the service kube-dns)
 */
export const DEFAULT_NAME_SETTINGS: NameSettings = {
  clusterDomain: "cluster.local",
  dnsService: { namespace: "kube-system", name: "kube-dns" },
};

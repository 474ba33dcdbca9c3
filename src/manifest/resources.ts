/**
 * Decoded resources: what manifests say, typed, each leaf that can decide a packet with its position.
 * Nothing is defaulted here: an absent field is absent. What the API server would refuse has been
 * reported and is not among these.
 */
import type { Address, Prefix } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Origin } from "../../models/base/origin.ts";
import type { ContainerTexts, PodNames } from "../../models/kubernetes/name-facts.ts";
import type { TopologyHints } from "../../models/kubernetes/cluster.ts";
import type { PathType } from "../../models/kubernetes/ingress.ts";
import type { LabelSelector } from "../../models/kubernetes/selector.ts";
import type { AccessMode } from "../../models/kubernetes/storage.ts";
import type { LocatedDocument } from "./located-document.ts";
import type { ClaimTemplate, MountSpec } from "./storage-specs.ts";

/** A value and where it was written. */
export interface Located<T> {
  readonly value: T;
  readonly at: Origin;
}

/** What every object has. `namespace` is absent when the manifest omits it or the kind has none. */
export interface ObjectMeta {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: Located<string>;
  readonly labels: ReadonlyMap<string, Located<string>>;
  readonly annotations: ReadonlyMap<string, Located<string>>;
  readonly uid?: string;
  /** The controller among ownerReferences. */
  readonly controller?: { readonly kind: string; readonly name: string; readonly uid?: string };
  readonly deletionTimestamp?: string;
  /** The start of the document or list item. */
  readonly at: Origin;
}

export interface ContainerPortSpec {
  readonly name?: Located<string>;
  readonly protocol?: Located<string>;
  readonly containerPort: Located<number>;
  readonly hostPort?: Located<number>;
  readonly hostIP?: Located<string>;
}

export interface ContainerSpec {
  readonly name: string;
  readonly init: boolean;
  readonly image?: string;
  /** Only "Always" on an init container matters: it makes a sidecar. */
  readonly restartPolicy?: string;
  readonly ports: readonly ContainerPortSpec[];
  /** Absent when it states none. */
  readonly texts?: ContainerTexts;
  readonly at: Origin;
}

export interface PodSpec {
  readonly nodeName?: Located<string>;
  readonly nodeSelector?: ReadonlyMap<string, Located<string>>;
  /** Whether affinity, tolerations or spread constraints restrict placement beyond nodeSelector. */
  readonly constrained: boolean;
  readonly hostNetwork: Located<boolean> | undefined;
  /** Absent when it says nothing about names. */
  readonly names?: PodNames;
  readonly containers: readonly ContainerSpec[];
  /** Absent when nothing is mounted that a container can write to. */
  readonly mounts?: readonly MountSpec[];
  readonly at: Origin;
}

export interface PodStatus {
  readonly phase?: string;
  readonly podIPs: readonly Located<Address>[];
  /** status.hostIPs, else status.hostIP: the addresses of the pod's node. */
  readonly hostIPs?: readonly Located<Address>[];
  readonly ready?: boolean;
}

export interface PodTemplate {
  readonly labels: ReadonlyMap<string, Located<string>>;
  readonly spec: PodSpec;
  readonly at: Origin;
}

export interface PodResource {
  readonly kind: "Pod";
  readonly meta: ObjectMeta;
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export type WorkloadKind =
  | "Deployment"
  | "ReplicaSet"
  | "StatefulSet"
  | "DaemonSet"
  | "Job"
  | "CronJob"
  | "ReplicationController";

export interface WorkloadResource {
  readonly kind: WorkloadKind;
  readonly meta: ObjectMeta;
  /** `spec.replicas`, or for Job and CronJob `parallelism`; absent means the kind's default. */
  readonly replicas?: Located<number>;
  readonly suspended?: boolean;
  /** StatefulSet `spec.ordinals.start`. */
  readonly firstOrdinal?: number;
  /** StatefulSet `spec.serviceName`: the subdomain of its pods. */
  readonly serviceName?: string;
  readonly serviceNameAt?: Origin;
  /** Job `spec.completionMode` Indexed: its pods have host names. */
  readonly indexed?: boolean;
  /** StatefulSet `spec.volumeClaimTemplates`. */
  readonly claimTemplates?: readonly ClaimTemplate[];
  readonly template: PodTemplate;
}

export interface NamespaceResource {
  readonly kind: "Namespace";
  readonly meta: ObjectMeta;
}

export interface NodeResource {
  readonly kind: "Node";
  readonly meta: ObjectMeta;
  readonly podCidrs: readonly Located<Prefix>[];
  /** status.addresses of type InternalIP, then ExternalIP. */
  readonly addresses: readonly (Located<Address> & { readonly type: string })[];
  readonly unschedulable: boolean;
  readonly taints: readonly { readonly key: string; readonly effect: string }[];
}

export interface ServicePortSpec {
  readonly name?: Located<string>;
  readonly protocol?: Located<string>;
  readonly port: Located<number>;
  readonly targetPort?: Located<number | string>;
  readonly nodePort?: Located<number>;
  readonly at: Origin;
}

export interface ServiceResource {
  readonly kind: "Service";
  readonly meta: ObjectMeta;
  readonly type?: Located<string>;
  /** `clusterIPs`, else `clusterIP`; "None" gives `headless`. */
  readonly clusterIPs: readonly Located<Address>[];
  readonly headless: boolean;
  /** Absent or empty: endpoints are managed by hand (S0.8). */
  readonly selector: ReadonlyMap<string, Located<string>>;
  readonly ports: readonly ServicePortSpec[];
  readonly ipFamilies?: readonly Located<Family>[];
  readonly ipFamilyPolicy?: Located<string>;
  readonly externalIPs: readonly Located<Address>[];
  readonly externalName?: Located<string>;
  readonly externalTrafficPolicy?: Located<string>;
  readonly internalTrafficPolicy?: Located<string>;
  /** PreferClose, PreferSameZone or PreferSameNode. */
  readonly trafficDistribution?: Located<string>;
  /** No packet depends on it: it only makes a choice last (S3.28). */
  readonly sessionAffinity?: Located<string>;
  readonly publishNotReadyAddresses: boolean;
  readonly allocateLoadBalancerNodePorts?: boolean;
  /** A port of every node that is taken, though by no port of the service. */
  readonly healthCheckNodePort?: number;
  readonly loadBalancerSourceRanges: readonly Located<Prefix>[];
  /** status.loadBalancer.ingress[]: what has an ip; `proxy`: the nodes do not know that address. */
  readonly loadBalancerAddresses: readonly (Located<Address> & { readonly proxy: boolean })[];
}

/** EndpointSlice, and Endpoints with one entry for each subset and family. */
export interface EndpointsResource {
  readonly kind: "Endpoints" | "EndpointSlice";
  readonly meta: ObjectMeta;
  /** The service it belongs to: its own name for Endpoints, the label for EndpointSlice. */
  readonly service?: string;
  readonly managedBy?: string;
  readonly slices: readonly {
    readonly addressType: Family | "FQDN";
    readonly endpoints: readonly {
      readonly address: Located<Address>;
      readonly ready: boolean;
      readonly hostname?: string;
      /** Serving and terminating. */
      readonly servesTerminating: boolean;
      readonly node?: string;
      /** The names in `hints`, if any. */
      readonly hints?: TopologyHints;
    }[];
    readonly ports: readonly {
      readonly name?: string;
      readonly protocol?: string;
      readonly number?: Located<number>;
    }[];
    readonly at: Origin;
  }[];
}

export interface PolicyPortSpec {
  readonly protocol?: Located<string>;
  readonly port?: Located<number | string>;
  readonly endPort?: Located<number>;
  readonly at: Origin;
}

export type PeerSpec =
  | {
      readonly kind: "pods";
      readonly podSelector?: LabelSelector;
      readonly namespaceSelector?: LabelSelector;
      readonly at: Origin;
    }
  | {
      readonly kind: "ipBlock";
      readonly cidr: Located<Prefix>;
      readonly except: readonly Located<Prefix>[];
      readonly at: Origin;
    };

export interface PolicyRuleSpec {
  /** Absent, null or empty in the manifest: empty here. */
  readonly peers: readonly PeerSpec[];
  readonly ports: readonly PolicyPortSpec[];
  readonly at: Origin;
}

export interface NetworkPolicyResource {
  readonly kind: "NetworkPolicy";
  readonly meta: ObjectMeta;
  readonly podSelector: LabelSelector;
  readonly policyTypes: readonly Located<"Ingress" | "Egress">[];
  readonly ingress?: { readonly rules: readonly PolicyRuleSpec[]; readonly at: Origin };
  readonly egress?: { readonly rules: readonly PolicyRuleSpec[]; readonly at: Origin };
  readonly specAt: Origin;
}

/** Where an Ingress sends requests; the service is of its own namespace. */
export type IngressBackendSpec =
  | {
      readonly kind: "service";
      readonly name: Located<string>;
      readonly port: Located<number | string>;
      readonly at: Origin;
    }
  | { readonly kind: "resource"; readonly resource: string; readonly at: Origin };

export interface IngressPathSpec {
  readonly type: PathType;
  /** Empty only where the type is ImplementationSpecific. */
  readonly path: string;
  readonly backend: IngressBackendSpec;
  readonly at: Origin;
}

export interface IngressRuleSpec {
  /** Absent: every host. */
  readonly host?: Located<string>;
  /** Absent: no `http`. */
  readonly paths?: readonly IngressPathSpec[];
  readonly at: Origin;
}

export interface IngressResource {
  readonly kind: "Ingress";
  readonly meta: ObjectMeta;
  /** `spec.ingressClassName`; the annotation in its place is among the metadata. */
  readonly className?: Located<string>;
  readonly defaultBackend?: IngressBackendSpec;
  readonly rules: readonly IngressRuleSpec[];
  readonly tls: readonly {
    readonly hosts: readonly Located<string>[];
    readonly secretName?: Located<string>;
    readonly at: Origin;
  }[];
  /** status.loadBalancer.ingress[].ip */
  readonly addresses: readonly Located<Address>[];
}

export interface IngressClassResource {
  readonly kind: "IngressClass";
  readonly meta: ObjectMeta;
  readonly controller: Located<string>;
}

/** Read without complaint: no packet depends on it. */
export interface ClaimResource {
  readonly kind: "PersistentVolumeClaim";
  readonly meta: ObjectMeta;
  readonly modes: readonly AccessMode[];
}

/** An object whose kind is known to matter to the network but is not modelled. */
export interface UnmodelledResource {
  readonly kind: "unmodelled";
  /** `policy`: allows and forbids. `narrows`: can only forbid more. `frontend`: hands connections on. `workload`: makes pods. */
  readonly role: "policy" | "narrows" | "frontend" | "workload";
  readonly meta: ObjectMeta;
  /** The document as read: plain JSON data. */
  readonly content: unknown;
  /** Position of a path such as `["spec", "podSelector"]`, or of the nearest ancestor that exists. */
  readonly positionOf: (path: readonly (string | number)[]) => Origin;
}

/** An object whose kind has no say in the network (a ConfigMap, say): counted and named. */
export interface IgnoredResource {
  readonly kind: "ignored";
  readonly meta: ObjectMeta;
  /** What it says of how the cluster was installed; absent: nothing. */
  readonly installation?: readonly InstallationDocument[];
}

/** A document by which a component of the installation is configured. */
export interface InstallationDocument {
  readonly kind: "kube-proxy" | "kubeadm" | "flannel" | "cilium" | "calico-pool" | "calico-felix";
  /** The object that holds it: `namespace/Kind/name`, or `Kind/name`. */
  readonly object: string;
  readonly document: LocatedDocument;
}

/** Everything a set of manifests can contribute. */
export type Resource =
  | NamespaceResource
  | NodeResource
  | PodResource
  | WorkloadResource
  | ServiceResource
  | EndpointsResource
  | NetworkPolicyResource
  | IngressResource
  | IngressClassResource
  | ClaimResource
  | UnmodelledResource
  | IgnoredResource;

/** What reading manifests gives; `value` is always present, holding whatever could be read. */
export interface Manifests {
  readonly resources: readonly Resource[];
  readonly filesRead: number;
  /** Documents without apiVersion and kind, by file; skipped. */
  readonly skipped: readonly Origin[];
  /** For files shown under another name (a template that Helm names): `Origin.file` → the file read. */
  readonly shownAs: ReadonlyMap<string, string>;
}

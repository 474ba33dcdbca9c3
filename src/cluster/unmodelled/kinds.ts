/**
 * Which kinds that are not modelled do what, by API group.
 */
import type { UnmodelledResource } from "../../manifest/resources.ts";
import { namespaceOf } from "../sink.ts";
import { touchOfAdminPolicy } from "./admin-policies.ts";
import { touchOfCalicoPolicy } from "./calico-policies.ts";
import { touchesOfCiliumPolicy } from "./cilium-policies.ts";
import { touchOfIstioPolicy } from "./istio-policies.ts";
import {
  ANY_BOTH,
  type Effect,
  NARROW_EGRESS,
  NARROW_INGRESS,
  podsOf,
  type Touch,
} from "./touch.ts";

/** What to make of an object. */
export type Treatment =
  /** It can change what pods admit. */
  | {
      readonly kind: "policy";
      readonly code: "NQ2101" | "NQ2102" | "NQ2103" | "NQ2104" | "NQ2105";
      readonly touches: readonly Touch[];
    }
  /** It leads connections from an address of its own, or by name, to services. */
  | { readonly kind: "frontend" }
  /** It makes pods. */
  | { readonly kind: "workload" }
  /** Alone it changes nothing about who can reach whom. */
  | { readonly kind: "none" };

const NONE: Treatment = { kind: "none" };
const FRONTEND: Treatment = { kind: "frontend" };
const WORKLOAD: Treatment = { kind: "workload" };

type Classifier = (resource: UnmodelledResource) => Treatment;

/** The part of `apiVersion` before the slash; empty for the core group. */
export function groupOf(resource: UnmodelledResource): string {
  const { apiVersion } = resource.meta;
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** What `resource` does; a kind that is not known here may do anything to the pods of its namespace. */
export function treatmentOf(resource: UnmodelledResource): Treatment {
  const group = groupOf(resource);
  const classifier = CLASSIFIERS.get(group);
  if (classifier !== undefined) return classifier(resource);
  if (FRONTEND_GROUPS.has(group)) return FRONTEND;
  if (WORKLOAD_GROUPS.has(group)) return WORKLOAD;
  return anything(resource);
}

/** Groups of ingress controllers and other routes by host name. */
const FRONTEND_GROUPS: ReadonlySet<string> = new Set([
  ...["gateway.networking.k8s.io", "gateway.networking.x-k8s.io", "route.openshift.io"],
  ...["traefik.io", "traefik.containo.us", "projectcontour.io", "getambassador.io"],
  ...["k8s.nginx.org", "configuration.konghq.com", "networking.istio.io", "extensions"],
  ...["networking.k8s.io", "gateway.envoyproxy.io", "networking.gke.io", "split.smi-spec.io"],
  ...["specs.smi-spec.io", "agentgateway.dev", "gateway.kgateway.dev", "ingress.pomerium.io"],
]);

/** Groups whose objects make pods. */
const WORKLOAD_GROUPS: ReadonlySet<string> = new Set([
  ...["apps.openshift.io", "argoproj.io", "apps.kruise.io", "serving.knative.dev"],
  ...["kubevirt.io", "ray.io", "kubeflow.org", "apps", "batch", ""],
]);

/** Kinds that only configure, or concern other networks than that of the pods, by group. */
const HARMLESS: ReadonlyMap<string, RegExp> = new Map([
  [
    "cilium.io",
    /^Cilium(?:LoadBalancerIPPool|BGP\w*|L2AnnouncementPolicy|CIDRGroup|Node|NodeConfig|Endpoint|EndpointSlice|Identity|PodIPPool|EgressGatewayPolicy|GatewayClassConfig|ExternalWorkload)$/,
  ],
  [
    "projectcalico.org",
    /^(?:Staged\w+|Tier|(?:Global)?NetworkSet|IPPool|IPReservation|BGP\w+|FelixConfiguration|ClusterInformation|KubeControllersConfiguration|CalicoNodeStatus|BlockAffinity|IPAM\w+|Node|WorkloadEndpoint)$/,
  ],
  [
    "crd.antrea.io",
    /^(?:Tier|Group|ClusterGroup|Egress|ExternalIPPool|IPPool|Traceflow|ExternalNode|AntreaAgentInfo|AntreaControllerInfo)$/,
  ],
  ["k8s.ovn.org", /^(?:EgressIP|EgressQoS|EgressService|AdminPolicyBasedExternalRoute)$/],
  ["network.openshift.io", /^(?:ClusterNetwork|HostSubnet)$/],
  ["policy.linkerd.io", /^(?:MeshTLSAuthentication|NetworkAuthentication)$/],
  ["k8s.cni.cncf.io", /^(?:NetworkAttachmentDefinition|MultiNetworkPolicy)$/],
]);

function isHarmless(resource: UnmodelledResource, group: string): boolean {
  return HARMLESS.get(group)?.test(resource.meta.kind) ?? false;
}

/** The namespace of an object of a kind that may also be cluster-wide. */
function scopeOf(resource: UnmodelledResource): string | undefined {
  return resource.meta.namespace?.value;
}

function policy(
  code: Extract<Treatment, { kind: "policy" }>["code"],
  touches: readonly Touch[],
): Treatment {
  return { kind: "policy", code, touches };
}

function anything(resource: UnmodelledResource): Treatment {
  return policy("NQ2105", [{ pods: podsOf(scopeOf(resource)), effect: ANY_BOTH }]);
}

function narrowing(
  resource: UnmodelledResource,
  code: "NQ2104" | "NQ2105",
  effect: Effect,
): Treatment {
  return policy(code, [{ pods: podsOf(scopeOf(resource)), effect }]);
}

function cilium(resource: UnmodelledResource): Treatment {
  switch (resource.meta.kind) {
    case "CiliumNetworkPolicy":
      return policy("NQ2102", touchesOfCiliumPolicy(resource.content, namespaceOf(resource.meta)));
    case "CiliumClusterwideNetworkPolicy":
      return policy("NQ2102", touchesOfCiliumPolicy(resource.content, undefined));
    default:
      return isHarmless(resource, "cilium.io") ? NONE : anything(resource);
  }
}

function calico(resource: UnmodelledResource): Treatment {
  switch (resource.meta.kind) {
    case "NetworkPolicy":
      return policy("NQ2103", [touchOfCalicoPolicy(resource.content, namespaceOf(resource.meta))]);
    case "GlobalNetworkPolicy":
      return policy("NQ2103", [touchOfCalicoPolicy(resource.content, undefined)]);
    case "HostEndpoint":
      return policy("NQ2103", [{ pods: () => "maybe", effect: ANY_BOTH }]);
    default:
      return isHarmless(resource, "projectcalico.org") ? NONE : anything(resource);
  }
}

function istio(resource: UnmodelledResource, effect: Effect): Treatment {
  const touch = touchOfIstioPolicy(resource.content, namespaceOf(resource.meta), effect);
  return touch === undefined ? NONE : policy("NQ2104", [touch]);
}

/** Kinds of a group of which some narrow, and the others do anything unless they are harmless. */
function narrowOr(group: string, narrow: ReadonlyMap<string, Effect>): Classifier {
  return (resource) => {
    if (isHarmless(resource, group)) return NONE;
    const effect = narrow.get(resource.meta.kind);
    return effect === undefined ? anything(resource) : narrowing(resource, "NQ2105", effect);
  };
}

const CLASSIFIERS: ReadonlyMap<string, Classifier> = new Map<string, Classifier>([
  [
    "policy.networking.k8s.io",
    (resource) => policy("NQ2101", [touchOfAdminPolicy(resource.content)]),
  ],
  ["cilium.io", cilium],
  ["projectcalico.org", calico],
  ["crd.projectcalico.org", calico],
  ["security.istio.io", (resource) => istio(resource, NARROW_INGRESS)],
  [
    "networking.istio.io",
    (resource) => (resource.meta.kind === "Sidecar" ? istio(resource, NARROW_EGRESS) : FRONTEND),
  ],
  [
    "policy.linkerd.io",
    (resource) =>
      isHarmless(resource, "policy.linkerd.io")
        ? NONE
        : narrowing(resource, "NQ2104", NARROW_INGRESS),
  ],
  ["crd.antrea.io", narrowOr("crd.antrea.io", new Map())],
  ["k8s.ovn.org", narrowOr("k8s.ovn.org", new Map([["EgressFirewall", NARROW_EGRESS]]))],
  [
    "network.openshift.io",
    narrowOr("network.openshift.io", new Map([["EgressNetworkPolicy", NARROW_EGRESS]])),
  ],
  [
    "kuma.io",
    narrowOr(
      "kuma.io",
      new Map([
        ["TrafficPermission", NARROW_INGRESS],
        ["MeshTrafficPermission", NARROW_INGRESS],
      ]),
    ),
  ],
  [
    "consul.hashicorp.com",
    // Intentions name services of any namespace.
    (resource) =>
      resource.meta.kind === "ServiceIntentions"
        ? policy("NQ2104", [{ pods: podsOf(undefined), effect: NARROW_INGRESS }])
        : anything(resource),
  ],
  ["k8s.cni.cncf.io", narrowOr("k8s.cni.cncf.io", new Map())],
]);

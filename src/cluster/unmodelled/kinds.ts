/**
 * What kinds that are not modelled do, and whom they touch.
 */
import { groupOf } from "../../manifest/known-kinds.ts";
import type { UnmodelledResource } from "../../manifest/resources.ts";
import { namespaceOf } from "../sink.ts";
import { touchOfAdminPolicy } from "./admin-policies.ts";
import { touchOfCalicoPolicy } from "./calico-policies.ts";
import { touchesOfCiliumPolicy } from "./cilium-policies.ts";
import { touchOfIstioPolicy } from "./istio-policies.ts";
import { ANY_BOTH, NARROW_BOTH, NARROW_INGRESS, podsOf, type Touch } from "./touch.ts";

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

/**
 * What `resource` does. Of kinds whose selectors are understood, the pods that they may select are
 * touched; of others the pods of the object's namespace, or all when it states none.
 */
export function treatmentOf(resource: UnmodelledResource): Treatment {
  switch (resource.role) {
    case "frontend":
    case "workload":
      return { kind: resource.role };
    case "narrows":
      return narrowing(resource);
    case "policy":
      return policy(resource);
  }
}

/** Groups of service meshes, which judge at the receiving workload. */
const MESHES: readonly string[] = [
  "security.istio.io",
  "policy.linkerd.io",
  "kuma.io",
  "consul.hashicorp.com",
];

function narrowing(resource: UnmodelledResource): Treatment {
  const group = groupOf(resource.meta.apiVersion);
  if (group === "security.istio.io") {
    const touch = touchOfIstioPolicy(resource.content, namespaceOf(resource.meta));
    if (touch === undefined) return { kind: "none" };
    return { kind: "policy", code: "NQ2104", touches: [touch] };
  }
  const scope = resource.meta.namespace?.value;
  // Intentions name services of any namespace.
  const pods = podsOf(group === "consul.hashicorp.com" ? undefined : scope);
  return MESHES.includes(group)
    ? { kind: "policy", code: "NQ2104", touches: [{ pods, effect: NARROW_INGRESS }] }
    : { kind: "policy", code: "NQ2105", touches: [{ pods, effect: NARROW_BOTH }] };
}

function policy({ meta, content }: UnmodelledResource): Treatment {
  const namespace = namespaceOf(meta);
  switch (`${groupOf(meta.apiVersion).replace(/^crd\.(?=projectcalico)/, "")}/${meta.kind}`) {
    case "policy.networking.k8s.io/AdminNetworkPolicy":
    case "policy.networking.k8s.io/BaselineAdminNetworkPolicy":
    case "policy.networking.k8s.io/ClusterNetworkPolicy":
      return { kind: "policy", code: "NQ2101", touches: [touchOfAdminPolicy(content)] };
    case "cilium.io/CiliumNetworkPolicy":
      return { kind: "policy", code: "NQ2102", touches: touchesOfCiliumPolicy(content, namespace) };
    case "cilium.io/CiliumClusterwideNetworkPolicy":
      return { kind: "policy", code: "NQ2102", touches: touchesOfCiliumPolicy(content, undefined) };
    case "projectcalico.org/NetworkPolicy":
      return { kind: "policy", code: "NQ2103", touches: [touchOfCalicoPolicy(content, namespace)] };
    case "projectcalico.org/GlobalNetworkPolicy":
      return { kind: "policy", code: "NQ2103", touches: [touchOfCalicoPolicy(content, undefined)] };
    default: {
      const touch: Touch = { pods: podsOf(meta.namespace?.value), effect: ANY_BOTH };
      return { kind: "policy", code: "NQ2105", touches: [touch] };
    }
  }
}

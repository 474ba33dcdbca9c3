/**
 * Which controllers handle which Ingresses of a cluster.
 */
import type { Origin } from "../base/origin.ts";
import type { ControllerConventions, Ingress, IngressClass } from "./ingress.ts";

/** Pods that answer requests for Ingresses. */
export interface IngressController {
  /** As an IngressClass names it, e.g. `k8s.io/ingress-nginx`; else the class that netqed.yaml gives it. */
  readonly name: string;
  /** `namespace/Kind/name` of the workload whose pods they are. */
  readonly workload: string;
  /** `namespace/name` each; not empty. */
  readonly pods: readonly string[];
  readonly conventions: ControllerConventions;
  readonly origin: Origin;
}

/**
 * A controller and what it handles, or may handle: an Ingress of which that is not certain has an alteration
 * that says why.
 */
export interface IngressGroup {
  readonly controller: IngressController;
  readonly ingresses: readonly Ingress[];
}

/** An Ingress that no controller of the cluster is known to handle. */
export interface StrayIngress {
  readonly ingress: Ingress;
  /** E.g. `no controller of its class nginx is in the input`. */
  readonly why: string;
}

/** All Ingresses of a cluster. @invariant sorted by namespace and name; groups by workload */
export interface IngressPlane {
  readonly ingresses: readonly Ingress[];
  readonly classes: readonly IngressClass[];
  readonly groups: readonly IngressGroup[];
  readonly strays: readonly StrayIngress[];
}

/**
 * The ports at which controllers answer requests.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#tls (v1.34; S8.9)
 */
export const HTTP_PORTS = [80, 443] as const;

/** Whether nothing but its rules decides where `ingress` sends requests, and that it is handled. */
export function isCertain({ alterations }: Ingress): boolean {
  return alterations.every(({ changes }) => changes === "path-matching");
}

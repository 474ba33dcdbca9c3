/**
 * Ingress: which backend answers an HTTP request, as data. `ingress-route.ts` says what it means.
 */
import type { Origin } from "../base/origin.ts";

/** Where an Ingress sends requests: a port of a service of its own namespace, or something else. */
export type IngressBackend =
  | {
      readonly kind: "service";
      readonly namespace: string;
      readonly service: string;
      /** The service's own port, by number or by name; never the target port. */
      readonly port: number | string;
      readonly origin: Origin;
    }
  | {
      readonly kind: "resource";
      /** `Kind/name` as written. */
      readonly resource: string;
      readonly namespace: string;
      readonly origin: Origin;
    };

/** How a path is compared with that of a request. */
export type PathType = "Exact" | "Prefix" | "ImplementationSpecific";

/** A path of a rule. @invariant absolute unless the type is ImplementationSpecific */
export interface IngressPath {
  readonly type: PathType;
  readonly path: string;
  readonly backend: IngressBackend;
  readonly origin: Origin;
}

/** A rule. `host` absent: every host. `paths` absent: a catch-all to the default backend (S8.5). */
export interface IngressRule {
  readonly host?: string;
  readonly paths?: readonly IngressPath[];
  readonly origin: Origin;
}

/** A TLS entry. Without hosts it is for whatever the controller serves. */
export interface IngressTls {
  readonly hosts: readonly string[];
  readonly secret?: { readonly name: string; readonly origin: Origin };
  readonly origin: Origin;
}

/** Something by which a controller may route otherwise than the rules say: an annotation, or an open fact. */
export interface RouteAlteration {
  /** E.g. `the annotation example.com/rewrite`, as the subject of a sentence. */
  readonly text: string;
  /**
   * `path-matching`: paths of the rules' hosts are compared in another way. `routing`: requests to the rules'
   * hosts may go elsewhere or nowhere. `hosts`: likewise, and the rules may hold for further hosts.
   */
  readonly changes: "path-matching" | "routing" | "hosts";
  readonly origin: Origin;
}

/**
 * An Ingress.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/ (v1.34; S8.1-S8.9)
 */
export interface Ingress {
  readonly namespace: string;
  readonly name: string;
  /** `spec.ingressClassName`, or the annotation in its place. */
  readonly className?: { readonly name: string; readonly by: "field" | "annotation" };
  readonly defaultBackend?: IngressBackend;
  readonly rules: readonly IngressRule[];
  readonly tls: readonly IngressTls[];
  readonly alterations: readonly RouteAlteration[];
  readonly origin: Origin;
}

/** Names the controller that handles the Ingresses of a class. */
export interface IngressClass {
  readonly name: string;
  readonly controller: string;
  readonly isDefault: boolean;
  readonly origin: Origin;
}

/** What a controller does where the documentation leaves it the choice. */
export interface ControllerConventions {
  /** How an ImplementationSpecific path is compared: as the beginning of the text, or nobody knows. */
  readonly implementationSpecific: "string-prefix" | "unknown";
  /** Whether a request whose host has rules, none of which has its path, is tried at less specific hosts. */
  readonly lessSpecificHosts: "tried" | "not-tried" | "unknown";
  /** Whether it answers TLS for hosts that no TLS entry covers, with a certificate of its own. */
  readonly tlsWithoutEntry: "answered" | "unknown";
}

/** Nothing is known of the controller. */
export const UNKNOWN_CONVENTIONS: ControllerConventions = {
  implementationSpecific: "unknown",
  lessSpecificHosts: "unknown",
  tlsWithoutEntry: "unknown",
};

/** `namespace/name` of an Ingress. */
export function ingressId({ namespace, name }: Pick<Ingress, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

/** Whether two backends are written as the same service and port, or the same resource. */
export function sameBackend(a: IngressBackend, b: IngressBackend): boolean {
  if (a.namespace !== b.namespace) return false;
  if (a.kind === "service" && b.kind === "service") {
    return a.service === b.service && a.port === b.port;
  }
  return a.kind === "resource" && b.kind === "resource" && a.resource === b.resource;
}

/** Every backend to which `ingress` may lead any request, in the order of the text. */
export function backendsOf({ rules, defaultBackend }: Ingress): readonly IngressBackend[] {
  const paths = rules.flatMap((rule) => rule.paths ?? []);
  return [...paths.map(({ backend }) => backend), ...(defaultBackend ? [defaultBackend] : [])];
}

/** Whose an Ingress is. */
export type IngressClaim =
  /** `class` is absent where no IngressClass of that name is known. */
  | { readonly kind: "class"; readonly name: string; readonly class?: IngressClass }
  /** It names no class and nothing says which one is the default. */
  | { readonly kind: "unclaimed" }
  /** It names no class, and several are marked as the default. */
  | { readonly kind: "ambiguous"; readonly classes: readonly IngressClass[] };

/**
 * The class whose controller handles `ingress`: the one that it names, else the default one of `classes`. Of
 * several defaults the newest counts, and age is not in a manifest.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class (v1.34; S8.1)
 */
export function classOf(ingress: Ingress, classes: readonly IngressClass[]): IngressClaim {
  const { className } = ingress;
  if (className !== undefined) {
    const { name } = className;
    const found = classes.find((known) => known.name === name);
    return found === undefined ? { kind: "class", name } : { kind: "class", name, class: found };
  }
  const defaults = classes.filter(({ isDefault }) => isDefault);
  const [first, ...others] = defaults;
  if (first === undefined) return { kind: "unclaimed" };
  return others.length === 0
    ? { kind: "class", name: first.name, class: first }
    : { kind: "ambiguous", classes: defaults };
}

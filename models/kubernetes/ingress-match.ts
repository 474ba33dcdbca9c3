/**
 * How hosts and paths of an Ingress are compared with those of a request.
 */
import type { ControllerConventions, IngressPath } from "./ingress.ts";

/** How a rule's host matches, the most specific first. */
export const HOST_LEVELS = ["exact", "wildcard", "any"] as const;
export type HostLevel = (typeof HOST_LEVELS)[number];

/**
 * How `pattern` matches the host of a request; undefined when it does not. `host` is as the client wrote it,
 * a port after it is ignored; absent when it named none. Hosts have no case. A wildcard stands for exactly
 * one label; an absent pattern for every host.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards (v1.34; S8.4)
 * @source https://www.rfc-editor.org/rfc/rfc9110#section-4.2.3 (hosts are compared without regard to case)
 */
export function hostLevel(
  pattern: string | undefined,
  host: string | undefined,
): HostLevel | undefined {
  if (pattern === undefined) return "any";
  if (host === undefined) return undefined;
  const name = withoutPort(host).toLowerCase();
  const wanted = pattern.toLowerCase();
  if (!wanted.startsWith("*.")) return wanted === name ? "exact" : undefined;
  const dot = name.indexOf(".");
  return dot > 0 && name.slice(dot) === wanted.slice(1) ? "wildcard" : undefined;
}

/** A host of a request without the port: `shop.example.com:8080`, `[2001:db8::1]:80`. */
function withoutPort(host: string): string {
  return host.replace(/:\d*$/, "");
}

/**
 * Whether `path` matches the path of a request, which is absolute and has no query; `unknown` where the
 * controller decides. Case matters.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types (v1.34; S8.7)
 */
export function pathMatches(
  { type, path }: IngressPath,
  requested: string,
  { implementationSpecific }: ControllerConventions,
): "yes" | "no" | "unknown" {
  switch (type) {
    case "Exact":
      return path === requested ? "yes" : "no";
    case "Prefix":
      return isElementPrefix(path, requested) ? "yes" : "no";
    case "ImplementationSpecific":
      if (implementationSpecific === "unknown") return "unknown";
      return requested.startsWith(path) ? "yes" : "no";
  }
}

/** Whether the elements of `path`, split at slashes, begin those of `requested`; slashes at an end are none. */
function isElementPrefix(path: string, requested: string): boolean {
  const wanted = elements(path);
  const found = elements(requested);
  return wanted.every((element, i) => element === found[i]);
}

function elements(path: string): readonly string[] {
  const inner = trimmed(path).slice(1);
  return inner === "" ? [] : inner.split("/");
}

/** `path` without the slashes at its end. */
function trimmed(path: string): string {
  return path.replace(/\/+$/, "");
}

/**
 * Those of `paths`, all of which match one request, that win: the longest, and of these Exact before Prefix.
 * The documentation does not say whether a slash at the end of a Prefix counts for its length: the winners of
 * both readings are given. More than one iff nothing decides between them.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches (v1.34; S8.8)
 */
export function winners<P extends { readonly path: IngressPath }>(
  paths: readonly P[],
): readonly P[] {
  const asWritten = best(paths, ({ path: { path } }) => path.length);
  const asElements = best(paths, ({ path: { path, type } }) =>
    type === "Prefix" ? trimmed(path).length : path.length,
  );
  return [...new Set([...asWritten, ...asElements])];
}

function best<P extends { readonly path: IngressPath }>(
  paths: readonly P[],
  lengthOf: (path: P) => number,
): readonly P[] {
  const longest = Math.max(...paths.map(lengthOf));
  const long = paths.filter((path) => lengthOf(path) === longest);
  const exact = long.filter(({ path }) => path.type === "Exact");
  return exact.length > 0 ? exact : long;
}

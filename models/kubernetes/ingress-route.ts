/**
 * Where a request goes that reaches a controller with these Ingresses.
 */
import type { Origin } from "../base/origin.ts";
import {
  type ControllerConventions,
  type Ingress,
  type IngressBackend,
  type IngressPath,
  type IngressRule,
  type RouteAlteration,
  sameBackend,
} from "./ingress.ts";
import { HOST_LEVELS, type HostLevel, hostLevel, pathMatches, winners } from "./ingress-match.ts";

/**
 * A request. `host` is absent when the client named an address. `path` is absolute, normalised and without a
 * query. `tls`: it comes over HTTPS, and the name in its handshake is the host.
 */
export interface HttpRequest {
  readonly host?: string;
  readonly path: string;
  readonly tls: boolean;
}

/** A backend that a request may go to, and the line that sends it there. */
export interface RouteTarget {
  readonly backend: IngressBackend;
  readonly ingress: Ingress;
  readonly via: "path" | "default";
  /** The path, or the default backend. */
  readonly origin: Origin;
}

/** Why the documentation does not decide a route. */
export interface RouteDoubt {
  readonly kind:
    | "equal-paths"
    | "implementation-specific"
    | "less-specific-host"
    | "several-default-backends"
    | "tls-without-entry"
    | "alteration";
  readonly origins: readonly Origin[];
  /** What may alter it; present iff the kind is alteration. */
  readonly alteration?: RouteAlteration;
}

/** Where a request goes. */
export type Route =
  /** To this backend, whatever the controller. */
  | { readonly kind: "backend"; readonly target: RouteTarget }
  /** To no backend: the controller answers, usually 404. */
  | { readonly kind: "none" }
  /** To one of `possible`, or to none: the controller or the order of creation decides. */
  | {
      readonly kind: "undecided";
      readonly doubts: readonly [RouteDoubt, ...RouteDoubt[]];
      readonly possible: readonly RouteTarget[];
    };

/** What may become of a request, and what leaves more than one thing possible. */
interface Outcome {
  readonly targets: readonly RouteTarget[];
  readonly doubts: readonly RouteDoubt[];
}

const NOWHERE: Outcome = { targets: [], doubts: [] };

/**
 * The route of `request` through the Ingresses of one controller; their order does not matter. The most
 * specific host with rules counts, there the longest path; what matches no rule goes to the default backend.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource (v1.34; S8.2-S8.9)
 * @source https://github.com/kubernetes/api/blob/master/networking/v1/types.go (IngressSpec, IngressRule, IngressTLS)
 */
export function route(
  ingresses: readonly Ingress[],
  conventions: ControllerConventions,
  request: HttpRequest,
): Route {
  const rules = matchingRules(ingresses, request.host);
  const plain = byRules(rules, defaults(ingresses), conventions, request.path);
  const altered = withAlterations(ingresses, rules, plain);
  const doubts = [...tlsDoubts(ingresses, conventions, request), ...altered.doubts];
  const [first, ...more] = doubts;
  if (first !== undefined) {
    return { kind: "undecided", doubts: [first, ...more], possible: distinct(altered.targets) };
  }
  const [target] = altered.targets;
  return target === undefined ? { kind: "none" } : { kind: "backend", target };
}

/** A rule whose host matches, and how. */
interface MatchingRule {
  readonly ingress: Ingress;
  readonly rule: IngressRule;
  readonly level: HostLevel;
}

function matchingRules(
  ingresses: readonly Ingress[],
  host: string | undefined,
): readonly MatchingRule[] {
  return ingresses.flatMap((ingress) =>
    ingress.rules.flatMap((rule) => {
      const level = hostLevel(rule.host, host);
      return level === undefined ? [] : [{ ingress, rule, level }];
    }),
  );
}

/** What the rules say, the most specific hosts first. */
function byRules(
  rules: readonly MatchingRule[],
  otherwise: Outcome,
  conventions: ControllerConventions,
  path: string,
): Outcome {
  const levels = HOST_LEVELS.map((level) => rules.filter((rule) => rule.level === level));
  const [here, ...less] = levels.filter((level) => level.length > 0);
  if (here === undefined) return otherwise;
  const isCatchAll = here.some(({ rule }) => rule.paths === undefined);
  const unmatched = isCatchAll
    ? otherwise
    : lessSpecific(less.flat(), otherwise, conventions, path);
  return byPaths(pathsOf(here), unmatched, conventions, path);
}

/** What becomes of a request that no path of the most specific host has. */
function lessSpecific(
  rules: readonly MatchingRule[],
  otherwise: Outcome,
  conventions: ControllerConventions,
  path: string,
): Outcome {
  const { lessSpecificHosts } = conventions;
  if (lessSpecificHosts === "not-tried" || rules.length === 0) return otherwise;
  const tried = byRules(rules, otherwise, conventions, path);
  if (lessSpecificHosts === "tried") return tried;
  return either("less-specific-host", tried, otherwise);
}

interface CandidatePath {
  readonly ingress: Ingress;
  readonly path: IngressPath;
}

function pathsOf(rules: readonly MatchingRule[]): readonly CandidatePath[] {
  return rules.flatMap(({ ingress, rule }) =>
    (rule.paths ?? []).map((path) => ({ ingress, path })),
  );
}

function byPaths(
  paths: readonly CandidatePath[],
  unmatched: Outcome,
  conventions: ControllerConventions,
  requested: string,
): Outcome {
  const among = (word: "yes" | "unknown"): readonly CandidatePath[] =>
    paths.filter(({ path }) => pathMatches(path, requested, conventions) === word);
  const matching = among("yes");
  const certain =
    matching.length === 0 ? unmatched : oneOf("equal-paths", winners(matching).map(targetOf));
  const perhaps = among("unknown").map(targetOf);
  if (perhaps.length === 0) return certain;
  return either("implementation-specific", oneOf("implementation-specific", perhaps), certain);
}

function targetOf({ ingress, path }: CandidatePath): RouteTarget {
  return { backend: path.backend, ingress, via: "path", origin: path.origin };
}

/** The backend of requests that match no rule; undecided where Ingresses disagree about it. */
function defaults(ingresses: readonly Ingress[]): Outcome {
  const targets = ingresses.flatMap(defaultOf);
  return targets.length === 0 ? NOWHERE : oneOf("several-default-backends", targets);
}

function defaultOf(ingress: Ingress): readonly RouteTarget[] {
  const { defaultBackend: backend } = ingress;
  return backend === undefined
    ? []
    : [{ backend, ingress, via: "default", origin: backend.origin }];
}

/** One of `targets`, nobody knows which, unless all are the same backend. */
function oneOf(kind: RouteDoubt["kind"], targets: readonly RouteTarget[]): Outcome {
  const different = distinct(targets);
  return different.length < 2
    ? { targets: different, doubts: [] }
    : { targets: different, doubts: [{ kind, origins: different.map(({ origin }) => origin) }] };
}

/** `a` or `b`, nobody knows which, unless they are the same. */
function either(kind: RouteDoubt["kind"], a: Outcome, b: Outcome): Outcome {
  const targets = distinct([...a.targets, ...b.targets]);
  const doubts = [...a.doubts, ...b.doubts];
  const same = doubts.length === 0 && a.targets.length === b.targets.length && targets.length < 2;
  if (same) return { targets, doubts };
  return { targets, doubts: [{ kind, origins: a.targets.map(({ origin }) => origin) }, ...doubts] };
}

/** The first target of each backend. */
function distinct(targets: readonly RouteTarget[]): readonly RouteTarget[] {
  return targets.filter(
    (target, i) => targets.findIndex((other) => sameBackend(other.backend, target.backend)) === i,
  );
}

/**
 * `plain`, unless annotations of an Ingress for the request's host may change it. Where they change only how
 * paths are compared, a path `/` still has everything.
 */
function withAlterations(
  ingresses: readonly Ingress[],
  rules: readonly MatchingRule[],
  plain: Outcome,
): Outcome {
  const concerned = ingresses.flatMap((ingress) =>
    ingress.alterations
      .filter(({ changes }) => changes === "hosts" || isConcerned(ingress, rules))
      .map((alteration) => ({ ingress, alteration })),
  );
  if (concerned.length === 0) return plain;
  const everywhere = pathsOf(rules);
  const more = concerned.flatMap(({ ingress }) => [
    ...pathsOf(ingress.rules.map((rule) => ({ ingress, rule, level: "any" }))).map(targetOf),
    ...defaultOf(ingress),
  ]);
  const targets = [...plain.targets, ...everywhere.map(targetOf), ...more];
  const onlyPaths = concerned.every(({ alteration }) => alteration.changes === "path-matching");
  const hasAll = everywhere.some(({ path }) => path.path === "/" && path.type !== "Exact");
  if (onlyPaths && hasAll && plain.doubts.length === 0 && distinct(targets).length === 1) {
    return plain;
  }
  const doubts = concerned.map(
    ({ alteration }): RouteDoubt => ({
      kind: "alteration",
      origins: [alteration.origin],
      alteration,
    }),
  );
  return { targets, doubts: [...plain.doubts, ...doubts] };
}

/** An Ingress with a default backend has its say about every host. */
function isConcerned(ingress: Ingress, rules: readonly MatchingRule[]): boolean {
  return ingress.defaultBackend !== undefined || rules.some((rule) => rule.ingress === ingress);
}

function tlsDoubts(
  ingresses: readonly Ingress[],
  { tlsWithoutEntry }: ControllerConventions,
  { tls, host }: HttpRequest,
): readonly RouteDoubt[] {
  if (!tls || tlsWithoutEntry === "answered") return [];
  const entries = ingresses.flatMap((ingress) => ingress.tls);
  const covers = entries.some(
    ({ hosts }) => hosts.length === 0 || hosts.some((name) => hostLevel(name, host) !== undefined),
  );
  return covers ? [] : [{ kind: "tls-without-entry", origins: [] }];
}

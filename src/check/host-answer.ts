/**
 * Can somebody send a request to a name that Ingresses have? The controller that answers for the name, the rule
 * that it follows, and the two connections.
 */
import { type Ingress, ingressId } from "../../models/kubernetes/ingress.ts";
import { hostLevel } from "../../models/kubernetes/ingress-match.ts";
import type {
  IngressController,
  IngressGroup,
  IngressPlane,
} from "../../models/kubernetes/ingress-plane.ts";
import { type Route, type RouteTarget, route } from "../../models/kubernetes/ingress-route.ts";
import type { ResolvedHostQuery } from "../intent/host-query.ts";
import { anyOf, backendLegs, bothOf, entranceLegs, type Legs } from "./ingress-legs.ts";
import { doubtReason } from "./ingress-doubt.ts";
import type { Subject } from "./subject.ts";
import type { Because, IngressPassage, QueryAnswer, UndecidedReason } from "./types.ts";

/**
 * The answer: `yes` iff whichever controller has the name, entrance is used, rule counts and endpoint is chosen,
 * both connections are delivered; `no` iff none is; else `depends` on known choices, or `undecided`.
 */
export function answerHost(subject: Subject, query: ResolvedHostQuery): QueryAnswer {
  const plane: IngressPlane = subject.cluster.ingress ?? NO_PLANE;
  const { groups, strays } = claimants(plane, query.request.host);
  const passages = groups.flatMap((group) => passagesOf(subject, group, query));
  const unknown = strays.map(
    ({ ingress, why }): UndecidedReason => ({
      code: "NQ2071",
      text: `${ingress.namespace}/Ingress/${ingress.name} has the name too: ${why}`,
      origins: [ingress.origin],
    }),
  );
  const nobody = groups.length + strays.length === 0;
  const words = [
    ...(nobody ? (["no"] as const) : []),
    ...passages.map(({ answer }) => answer),
    ...unknown.map(() => "undecided" as const),
  ];
  const answer = anyOf(words);
  const legs = passages.flatMap(({ entrances, backends }) => [...entrances, ...backends]);
  const all = legs.map(({ answer }) => answer);
  const open = [
    ...unknown,
    ...passages.flatMap((passage) => passage.undecided),
    ...all.flatMap(({ undecided }) => undecided),
  ];
  return {
    answer,
    from: query.from.text,
    to: query.text,
    protocol: "TCP",
    port: query.port,
    outcomes: all.flatMap(({ outcomes }) => outcomes),
    because: [
      ...(nobody ? [UNCLAIMED] : []),
      ...passages.flatMap((passage) => passage.because),
      ...all.flatMap(({ because }) => because),
    ],
    undecided: answer === "undecided" ? distinct(open) : [],
    passages,
  };
}

function distinct(reasons: readonly UndecidedReason[]): readonly UndecidedReason[] {
  return [...new Map(reasons.map((reason) => [`${reason.code} ${reason.text}`, reason])).values()];
}

const UNCLAIMED: Because = {
  direction: "route",
  effect: "denied",
  text: "no Ingress has a rule or a default backend for the name",
  origins: [],
};

const NO_PLANE: IngressPlane = { ingresses: [], classes: [], groups: [], strays: [] };

/** Whether a rule of `ingress` is for `host` by name; `any` counts rules and backends for every host as well. */
function names(ingress: Ingress, host: string, any: boolean): boolean {
  const levels = ingress.rules.map((rule) => hostLevel(rule.host, host));
  const named = levels.some((level) => level === "exact" || level === "wildcard");
  if (named || !any) return named;
  const mayHaveMore = ingress.alterations.some(({ changes }) => changes === "hosts");
  return levels.includes("any") || ingress.defaultBackend !== undefined || mayHaveMore;
}

/**
 * Who answers for `host`: the controllers and the stray Ingresses with a rule for it; without any, those for every
 * host. An annotation may give a controller further hosts.
 */
function claimants(
  { groups, strays }: IngressPlane,
  host: string,
): Pick<IngressPlane, "groups" | "strays"> {
  const pick = (any: boolean): Pick<IngressPlane, "groups" | "strays"> => ({
    groups: groups.filter(({ ingresses }) => ingresses.some((i) => names(i, host, any))),
    strays: strays.filter(({ ingress }) => names(ingress, host, any)),
  });
  const named = pick(false);
  if (named.groups.length > 0 || named.strays.length > 0) return named;
  return pick(true);
}

function passagesOf(
  subject: Subject,
  { controller, ingresses }: IngressGroup,
  query: ResolvedHostQuery,
): readonly IngressPassage[] {
  const entrance = entranceLegs(subject, query.from, controller, query.port);
  const found = route(ingresses, controller.conventions, query.request);
  const doubts = found.kind === "undecided" ? found.doubts.map(doubtReason) : [];
  const targets = targetsOf(found);
  if (targets.length === 0)
    return [passage(controller, entrance, undefined, nowhere(query, doubts))];
  return targets.map((target) => {
    const behind = backendLegs(subject, controller, target.backend);
    const undecided = [...behind.undecided, ...doubts];
    const word = doubts.length > 0 ? "undecided" : behind.word;
    return {
      ...passage(controller, entrance, target, { ...behind, word, undecided }),
      endpoints: behind.endpoints,
    };
  });
}

function targetsOf(found: Route): readonly RouteTarget[] {
  switch (found.kind) {
    case "backend":
      return [found.target];
    case "none":
      return [];
    case "undecided":
      return found.possible;
  }
}

/** No rule has the request: the controller answers itself. */
function nowhere({ request }: ResolvedHostQuery, undecided: readonly UndecidedReason[]): Legs {
  const text = `no rule has ${request.host}${request.path}, and there is no default backend: the controller answers itself, usually with 404`;
  return {
    word: undecided.length > 0 ? "undecided" : "no",
    legs: [],
    because: [{ direction: "route", effect: "denied", text, origins: [] }],
    undecided,
  };
}

function passage(
  controller: IngressController,
  entrance: Legs,
  target: RouteTarget | undefined,
  behind: Legs,
): IngressPassage {
  const base = {
    answer: bothOf(entrance.word, behind.word),
    controller: controller.workload,
    controllerAt: controller.origin,
    entrances: entrance.legs,
    backends: behind.legs,
    endpoints: [],
    because: [...entrance.because, ...behind.because],
    undecided: [...entrance.undecided, ...behind.undecided],
  };
  return target === undefined ? base : { ...base, rule: ruleOf(target) };
}

/** The line that sends a request on, in words. */
function ruleOf({
  backend,
  ingress,
  via,
  origin,
}: RouteTarget): NonNullable<IngressPassage["rule"]> {
  const path = ingress.rules
    .flatMap(({ host, paths = [] }) => paths.map((own) => ({ host, own })))
    .find(({ own }) => own.origin === origin);
  const text =
    via === "default" || path === undefined
      ? "default backend"
      : `host ${path.host ?? "(any)"}, path ${path.own.path} (${path.own.type})`;
  const to =
    backend.kind === "service"
      ? `${backend.namespace}/Service/${backend.service} port ${String(backend.port)}`
      : backend.resource;
  const [namespace = "", name = ""] = ingressId(ingress).split("/");
  return { ingress: `${namespace}/Ingress/${name}`, text, backend: to, origin };
}

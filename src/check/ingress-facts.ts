/**
 * Facts about the backends of Ingresses: they exist, and their controllers can reach them.
 */
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import {
  backendsOf,
  type Ingress,
  type IngressBackend,
  sameBackend,
} from "../../models/kubernetes/ingress.ts";
import { type BackendTarget, backendTarget } from "../../models/kubernetes/ingress-backend.ts";
import { nearestName } from "../base/nearest-name.ts";
import type { GroundResult } from "./ground.ts";
import { backendLegs } from "./ingress-legs.ts";
import type { Subject } from "./subject.ts";
import type { Counterexample, PropertyOutcome, QueryOutcome, UndecidedReason } from "./types.ts";

/** What was found of one backend. */
interface Found {
  readonly broken: readonly Counterexample[];
  readonly open: readonly UndecidedReason[];
  readonly leftOut: readonly string[];
}

const NOTHING: Found = { broken: [], open: [], leftOut: [] };

/**
 * Whether every backend names a port with an endpoint. A missing service is left out where the input holds none of
 * the services of Ingresses in its namespace, nor one of a similar name: they are probably elsewhere. Left out are also
 * backends that are no services of the cluster.
 */
export function backendsExist({ cluster }: Subject): GroundResult {
  const ingresses = cluster.ingress?.ingresses ?? [];
  return resultOf(
    ingresses.flatMap((ingress) =>
      distinct(ingress).map((backend) => existence(cluster, ingress, backend)),
    ),
  );
}

/** Whether every controller can reach each endpoint of its backends. Where the controller is not known: left out. */
export function backendsReachable(subject: Subject): GroundResult {
  const { groups = [], strays = [] } = subject.cluster.ingress ?? {};
  const known = groups.flatMap((group) =>
    group.ingresses.flatMap((ingress) =>
      distinct(ingress).map((backend) => reachability(subject, group, ingress, backend)),
    ),
  );
  const unknown = strays.map(
    ({ ingress, why }): Found => ({
      ...NOTHING,
      leftOut: [`backends of ${idOf(ingress)}: ${why}`],
    }),
  );
  return resultOf([...known, ...unknown]);
}

function idOf({ namespace, name }: Ingress): string {
  return `${namespace}/Ingress/${name}`;
}

function distinct(ingress: Ingress): readonly IngressBackend[] {
  const all = backendsOf(ingress);
  return all.filter((backend, i) => all.findIndex((other) => sameBackend(other, backend)) === i);
}

function resultOf(found: readonly Found[]): GroundResult {
  const broken = found.flatMap((one) => one.broken);
  const open = found.flatMap((one) => one.open);
  const [first, ...rest] = broken;
  const outcome: PropertyOutcome =
    first !== undefined
      ? { kind: "refuted", by: [first, ...rest], others: 0 }
      : open.length > 0
        ? { kind: "undecided", why: open }
        : { kind: "proved" };
  return {
    outcome,
    method: { kind: "computed", cases: found.length, proofs: 0 },
    leavesOut: [...new Set(found.flatMap((one) => one.leftOut))],
  };
}

function existence(cluster: Cluster, ingress: Ingress, backend: IngressBackend): Found {
  const target = backendTarget(cluster, backend);
  const id = idOf(ingress);
  const name =
    backend.kind === "service"
      ? `${backend.namespace}/Service/${backend.service}`
      : backend.resource;
  const broken = (what: string, more: Counterexample["because"] = []): Found => ({
    ...NOTHING,
    broken: [
      {
        summary: `${id} sends requests to ${name}, ${what}`,
        because: [
          {
            direction: "route",
            effect: "denied",
            text: `the backend of ${id}`,
            object: id,
            origins: [backend.origin],
          },
          ...more,
        ],
      },
    ],
  });
  switch (target.kind) {
    case "no-service": {
      if (isComplete(cluster, backend)) return broken("which does not exist");
      const leftOut = [`the backend ${name} of ${id}: the input has no service like it`];
      return { ...NOTHING, leftOut };
    }
    case "no-port":
      return broken(
        `which has no port ${backend.kind === "service" ? String(backend.port) : ""}`,
        because(target),
      );
    case "port":
      if (target.endpoints.length > 0) return NOTHING;
      return broken("which has no endpoints", because(target));
    case "unclear": {
      const text = `where ${name}, a backend of ${id}, leads is not known`;
      return { ...NOTHING, open: [{ code: "NQ3010", text, origins: [backend.origin] }] };
    }
    case "alias":
    case "resource":
      return { ...NOTHING, leftOut: [`the backend ${name} of ${id}`] };
  }
}

/**
 * Whether the input seems to hold the services of Ingresses in the namespace of `missing`: it has another one of
 * them, or one of nearly that name.
 */
function isComplete(cluster: Cluster, missing: IngressBackend): boolean {
  const own = cluster.services.filter(({ namespace }) => namespace === missing.namespace);
  const names = new Set(own.map(({ name }) => name));
  const others = (cluster.ingress?.ingresses ?? [])
    .filter(({ namespace }) => namespace === missing.namespace)
    .flatMap(backendsOf);
  const hasOther = others.some((b) => b.kind === "service" && names.has(b.service));
  const wanted = missing.kind === "service" ? missing.service : "";
  return hasOther || nearestName(wanted, names) !== undefined;
}

function because({
  service,
}: Extract<BackendTarget, { readonly kind: "port" | "no-port" }>): Counterexample["because"] {
  const object = `${service.namespace}/Service/${service.name}`;
  const text = "the service";
  return [{ direction: "route", effect: "denied", text, object, origins: [service.origin] }];
}

type Group = NonNullable<Cluster["ingress"]>["groups"][number];

function reachability(
  subject: Subject,
  { controller }: Group,
  ingress: Ingress,
  backend: IngressBackend,
): Found {
  const { legs } = backendLegs(subject, controller, backend);
  const failing = legs.filter(
    ({ answer }) => answer.answer === "no" || answer.answer === "depends",
  );
  const open = legs.filter(({ answer }) => answer.answer === "undecided");
  const broken = failing.map(({ text, answer }): Counterexample => {
    const outcome =
      answer.outcomes.find(({ verdict }) => verdict !== "delivered") ??
      answer.outcomes.find(({ lostReply }) => lostReply !== undefined);
    return {
      summary: `${idOf(ingress)} is handled by ${controller.workload}, which cannot reach ${placeOf(outcome, text)}`,
      ...(outcome === undefined ? {} : { trace: outcome.trace }),
      ...(outcome?.lostReply === undefined ? {} : { lostReply: outcome.lostReply }),
      because: answer.because.filter(({ effect }) => effect === "denied"),
    };
  });
  return { ...NOTHING, broken, open: open.flatMap(({ answer }) => answer.undecided) };
}

function placeOf(outcome: QueryOutcome | undefined, text: string): string {
  return outcome === undefined ? text : `an endpoint of ${text}`;
}

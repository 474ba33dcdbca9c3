/**
 * The two connections behind a request to an Ingress: to the controller's pods, and from these to an endpoint of
 * the backend.
 */
import { type Address, addressSets, sameAddress } from "../../models/base/address.ts";
import { type Pod, podId } from "../../models/kubernetes/cluster.ts";
import type { IngressBackend } from "../../models/kubernetes/ingress.ts";
import { backendTarget } from "../../models/kubernetes/ingress-backend.ts";
import type { IngressController } from "../../models/kubernetes/ingress-plane.ts";
import type { Endpoint } from "../../models/kubernetes/service.ts";
import { groupBy } from "../base/group-by.ts";
import { NO_ENDPOINTS } from "../intent/endpoint-set.ts";
import { endOf, entrancesOf, podSet } from "./ingress-entrances.ts";
import { answerQuery } from "./query.ts";
import type { Query } from "./question.ts";
import type { Subject } from "./subject.ts";
import type { Because, IngressLeg, QueryAnswer, UndecidedReason } from "./types.ts";

type Word = QueryAnswer["answer"];

/** What became of one of the two connections, in all its possible ways. */
export interface Legs {
  readonly word: Word;
  readonly legs: readonly IngressLeg[];
  /** Why there is no connection at all. */
  readonly because: readonly Because[];
  readonly undecided: readonly UndecidedReason[];
}

/** The connection from `from` to the entrances of `controller`; `no` where it has none. */
export function entranceLegs(
  subject: Subject,
  from: Query["from"],
  controller: IngressController,
  port: number,
): Legs {
  const entrances = entrancesOf(subject.cluster, controller, port);
  if (entrances.length === 0) {
    const text = `nothing leads from outside to port ${String(port)} of ${controller.workload}: no load balancer, external address, node port or host network`;
    return { word: "no", legs: [], because: [denied(text, controller)], undecided: [] };
  }
  const undecided = entrances.flatMap((e) => (e.kind === "open" ? [e.reason] : []));
  const legs = entrances.flatMap((entrance): readonly IngressLeg[] => {
    if (entrance.kind === "open") return [];
    const { text, to, port: called } = entrance;
    const query: Query = { from, to, protocol: "TCP", port: called };
    return [{ text, answer: answerQuery(subject, query) }];
  });
  const words = [...legs.map(({ answer }) => answer.answer), ...undecided.map(() => UNDECIDED)];
  return { word: anyOf(words), legs, because: [], undecided };
}

const UNDECIDED: Word = "undecided";

function denied(text: string, { workload, origin }: IngressController): Because {
  return { direction: "route", effect: "denied", text, object: workload, origins: [origin] };
}

/** The connections from the pods of `controller` to the endpoints of `backend`; each may be chosen. */
export function backendLegs(
  subject: Subject,
  controller: IngressController,
  backend: IngressBackend,
): Legs & { readonly endpoints: readonly Endpoint[] } {
  const { cluster } = subject;
  const target = backendTarget(cluster, backend);
  const nothing = { legs: [], because: [], undecided: [], endpoints: [] };
  const origins = [backend.origin];
  const refused = (text: string): ReturnType<typeof backendLegs> => ({
    ...nothing,
    word: "no",
    because: [{ direction: "route", effect: "denied", text, origins }],
  });
  const open = (code: UndecidedReason["code"], text: string): ReturnType<typeof backendLegs> => ({
    ...nothing,
    word: "undecided",
    undecided: [{ code, text, origins }],
  });
  const name =
    backend.kind === "service"
      ? `${backend.namespace}/Service/${backend.service}`
      : backend.resource;
  switch (target.kind) {
    case "no-service":
      return refused(`the backend ${name} does not exist: the controller answers itself`);
    case "no-port":
      return refused(
        `${name} has no port ${backend.kind === "service" ? String(backend.port) : ""}: the controller answers itself`,
      );
    case "alias":
      return open("NQ2074", `${name} is an alias of a name in DNS: where it leads is not known`);
    case "resource":
      return open("NQ2081", `the backend ${name} is no service: what is done with it is not known`);
    case "unclear":
      return open("NQ3010", `where ${name} leads is not known`);
    case "port": {
      const found = target.endpoints;
      if (found.length === 0)
        return refused(`${name} has no endpoints: the controller answers itself`);
      const legs = endpointLegs(subject, controller, found, name);
      const words = legs.map(({ answer }) => answer.answer);
      return { ...nothing, word: anyOf(words), legs, endpoints: found };
    }
  }
}

/** One question for each port and kind of owner of the endpoints. */
function endpointLegs(
  subject: Subject,
  controller: IngressController,
  found: readonly Endpoint[],
  name: string,
): readonly IngressLeg[] {
  const { cluster } = subject;
  const pods = cluster.pods.filter((pod) => controller.pods.includes(podId(pod)));
  const families = new Set(pods.flatMap((pod) => pod.addresses.map(({ family }) => family)));
  const { workload } = controller;
  const [namespace = "", , own = ""] = workload.split("/");
  const expression = { kind: "workload", namespace, name: own } as const;
  const senders = podSet(pods.map((pod) => [podId(pod), pod.addresses]));
  const from = endOf(workload, expression, senders, controller.origin);
  // A controller without addresses of a family does not use endpoints of that family.
  const usable = found.filter(({ address }) => families.has(address.family));
  const groups = groupBy(usable, ({ port }) => String(port));
  return [...groups.values()].flatMap((group) => {
    const addresses = group.map(({ address }) => address);
    const port = group[0]?.port ?? 0;
    const text = `${name} at ${String(group.length)} ${group.length === 1 ? "endpoint" : "endpoints"}, port ${String(port)}`;
    const to = endOf(text, expression, ownersOf(subject, addresses), controller.origin);
    const query: Query = { from, to, protocol: "TCP", port };
    return [{ text, answer: answerQuery(subject, query) }];
  });
}

/** Whoever has each address: a pod, else a node, else somebody outside. */
function ownersOf({ cluster }: Subject, addresses: readonly Address[]): Query["to"]["set"] {
  const has = (owner: Pick<Pod, "addresses">): readonly Address[] =>
    owner.addresses.filter((own) => addresses.some((address) => sameAddress(own, address)));
  const pods = cluster.pods
    .filter((pod) => !pod.hostNetwork)
    .map((pod) => [podId(pod), has(pod)] as const)
    .filter(([, own]) => own.length > 0);
  const nodes = cluster.nodes
    .map((node) => [node.name, has(node)] as const)
    .filter(([, own]) => own.length > 0);
  const owned = [...pods, ...nodes].flatMap(([, own]) => own);
  const rest = addresses.filter((address) => !owned.some((own) => sameAddress(own, address)));
  return {
    ...NO_ENDPOINTS,
    pods: new Map(pods),
    nodes: new Map(nodes),
    outside: addressSets.ofAddresses(rest),
  };
}

/** The word where any one of several ways is taken, nobody knows which. */
export function anyOf(words: readonly Word[]): Word {
  const has = (word: Word): boolean => words.includes(word);
  if (words.length === 0) return "undecided";
  if (has("depends") || (has("yes") && has("no"))) return "depends";
  if (has("undecided")) return "undecided";
  return has("no") ? "no" : "yes";
}

/** The word where one way follows the other. */
export function bothOf(a: Word, b: Word): Word {
  const has = (word: Word): boolean => a === word || b === word;
  if (has("no")) return "no";
  if (has("undecided")) return "undecided";
  return has("depends") ? "depends" : "yes";
}

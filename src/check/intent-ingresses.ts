/**
 * What Ingresses whose controller is known let through, against what an intent forbids: a request is two
 * connections, and neither of them has both ends of the intent.
 */
import { addressSets, sameAddress } from "../../models/base/address.ts";
import { portSets } from "../../models/base/interval-set.ts";
import { type Pod, podEndpoint, podId } from "../../models/kubernetes/cluster.ts";
import { type Ingress, type IngressBackend, sameBackend } from "../../models/kubernetes/ingress.ts";
import { type HttpRequest, route } from "../../models/kubernetes/ingress-route.ts";
import type { IngressController } from "../../models/kubernetes/ingress-plane.ts";
import { HTTP_PORTS, isCertain } from "../../models/kubernetes/ingress-plane.ts";
import type { ResolvedClaim } from "../intent/resolve-claim.ts";
import { meansServicePort } from "../intent/resolve-ports.ts";
import { type Sender, sendersOf } from "./ends.ts";
import { type ForbiddenRule, forbiddenRule, type PortCondition } from "./forbidden.ts";
import { backendLegs, bothOf, entranceLegs } from "./ingress-legs.ts";
import type { Subject } from "./subject.ts";
import type { Counterexample, QueryAnswer, QueryOutcome, UndecidedReason } from "./types.ts";

type DenyClaim = Extract<ResolvedClaim, { readonly kind: "deny" }>;

/** What passes Ingresses although it is denied, and what may. */
export interface Passing {
  readonly certain: readonly Counterexample[];
  readonly possible: readonly UndecidedReason[];
}

/**
 * What `claim` denies and an Ingress lets through: a sender gets to a controller, and this gets to an endpoint that
 * is denied to the sender, unless the claim excepts either the sender or the controller there.
 */
export function throughIngresses(subject: Subject, claim: DenyClaim): Passing {
  const rule = forbiddenRule(subject.cluster, claim);
  const senders = sendersOf(subject, rule.from, rule.cuts);
  const found = (subject.cluster.ingress?.groups ?? []).flatMap(({ controller, ingresses }) =>
    ingresses.flatMap((ingress) =>
      requestsTo(ingress).map(({ backend, request }) => {
        const routed = route(ingresses, controller.conventions, request);
        const isRouted = routed.kind === "backend" && sameBackend(routed.target.backend, backend);
        return passing({ subject, claim, rule, senders, controller, ingress, backend, isRouted });
      }),
    ),
  );
  return {
    certain: found.flatMap(({ certain }) => certain),
    possible: found.flatMap(({ possible }) => possible),
  };
}

interface Example {
  readonly backend: IngressBackend;
  readonly request: HttpRequest;
}

/** A request for each rule and the default backend of `ingress`; none is for TLS, which needs more than rules. */
function requestsTo({ rules, defaultBackend }: Ingress): readonly Example[] {
  const byRules = rules.flatMap(({ host, paths = [] }) =>
    paths.map(({ path, backend }): Example => {
      const name = (host ?? "any.invalid").replace(/^\*/, "any");
      return { backend, request: { host: name, path: path === "" ? "/" : path, tls: false } };
    }),
  );
  if (defaultBackend === undefined) return byRules;
  const request = { host: "any.invalid", path: "/any", tls: false };
  return [...byRules, { backend: defaultBackend, request }];
}

interface Way {
  readonly subject: Subject;
  readonly claim: DenyClaim;
  readonly rule: ForbiddenRule;
  readonly senders: readonly Sender[];
  readonly controller: IngressController;
  readonly ingress: Ingress;
  readonly backend: IngressBackend;
  /** Whether some request certainly goes to the backend. */
  readonly isRouted: boolean;
}

const NOTHING: Passing = { certain: [], possible: [] };

function passing(way: Way): Passing {
  const { subject, claim, controller, ingress, backend } = way;
  const behind = backendLegs(subject, controller, backend);
  if (behind.word === "no") return NOTHING;
  const denied = way.senders.filter((sender) => isDenied(way, sender, behind.endpoints));
  const concerned = behind.endpoints.length > 0 ? denied.length > 0 : isNear(way);
  if (!concerned) return NOTHING;
  const name = `${ingress.namespace}/Ingress/${ingress.name}`;
  const open = (reasons: readonly UndecidedReason[]): Passing => {
    const text = `${name} may lead there through ${controller.workload}`;
    const own: UndecidedReason = { code: "NQ3021", text, origins: [backend.origin] };
    return { certain: [], possible: [own, ...reasons] };
  };
  const from = { text: claim.from.spec.text, spec: claim.from.spec, set: claim.from.set };
  const entrances = HTTP_PORTS.map((port) => entranceLegs(subject, from, controller, port));
  const open80 = entrances.filter(({ word }) => word !== "no");
  if (open80.length === 0) return NOTHING;
  const [best] = open80.map(({ word }) => word).sort((a, b) => RANK[a] - RANK[b]);
  const word = bothOf(best ?? "undecided", behind.word);
  const all = denied.length === way.senders.length;
  const delivered = behind.legs
    .flatMap(({ answer }) => answer.outcomes)
    .find((outcome) => isDeniedOutcome(way, denied, outcome));
  const sure = all && way.isRouted && isCertain(ingress);
  if (word === "undecided" || !sure || delivered === undefined) {
    return open([...open80.flatMap(({ undecided }) => undecided), ...behind.undecided]);
  }
  const receiver = delivered.receiver ?? "";
  return { certain: [example(claim, name, receiver, delivered, way)], possible: [] };
}

/** The surer, the lower. */
const RANK: Readonly<Record<QueryAnswer["answer"], number>> = {
  yes: 0,
  depends: 1,
  undecided: 2,
  no: 3,
};

function example(
  claim: DenyClaim,
  name: string,
  receiver: string,
  { trace }: QueryOutcome,
  { controller, backend }: Way,
): Counterexample {
  return {
    summary: `${claim.from.spec.text} can reach ${receiver} through ${name}`,
    trace,
    because: [
      {
        direction: "route",
        effect: "allowed",
        text: `${name} leads requests there; ${controller.workload} sends them on`,
        object: name,
        origins: [backend.origin],
      },
    ],
  };
}

type Endpoints = ReturnType<typeof backendLegs>["endpoints"];

/** Whether the claim denies anything in the namespace of a backend of which it is not known where it leads. */
function isNear({ rule, backend }: Way): boolean {
  const prefix = `${backend.namespace}/`;
  const names = [...rule.to.pods.keys(), ...rule.to.services.map(({ service }) => service)];
  return names.some((name) => name.startsWith(prefix));
}

/** Whether one of `endpoints`, called by `sender` itself, would be denied. */
function isDenied(way: Way, sender: Sender, endpoints: Endpoints): boolean {
  return endpoints.some(({ address, port }) => isDeniedThere(way, sender, address, port));
}

function isDeniedOutcome(way: Way, senders: readonly Sender[], outcome: QueryOutcome): boolean {
  const { verdict, address, port } = outcome;
  return (
    verdict === "delivered" && senders.some((sender) => isDeniedThere(way, sender, address, port))
  );
}

type Address = Endpoints[number]["address"];

/** Whoever has the address: a pod, be it on the network of its node, or somebody outside. */
function isDeniedThere(way: Way, sender: Sender, address: Address, port: number): boolean {
  const owners = way.subject.cluster.pods.filter((pod) =>
    pod.addresses.some((own) => sameAddress(own, address)),
  );
  if (owners.length === 0) return addressSets.contains(way.rule.to.outside, address);
  return owners.some((owner) => isDeniedAt(way, sender, owner, address, port));
}

function isDeniedAt(way: Way, sender: Sender, owner: Pod, address: Address, port: number): boolean {
  const arrival = { endpoint: podEndpoint(owner), address };
  const has = ({ on, ports }: PortCondition): boolean =>
    on === "received" && portSets.contains(ports.TCP, port);
  const { forbidden, excepted } = way.rule.forbids({ sender, destination: address, arrival });
  if (excepted.some(has) || isExceptedController(way, arrival, has)) return false;
  return forbidden.some(has) || namesService(way);
}

/** Whether the claim excepts what the controller sends there. */
function isExceptedController(
  { subject, rule, controller }: Way,
  arrival: { readonly endpoint: string; readonly address: Address },
  has: (condition: PortCondition) => boolean,
): boolean {
  const pods = subject.cluster.pods.filter((pod) => controller.pods.includes(podId(pod)));
  return pods.every((pod) =>
    pod.addresses.some((source) => {
      const sender = { endpoint: podEndpoint(pod), process: "", source };
      return rule.forbids({ sender, destination: arrival.address, arrival }).excepted.some(has);
    }),
  );
}

/** Whether the claim denies the very service that is the backend. */
function namesService({ claim, backend }: Way): boolean {
  if (backend.kind === "resource") return false;
  const name = `${backend.namespace}/${backend.service}`;
  return claim.to.set.services.some(
    ({ service, port }) => service === name && meansServicePort(claim.ports, port),
  );
}

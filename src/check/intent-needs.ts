/**
 * What an intent needs: conditions that must have no solution in one bound's network.
 */
import { EXPECTS_REPLY } from "../../models/base/connection.ts";
import type { Family, Protocol } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import type { Bound } from "../../models/kubernetes/unknowns.ts";
import type { Packet } from "../../models/network/network.ts";
import type { Trace, Verdict } from "../../models/network/trace.ts";
import { callFate } from "./connects.ts";
import { entrancesOf, calls, type Destination, type Sender, sendersOf } from "./ends.ts";
import { type Flow, arrivalOf, flowOf, flowsTo, ownDestinations } from "./flows.ts";
import { type ForbiddenClaim, forbiddenRule } from "./forbidden.ts";
import type { Need } from "./obligations.ts";
import { type PortsByProtocol, type Prover, portsTerm } from "./prover.ts";
import type { Subject } from "./subject.ts";
import type { ResolvedClaim } from "../intent/resolve-claim.ts";
import { meansServicePort, portsAtPod } from "../intent/resolve-ports.ts";
import { NO_PORTS } from "./prover.ts";
import { podId } from "../../models/kubernetes/cluster.ts";
import { InternalError } from "../base/assert.ts";
import { groupBy } from "../base/group-by.ts";
import type { SymbolicVerdict } from "../smt/path.ts";
import type { Bool } from "../smt/term.ts";

/** A need of an intent. */
export interface IntentNeed extends Need {
  /** Whether this life of a packet of the need's exploration breaks the intent. */
  readonly isBroken: (trace: Trace) => boolean;
  /** Whether the intent speaks about this packet of the need's exploration. */
  readonly concerns: (packet: Packet) => boolean;
  /** Whom it was to reach, for reports. */
  readonly to: string;
}

/** A condition, and the group of which one condition must have no solution. */
export interface GroupedNeed {
  readonly violation: Bool;
  readonly need: IntentNeed;
  readonly group: string;
}

type AllowClaim = Extract<ResolvedClaim, { readonly kind: "allow" }>;

/** The packets that `claim` forbids and the network of `bound` delivers. */
export function* forbiddenNeeds(
  subject: Subject,
  prover: Prover,
  bound: Bound,
  claim: ForbiddenClaim,
): Generator<GroupedNeed> {
  const rule = forbiddenRule(subject.cluster, claim);
  const senders = sendersOf(subject, rule.from, rule.cuts);
  const { terms } = prover;
  let index = 0;
  for (const flow of flowsTo(subject, prover, senders, rule.to, rule.cuts)) {
    const { exploration, sender, destination } = flow;
    const broken = exploration.paths.map((path) => {
      if (path.verdict.kind !== "delivered") return terms.no;
      const arrival = arrivalOf(prover, exploration.scope.family, path);
      if (arrival === undefined) throw new InternalError("a delivered packet has no one address");
      // A pod that is led back to itself through a service talks to nobody else (S6.23).
      if (arrival.endpoint === sender.endpoint) return terms.no;
      const verdict = rule.forbids({ sender, destination, arrival });
      const is = (conditions: typeof verdict.forbidden): Bool =>
        terms.or(
          ...conditions.map(({ on, ports }) =>
            portsTerm(terms, on === "called" ? exploration.header : path.header, ports),
          ),
        );
      return terms.and(path.condition, is(verdict.forbidden), terms.not(is(verdict.excepted)));
    });
    const violation = terms.and(exploration.domain, terms.or(...broken));
    const isBroken = (trace: Trace): boolean => rule.isForbidden(prover.network, flow, trace);
    index += 1;
    const need = { exploration, bound, pairs: 1, isBroken, concerns: () => true, to: "" };
    yield { violation, need, group: String(index) };
  }
}

/**
 * The packets that `claim` asks for and that open nothing in the network of `bound`, by some choice. With
 * `any` on a side, one end of that side is enough for each end of the other.
 */
export function* allowNeeds(
  subject: Subject,
  prover: Prover,
  bound: Bound,
  claim: AllowClaim,
): Generator<GroupedNeed> {
  const senders = sendersOf(subject, claim.from.set);
  for (const sender of senders) {
    for (const target of targetsOf(subject, claim)) {
      if (target.owner === sender.endpoint) continue;
      if (target.address.family !== sender.source.family || !calls(subject, sender, target))
        continue;
      const flow = flowOf(prover, sender, target.address);
      const group = groupOf(claim, sender, target);
      yield { ...allowNeed(subject, prover, bound, flow, target), group };
    }
  }
}

/**
 * The first sender and target of `claim` that have no address family in common, in words: nothing can be asked
 * about them, so nothing is claimed. Undefined when there are none.
 */
export function strangers(subject: Subject, claim: AllowClaim): string | undefined {
  interface End {
    readonly id: string;
    readonly family: Family;
  }
  const families = (ends: readonly End[]): ReadonlyMap<string, readonly End[]> =>
    groupBy(ends, ({ id }) => id);
  const senders = families(
    sendersOf(subject, claim.from.set).map(({ endpoint, source: { family } }) => {
      return { id: endpoint, family };
    }),
  );
  const targets = families(
    targetsOf(subject, claim).map(({ owner, name, address: { family } }) => {
      return { id: owner ?? name, family };
    }),
  );
  for (const [from, own] of senders) {
    for (const [to, called] of targets) {
      const meet = own.some(({ family }) => called.some((other) => other.family === family));
      if (from !== to && !meet) return `${from} and ${to} have no address family in common`;
    }
  }
  return undefined;
}

/** Those of `ports` of protocols by which nothing is sent without a reply. */
function expectingReply(ports: PortsByProtocol): PortsByProtocol {
  const of = (protocol: Protocol): PortSet => (EXPECTS_REPLY[protocol] ? ports[protocol] : []);
  return { TCP: of("TCP"), UDP: of("UDP"), SCTP: of("SCTP") };
}

interface Target extends Pick<Destination, "owner" | "address" | "side"> {
  readonly ports: PortsByProtocol;
  readonly name: string;
}

function groupOf(claim: AllowClaim, sender: Sender, target: Target): string {
  const { family } = target.address;
  const from =
    claim.from.quantifier === "any" ? "" : `${sender.endpoint} ${String(sender.source.bits)}`;
  const to =
    claim.to.quantifier === "any"
      ? ""
      : `${target.owner ?? ""} ${String(target.address.bits)} ${target.name}`;
  return `${family} ${from} > ${to}`;
}

/** The called addresses with the ports that are meant there. */
function targetsOf(subject: Subject, claim: AllowClaim): readonly Target[] {
  const { set } = claim.to;
  const pods = new Map(subject.cluster.pods.map((pod) => [`pod:${podId(pod)}`, pod]));
  const owned = ownDestinations(subject, set).map((called): Target => {
    const pod = pods.get(called.owner ?? "");
    return { ...called, ports: portsAtPod(claim.ports, pod), name: called.owner ?? "" };
  });
  const services = set.services
    .filter((frontend) => meansServicePort(claim.ports, frontend.port))
    .flatMap((frontend) =>
      entrancesOf(subject, frontend).map(({ port, ...entrance }): Target => {
        const called: PortSet = [[port, port]];
        const ports = { ...NO_PORTS, [frontend.port.protocol]: called };
        return { ...entrance, ports, name: `svc:${frontend.service}` };
      }),
    );
  return [...owned, ...services];
}

/** What misses: what does not arrive and, over protocols that need a reply, what gets none. */
function allowNeed(
  subject: Subject,
  prover: Prover,
  bound: Bound,
  { exploration }: Flow,
  target: Target,
): Omit<GroupedNeed, "group"> {
  const { terms } = prover;
  // A frontend that is not modelled discards what reaches it; at most, it hands it on.
  const isMissed = (verdict: Verdict | SymbolicVerdict): boolean =>
    verdict.kind !== "delivered" &&
    !(bound === "most" && verdict.kind === "discarded" && verdict.reason === "unmodelled");
  const missed = exploration.paths
    .filter((path) => isMissed(path.verdict))
    .map((path) => path.condition);
  const expecting = portsTerm(terms, exploration.header, expectingReply(target.ports));
  const unanswered =
    expecting === terms.no
      ? []
      : exploration.paths
          .filter(({ verdict }) => verdict.kind === "delivered")
          .map((path) =>
            terms.and(
              path.condition,
              terms.not(prover.replier.returnsPastUnmodelled(exploration, path)),
            ),
          );
  const violation = terms.and(
    exploration.domain,
    portsTerm(terms, exploration.header, target.ports),
    terms.or(...missed, terms.and(expecting, terms.or(...unanswered))),
  );
  const engine = subject.engine(bound);
  const isUnanswered = (trace: Trace): boolean =>
    trace.verdict.kind === "delivered" && callFate(engine, trace) !== "connects";
  const isBroken = (trace: Trace): boolean => isMissed(trace.verdict) || isUnanswered(trace);
  const concerns = ({ header }: Packet): boolean =>
    portSets.contains(target.ports[header.protocol], header.destinationPort);
  const need = { exploration, bound, pairs: 1, isBroken, concerns, to: target.name };
  return { violation, need };
}

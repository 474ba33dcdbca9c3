/**
 * Proves or refutes intents. What must not happen is proven in the network that admits the most, and
 * refuted only by a packet that the least admits as well; what must happen the other way round. What lies
 * between is undecided.
 */
import type { Bound } from "../../models/kubernetes/unknowns.ts";
import type { Packet } from "../../models/network/network.ts";
import type { Trace } from "../../models/network/trace.ts";
import { InternalError } from "../base/assert.ts";
import type { ResolvedProperty } from "../intent/resolve-claim.ts";
import { type Terms, createTerms } from "../smt/factory.ts";
import type { Bool } from "../smt/term.ts";
import type { Solver } from "../smt/solver.ts";
import { becauseOf, undecidedBy } from "./because.ts";
import { becauseLost, lostReply } from "./connects.ts";
import { bypassesOf } from "./bypasses.ts";
import { believable } from "./believable.ts";
import { portText, senderName } from "./counterexample.ts";
import { type IntentNeed, allowNeeds, forbiddenNeeds, strangers } from "./intent-needs.ts";
import { entrancesInstead, openAtNodes, openFrontends } from "./intent-frontends.ts";
import { throughIngresses } from "./intent-ingresses.ts";
import { endpointName, podsByEndpoint, workloadName } from "./naming.ts";
import { assumedEnds, endsOfClaim } from "./assumed-ends.ts";
import { assumedNodePorts, portsOfClaim } from "./assumed-node-ports.ts";
import { type Discharge, createObligations } from "./obligations.ts";
import { solverReason } from "./packet-properties.ts";
import { createProver } from "./prover.ts";
import { replay } from "./replay.ts";
import type { Subject } from "./subject.ts";
import type { Counterexample, Finding, PropertyOutcome, UndecidedReason } from "./types.ts";

/** The finding of each of `properties`, in their order. */
export async function proveIntents(
  subject: Subject,
  properties: readonly ResolvedProperty[],
  solver: Solver,
  timeoutMs: number,
): Promise<readonly Finding[]> {
  const terms = createTerms();
  const findings: Finding[] = [];
  for (const property of properties) {
    const finding = await proveIntent({ subject, terms, solver, timeoutMs }, property);
    const channels = bypassesOf(subject, property.claim);
    findings.push(channels.length === 0 ? finding : { ...finding, channels });
  }
  return findings;
}

interface Context {
  readonly subject: Subject;
  readonly terms: Terms;
  readonly solver: Solver;
  readonly timeoutMs: number;
}

type Discharged = Discharge<IntentNeed>;

async function proveIntent(context: Context, property: ResolvedProperty): Promise<Finding> {
  const { claim } = property;
  const must = claim.kind === "allow";
  const base = {
    id: property.id,
    from: "intent",
    title: property.why ?? property.id,
    at: property.at,
    severity: property.severity === "error" ? "error" : "warning",
    leavesOut: [],
  } as const;
  const unclear: UndecidedReason[] = [
    ...assumedEnds(context.subject, endsOfClaim(claim)),
    ...assumedNodePorts(context.subject, portsOfClaim(claim)),
    ...(claim.kind === "allow"
      ? entrancesInstead(context.subject, claim.from.set, claim.to.set.services)
      : []),
  ];
  const apart = claim.kind === "allow" ? strangers(context.subject, claim) : undefined;
  if (apart !== undefined) unclear.push({ code: "NQ3010", text: apart, origins: [] });
  if (unclear.length > 0) {
    const method = { kind: "solver", cases: 0, proofs: 0 } as const;
    return { ...base, outcome: { kind: "undecided", why: distinct(unclear) }, method };
  }
  // First in the bound that is hardest for the claim; only what fails there is asked in the other.
  const [hard, easy]: readonly [Bound, Bound] = must ? ["least", "most"] : ["most", "least"];
  const strict = await discharge(context, property, hard);
  const { failing } = strict;
  const counted = { kind: "solver", cases: strict.cases, proofs: strict.proofs } as const;
  if (failing.length === 0)
    return { ...base, outcome: provedOutcome(context, claim), method: counted };
  const { subject } = context;
  // What must happen is judged by one network in two ways where it may meet a frontend that is not modelled.
  const same =
    subject.network("least") === subject.network("most") &&
    !(must && subject.cluster.frontends.length > 0);
  const lenient = same ? strict : await discharge(context, property, easy);
  const method = { ...counted, proofs: counted.proofs + (same ? 0 : lenient.proofs) };
  const outcome = outcomeOf(context, must, failing, lenient.failing);
  return { ...base, outcome, method };
}

/** Nothing fails in the network: what goes through Ingresses and frontends that are not modelled is left. */
function provedOutcome({ subject }: Context, claim: ResolvedProperty["claim"]): PropertyOutcome {
  if (claim.kind === "allow") return { kind: "proved" };
  const through = claim.kind === "deny" ? throughIngresses(subject, claim) : undefined;
  const [passed, ...more] = through?.certain ?? [];
  if (passed !== undefined) return { kind: "refuted", by: [passed, ...more], others: 0 };
  const why = distinct([
    ...openFrontends(subject, claim),
    ...openAtNodes(subject, claim),
    ...(through?.possible ?? []),
  ]);
  return why.length === 0 ? { kind: "proved" } : { kind: "undecided", why };
}

interface Round {
  /** What fails, one for each condition. */
  readonly failing: readonly Discharged[];
  readonly cases: number;
  readonly proofs: number;
}

async function discharge(
  { subject, terms, solver, timeoutMs }: Context,
  { claim }: ResolvedProperty,
  bound: Bound,
): Promise<Round> {
  const prover = createProver(subject.network(bound), terms);
  const obligations = createObligations<IntentNeed>(terms);
  const needs =
    claim.kind === "allow"
      ? allowNeeds(subject, prover, bound, claim)
      : forbiddenNeeds(subject, prover, bound, claim);
  const groups = new Map<string, Bool[]>();
  for (const { violation, need, group } of needs) {
    obligations.add(violation, need);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [violation]);
    else known.push(violation);
  }
  const discharged = await obligations.discharge(solver, timeoutMs);
  const byTerm = new Map(discharged.map((d) => [d.term, d]));
  const failing = new Set<Discharged>();
  for (const conditions of groups.values()) {
    const results = conditions.map((term) => byTerm.get(term));
    // A condition without a result folded to no. One of a group that holds is enough for the group.
    if (results.some((d) => d === undefined || d.kind === "proved")) continue;
    for (const d of results.slice(0, 1)) if (d !== undefined) failing.add(d);
  }
  return { failing: [...failing], cases: obligations.cases(), proofs: obligations.size() };
}

/** `failing` in the hard bound; refuted iff something fails in the easy bound as well. */
function outcomeOf(
  context: Context,
  must: boolean,
  failing: readonly Discharged[],
  easy: readonly Discharged[],
): PropertyOutcome {
  const refuted = easy.filter((d) => d.kind === "refuted");
  const [first, ...rest] = refuted;
  if (first !== undefined) {
    const by = [
      counterexample(context.subject, must, first.need, first.packet),
      ...rest.slice(0, 4).map((d) => counterexample(context.subject, must, d.need, d.packet)),
    ] as const;
    const pairs = refuted.reduce((sum, d) => sum + d.pairs, 0);
    return { kind: "refuted", by, others: pairs - by.length };
  }
  const why = failing.flatMap((d): readonly UndecidedReason[] => {
    if (d.kind === "unknown") return [solverReason(d.code, d.reason)];
    if (d.kind !== "refuted") return [];
    return openReasons(context.subject, d.packet);
  });
  return { kind: "undecided", why: distinct(why) };
}

/** What makes the two bounds differ about `packet`. */
function openReasons(subject: Subject, packet: Packet): readonly UndecidedReason[] {
  const traces = (["least", "most"] as const).flatMap((bound) => subject.engine(bound).run(packet));
  const found = undecidedBy(traces);
  if (found.length > 0) return found;
  const text = "the answer depends on facts that the input does not state";
  return [{ code: "NQ3010", text, origins: [] }];
}

function distinct(reasons: readonly UndecidedReason[]): readonly UndecidedReason[] {
  return [...new Map(reasons.map((reason) => [`${reason.code} ${reason.text}`, reason])).values()];
}

function counterexample(
  subject: Subject,
  must: boolean,
  need: IntentNeed,
  packet: Packet,
): Counterexample {
  const broken = (candidate: Packet): Trace | undefined =>
    subject
      .engine(need.bound)
      .run(candidate)
      .find((trace) => need.isBroken(trace));
  const shownPacket = believable(
    subject.cluster,
    packet,
    (candidate) => need.concerns(candidate) && broken(candidate) !== undefined,
  );
  const traces = replay(subject, need.bound, shownPacket);
  const trace = traces.find((candidate) => need.isBroken(candidate));
  if (trace === undefined) {
    throw new InternalError("the solver's packet does not break the intent when it is sent");
  }
  const to = receiverName(subject, need, trace);
  const shown = trace.verdict.kind === "delivered" ? trace.verdict.header : shownPacket.header;
  const from = senderName(subject, trace);
  const ends = `${to} on ${portText(shown)}`;
  const lost = must
    ? lostReply(subject.engine(need.bound), subject.network(need.bound), trace)
    : undefined;
  if (lost !== undefined) {
    const called = `${targetName(subject, need.to)} on ${portText(trace.packet.header)}`;
    const summary = `${from} cannot open ${called}: the request arrives, and its reply is lost`;
    return { summary, trace, lostReply: lost, because: [...becauseOf(trace), becauseLost(lost)] };
  }
  const summary = `${from} ${must ? "cannot reach" : "can reach"} ${ends}`;
  return { summary, trace, because: becauseOf(trace) };
}

function receiverName(subject: Subject, need: IntentNeed, { verdict }: Trace): string {
  const { processes } = subject.network(need.bound);
  return targetName(
    subject,
    verdict.kind === "delivered" ? (processes.get(verdict.to)?.endpoint ?? verdict.to) : need.to,
  );
}

function targetName(subject: Subject, receiver: string): string {
  if (receiver.startsWith("svc:")) return receiver;
  const pod = podsByEndpoint(subject.cluster).get(receiver);
  return pod === undefined ? endpointName(receiver) : workloadName(pod);
}

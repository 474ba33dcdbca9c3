/**
 * Proves the built-in properties about packets: collects what must have no solution from every situation,
 * asks the solver once for each distinct condition, and replays what it finds.
 */
import type { Expectation, PacketClaim, Property } from "../../models/kubernetes/property.ts";
import { replyFate } from "../../models/network/connection.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import type { Network } from "../../models/network/network.ts";
import type { Trace } from "../../models/network/trace.ts";
import { InternalError } from "../base/assert.ts";
import { type Terms, createTerms } from "../smt/factory.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import type { Solver } from "../smt/solver.ts";
import type { Bool } from "../smt/term.ts";
import { type Judged, breakingTrace, isAdmitted } from "./breaks.ts";
import { believable } from "./believable.ts";
import { packetCounterexample } from "./counterexample.ts";
import { breaking, expected } from "./claims.ts";
import { loopbackCalls } from "./loopback.ts";
import { type Discharge, type Need, type Obligations, createObligations } from "./obligations.ts";
import { pairCases } from "./pair-cases.ts";
import { createProver } from "./prover.ts";
import { replay } from "./replay.ts";
import { sharedCases } from "./shared-cases.ts";
import { openScenes } from "./open-scenes.ts";
import { type Scene, podScenes } from "./situations.ts";
import type { Subject } from "./subject.ts";
import type { Counterexample, Method, PropertyOutcome, UndecidedReason } from "./types.ts";

/** What a property about packets came to. */
export interface PacketResult {
  readonly outcome: PropertyOutcome;
  readonly method: Method;
}

interface PropertyNeed extends Need {
  readonly subject: Subject;
  readonly judge: (packet: Judged["packet"]) => Counterexample;
}

interface Pool {
  readonly property: Property;
  readonly claim: PacketClaim;
  readonly obligations: Obligations<PropertyNeed>;
}

/** The outcome of each of `properties`, by id. Those that are not about packets are left out. */
export async function provePackets(
  subject: Subject,
  properties: readonly Property[],
  solver: Solver,
  timeoutMs: number,
): Promise<ReadonlyMap<string, PacketResult>> {
  const terms = createTerms();
  const pools = properties.flatMap((property): readonly Pool[] => {
    const { claim } = property;
    if (claim.kind !== "packet") return [];
    return [{ property, claim, obligations: createObligations<PropertyNeed>(terms) }];
  });
  collectPods(subject, terms, pools);
  collectOpen(subject, terms, pools);
  collectLoopback(subject, terms, pools);
  const results = new Map<string, PacketResult>();
  for (const pool of pools) results.set(pool.property.id, await settle(pool, solver, timeoutMs));
  return results;
}

function collectPods(subject: Subject, terms: Terms, pools: readonly Pool[]): void {
  const prover = createProver(subject.network("assumed"), terms);
  const cases = sharedCases(subject, pairCases(subject));
  for (const scene of podScenes(subject, prover, cases)) collect(subject, scene, pools);
}

/** Services and node addresses, in the network without policies. */
function collectOpen(subject: Subject, terms: Terms, pools: readonly Pool[]): void {
  const cluster = { ...subject.cluster, policies: [] };
  const open = subject.settledWith(cluster);
  const prover = createProver(open.network("assumed"), terms);
  for (const scene of openScenes(open, prover)) collect(open, scene, pools);
}

function collect(subject: Subject, scene: Scene, pools: readonly Pool[]): void {
  for (const { property, claim, obligations } of pools) {
    const broken = breaking(claim, scene);
    if (broken === undefined) continue;
    const judge = (packet: Judged["packet"]): Counterexample =>
      judged(subject, scene, property, packet);
    const need = { exploration: scene.exploration, bound: "assumed", pairs: scene.pairs } as const;
    obligations.add(broken, { ...need, subject, judge });
  }
}

/** Sends `packet` and shows which trace of it breaks `property`. @throws InternalError when none does */
function judged(
  subject: Subject,
  scene: Scene,
  property: Property,
  packet: Judged["packet"],
): Counterexample {
  const { claim } = property;
  const expects = claim.kind === "packet" ? expected(claim, scene) : [];
  const premised = claim.kind === "packet" && claim.premise === "admitted";
  const breakOf = (candidate: Judged["packet"], traces: readonly Trace[]): Break | undefined => {
    const held: Judged = {
      network: subject.network("assumed"),
      cluster: subject.cluster,
      profile: subject.profile,
      packet: candidate,
      senderAddresses: scene.senderAddresses,
      ...(scene.receiver === undefined ? {} : { receiver: scene.receiver }),
      ...(scene.shown === undefined ? {} : { shown: scene.shown }),
      ...(scene.mayDrop === undefined ? {} : { mayDrop: scene.mayDrop }),
      ...(scene.isReplaced === undefined ? {} : { isReplaced: scene.isReplaced }),
      ...(scene.endpoints === undefined ? {} : { endpoints: scene.endpoints }),
    };
    if (premised && !isAdmitted(held)) return undefined;
    for (const expectation of expects) {
      const trace = breakingTrace(expectation, traces, held);
      if (trace !== undefined) return { expectation, trace };
    }
    return undefined;
  };
  const shown =
    scene.endpoints === undefined
      ? believable(
          subject.cluster,
          packet,
          (p) => breakOf(p, subject.engine("assumed").run(p)) !== undefined,
        )
      : packet;
  const found = breakOf(shown, replay(subject, "assumed", shown));
  if (found !== undefined) {
    return packetCounterexample(subject, found.trace, found.expectation, scene.to);
  }
  throw new InternalError(`the solver's packet does not break ${property.id} when it is sent`);
}

interface Break {
  readonly expectation: Expectation;
  readonly trace: Trace;
}

function collectLoopback(subject: Subject, terms: Terms, pools: readonly Pool[]): void {
  const concerned = pools.filter(({ claim }) => claim.receivers === "own-loopback");
  const prover = createProver(subject.network("assumed"), terms);
  for (const call of concerned.length === 0 ? [] : loopbackCalls(subject, prover)) {
    const { exploration, receiver } = call;
    const judge = (packet: Judged["packet"]): Counterexample => {
      const broken = (trace: Trace): boolean =>
        brokenCall(subject.network("assumed"), receiver, trace) !== undefined;
      const shown = believable(subject.cluster, packet, (candidate) =>
        subject.engine("assumed").run(candidate).some(broken),
      );
      const trace = replay(subject, "assumed", shown).find(broken);
      const expectation =
        trace === undefined ? undefined : brokenCall(subject.network("assumed"), receiver, trace);
      if (trace === undefined || expectation === undefined) {
        throw new InternalError("the call on localhost arrives and is answered");
      }
      return packetCounterexample(subject, trace, expectation, `container ${call.listener.name}`);
    };
    const need = { exploration, bound: "assumed", pairs: 1, subject, judge } as const;
    const replies = terms.or(
      ...exploration.paths
        .filter((path) => path.verdict.kind === "delivered")
        .map((path) =>
          terms.and(path.condition, terms.not(prover.replier.returns(exploration, path))),
        ),
    );
    const broken: Bool = terms.or(call.violation, terms.and(call.called, replies));
    for (const { obligations } of concerned) obligations.add(broken, need);
  }
}

/** What a call on localhost, which `receiver` must get and answer, breaks; undefined when nothing. */
function brokenCall(
  network: Network,
  receiver: ProcessId,
  trace: Trace,
): "delivered" | "reply-returns" | undefined {
  const { verdict } = trace;
  if (verdict.kind !== "delivered" || verdict.to !== receiver) return "delivered";
  return replyFate(network, trace) === "returned" ? undefined : "reply-returns";
}

async function settle(pool: Pool, solver: Solver, timeoutMs: number): Promise<PacketResult> {
  const { obligations } = pool;
  const discharged = await obligations.discharge(solver, timeoutMs);
  const method: Method = {
    kind: "solver",
    cases: obligations.cases(),
    proofs: obligations.size(),
  };
  return { outcome: outcomeOf(discharged), method };
}

function outcomeOf(discharged: readonly Discharge<PropertyNeed>[]): PropertyOutcome {
  const refuted = discharged.filter((d) => d.kind === "refuted");
  const [first, ...rest] = refuted;
  if (first !== undefined) {
    const shown = rest.slice(0, 4).map((d) => d.need.judge(d.packet));
    const pairs = refuted.reduce((sum, d) => sum + d.pairs, 0);
    const by = [first.need.judge(first.packet), ...shown] as const;
    return { kind: "refuted", by, others: pairs - by.length };
  }
  const unknown = discharged.filter((d) => d.kind === "unknown");
  if (unknown.length === 0) return { kind: "proved" };
  return { kind: "undecided", why: unknown.slice(0, 5).map((d) => solverReason(d.code, d.reason)) };
}

/** The solver gave no answer: never a proof. */
export function solverReason(code: DiagnosticCode, reason: string): UndecidedReason {
  return { code, text: reason, origins: [] };
}

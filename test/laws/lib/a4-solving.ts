/**
 * Law A4: what the solver says about a network is so. Where it finds a packet, that packet and its choices
 * replay to what was asked for; where it finds none, no packet near the edges of the rules does.
 */
import fc from "fast-check";
import { FAMILIES } from "../../../models/base/family.ts";
import { type Network, type Packet, sends } from "../../../models/network/network.ts";
import { run } from "../../../models/network/run.ts";
import type { Trace } from "../../../models/network/trace.ts";
import { choiceVariables } from "../../../src/smt/choices.ts";
import { decodeChoices, decodePacket } from "../../../src/smt/decode.ts";
import { type Explorer, createExplorer } from "../../../src/smt/explore.ts";
import { createTerms } from "../../../src/smt/factory.ts";
import type { Exploration, Path, SymbolicVerdict } from "../../../src/smt/path.ts";
import { preferredModel, usualWishes } from "../../../src/smt/prefer.ts";
import { type Solver, openSolver } from "../../../src/smt/solver.ts";
import { createProver, never, violation } from "../../../src/smt/verify.ts";
import { assertLawAsync } from "../../support/assert-law.ts";
import type { LawOptions } from "../../support/mutate.ts";
import { networkArbitrary } from "../../support/network.ts";
import { packetNear } from "../../support/network-packets.ts";

const PACKETS = 60;

const cases = networkArbitrary({ switchesMax: 3, rulesMax: 4 }).chain((network) =>
  fc.record({
    network: fc.constant(network),
    packets: fc.array(packetNear(network), { minLength: PACKETS, maxLength: PACKETS }),
  }),
);

/** @throws when a packet of the solver does not do what was asked, or it overlooks one that does */
export async function check(options: LawOptions): Promise<void> {
  const solver = openSolver();
  try {
    await assertLawAsync(
      fc.asyncProperty(cases, async ({ network, packets }) => {
        await agreement(network, packets, solver);
      }),
      options,
    );
  } finally {
    await solver.close();
  }
}

/** One question to the solver: can a packet of `exploration` end by one of `paths`, as `end` says? */
interface Question {
  readonly exploration: Exploration;
  readonly end: string;
  readonly paths: readonly Path[];
}

async function agreement(
  network: Network,
  packets: readonly Packet[],
  solver: Solver,
): Promise<void> {
  const terms = createTerms();
  const explorer = createExplorer(network, terms);
  const choices = choiceVariables(network, terms);
  const questions = [...network.processes.keys()].flatMap((from) => questionsFrom(explorer, from));
  const claims = questions.map(({ exploration, paths }) => {
    const assumptions = [exploration.domain, choices.admissible(paths)];
    return never(terms, assumptions, terms.or(...paths.map(choices.guard)));
  });
  const proofs = await createProver(terms, solver).proveAll(claims);
  let examined = false;
  for (const [i, question] of questions.entries()) {
    const [proof, claim] = [proofs[i], claims[i]];
    if (proof === undefined || claim === undefined) throw new Error("a claim without a proof");
    if (proof.kind === "undecided") throw new Error(`undecided: ${proof.why}`);
    if (proof.kind === "proved") {
      noneOf(network, question, packets);
      continue;
    }
    replays(network, question, proof.model);
    if (examined) continue;
    examined = true;
    // The packet to show is one of those that do what was asked, too.
    const { header } = question.exploration;
    const made = question.paths.flatMap((path) => Object.keys(path.choices).map(choices.variable));
    const wishes = usualWishes(terms, header, made, { ports: [[80, 80]] });
    const broken = violation(terms, claim);
    const shown = await preferredModel(terms, solver, broken, proof.model, wishes);
    replays(network, question, shown);
  }
}

/** One question for each way in which packets from one sender may end. */
function questionsFrom(explorer: Explorer, from: string): readonly Question[] {
  return FAMILIES.flatMap((family) => {
    const exploration = explorer.paths(from, { family });
    const ends = new Map<string, Path[]>();
    for (const path of exploration.paths) {
      const end = endOf(path.verdict);
      ends.set(end, [...(ends.get(end) ?? []), path]);
    }
    return [...ends].map(([end, paths]) => ({ exploration, end, paths }));
  });
}

function endOf(verdict: SymbolicVerdict | Trace["verdict"]): string {
  switch (verdict.kind) {
    case "delivered":
      return `delivered ${verdict.to}`;
    case "discarded":
      return `discarded ${verdict.at} ${verdict.reason}`;
    case "looped":
      return `looped ${verdict.at}`;
  }
}

function replays(
  network: Network,
  question: Question,
  model: ReadonlyMap<string, bigint | boolean>,
): void {
  const packet = decodePacket(question.exploration, model);
  const sender = network.processes.get(packet.from);
  must(sender !== undefined && sends(sender, packet.header), "a packet that nobody sends", packet);
  const ends = question.paths.some((path) => {
    const made = decodeChoices(path, model);
    return run(network, packet).some(
      (trace) =>
        endOf(trace.verdict) === question.end &&
        Object.entries(trace.choices).every(([name, index]) => made[name] === index),
    );
  });
  must(ends, `no replay to ${question.end}`, packet);
}

function noneOf(network: Network, question: Question, packets: readonly Packet[]): void {
  const { from, scope } = question.exploration;
  for (const packet of packets) {
    if (packet.from !== from || packet.header.family !== scope.family) continue;
    const ends = run(network, packet).some((trace) => endOf(trace.verdict) === question.end);
    must(!ends, `proven impossible: ${question.end}`, packet);
  }
}

function must(holds: boolean, what: string, packet: Packet): void {
  if (holds) return;
  const shown = JSON.stringify(packet, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString(16) : value,
  );
  throw new Error(`the solver disagrees with the definition: ${what} (${shown})`);
}

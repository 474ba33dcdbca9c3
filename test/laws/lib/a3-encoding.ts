/**
 * Law A3: the symbolic reading of a network is its definition. For each packet, and each way in which the
 * network can choose, exactly one path has its guard met, and it ends as `run` says: same verdict, same
 * receiver, same header, through the same hops. What is said of its reply is so, too. No solver is needed
 * for it.
 */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { BitSet } from "../../../models/base/interval-set.ts";
import { bitSets } from "../../../models/base/interval-set.ts";
import { LOOPBACK } from "../../../models/base/address.ts";
import { type Network, type Packet, sends } from "../../../models/network/network.ts";
import { type Header, sameHeader, swapEnds } from "../../../models/network/packet.ts";
import { replies } from "../../../models/network/connection.ts";
import { run } from "../../../models/network/run.ts";
import type { Choices, Hop, Trace } from "../../../models/network/trace.ts";
import { compile } from "../../../src/compile/compile.ts";
import { type ChoiceVariables, choiceVariables } from "../../../src/smt/choices.ts";
import { assignmentOf, decodeHeader } from "../../../src/smt/decode.ts";
import { evalTerm, evaluation } from "../../../src/smt/eval-term.ts";
import { type Explorer, createExplorer } from "../../../src/smt/explore.ts";
import { createTerms } from "../../../src/smt/factory.ts";
import type { Exploration, Path, Scope, SymbolicHop } from "../../../src/smt/path.ts";
import { type Replier, createReplier } from "../../../src/smt/replies.ts";
import { literalHeader } from "../../../src/smt/symbolic-header.ts";
import { assertLaw } from "../../support/assert-law.ts";
import { clusterArbitrary } from "../../support/cluster-arbitrary.ts";
import { profileArbitrary } from "../../support/cluster-profile-arbitrary.ts";
import type { LawOptions } from "../../support/mutate.ts";
import { bitSetArbitrary, networkArbitrary } from "../../support/network.ts";
import { packetNear } from "../../support/network-packets.ts";

const PACKETS = 5;

/** Networks of any shape, and such as clusters are lowered to. */
const networks: fc.Arbitrary<Network> = fc.oneof(
  { weight: 3, arbitrary: networkArbitrary() },
  {
    weight: 1,
    arbitrary: fc
      .tuple(clusterArbitrary(), profileArbitrary())
      .map(([cluster, profile]) => compile(cluster, profile)),
  },
);

/** A network, and packets with a set of each kind of address that a scope may be limited to. */
const cases = networks.chain((network) =>
  fc.record({
    network: fc.constant(network),
    packets: fc.array(
      packetNear(network).chain((packet) =>
        fc.record({
          packet: fc.constant(packet),
          sources: bitSetArbitrary(packet.header.family),
          destinations: bitSetArbitrary(packet.header.family),
        }),
      ),
      { minLength: PACKETS, maxLength: PACKETS },
    ),
  }),
);

/** @throws when the paths and the definition disagree about a packet */
export function check(options: LawOptions): void {
  assertLaw(
    fc.property(cases, ({ network, packets }) => {
      const terms = createTerms();
      const explorer = createExplorer(network, terms);
      const replier = createReplier(network, terms);
      const choices = choiceVariables(network, terms);
      for (const { packet, sources, destinations } of packets) {
        const traces = run(network, packet);
        for (const scope of scopesOf(packet, sources, destinations)) {
          agreement(network, explorer, replier, choices, packet, traces, scope);
        }
      }
    }),
    options,
  );
}

/** Everything of the family, the two ends fixed or not, and sets of addresses around the packet. */
function scopesOf(packet: Packet, sources: BitSet, destinations: BitSet): readonly Scope[] {
  const { family, source, destination } = packet.header;
  const from: BitSet = [[source, source]];
  const to: BitSet = [[destination, destination]];
  return [
    { family },
    { family, destinations: to },
    { family, sources: from, destinations: to },
    {
      family,
      sources: bitSets.union(from, sources),
      destinations: bitSets.union(to, destinations),
    },
    { family, sources, destinations },
  ];
}

function agreement(
  network: Network,
  explorer: Explorer,
  replier: Replier,
  choices: ChoiceVariables,
  packet: Packet,
  traces: readonly Trace[],
  scope: Scope,
): void {
  const { header, from } = packet;
  const exploration = explorer.paths(from, scope);
  const sender = network.processes.get(from);
  const maySend = (each: Header): boolean =>
    sender !== undefined && sends(sender, each) && inScope(scope, each);
  for (const each of [header, ...spoofed(header)]) {
    const admitted = standsFor(explorer, exploration, each);
    must(admitted === maySend(each), `domain: ${admitted}, sends: ${maySend(each)}`);
  }
  if (!maySend(header)) return;
  for (const trace of traces) {
    const assignment = assignmentOf(header, withDefaults(exploration, trace.choices));
    const { bool } = evaluation(assignment);
    const met = exploration.paths.filter((path) => bool(choices.guard(path)));
    const [path] = met;
    must(met.length === 1, `${met.length} paths for ${show(trace)}`);
    if (path === undefined) continue;
    sameLife(path, trace, header.family, assignment);
    const claimed = bool(replier.returns(exploration, path));
    const returns = returned(network, trace);
    must(!claimed || returns, `the reply does not return to ${show(trace)}`);
    must(claimed || !returns || !lowered(network), `the reply does return to ${show(trace)}`);
  }
}

/**
 * Whether a cluster was lowered to `network`: then replies pass only switches that remember them, and
 * what is claimed of them is exact.
 */
function lowered(network: Network): boolean {
  return network.switches.has("outside");
}

/** Whether every life of the reply reaches the sender as from the address and port that it called. */
function returned(network: Network, trace: Trace): boolean {
  const { from, header } = trace.packet;
  const lives = replies(network, trace);
  return (
    lives.length > 0 &&
    lives.every(
      ({ verdict }) =>
        verdict.kind === "delivered" &&
        verdict.to === from &&
        sameHeader(verdict.header, swapEnds(header)),
    )
  );
}

/** Headers like `header` that its sender may not be able to send. */
function spoofed(header: Header): readonly Header[] {
  const loopback = LOOPBACK[header.family][0]?.[0] ?? 0n;
  return [
    { ...header, source: header.destination },
    { ...header, source: loopback },
    { ...header, source: loopback, destination: loopback },
    { ...header, destinationPort: 0 },
    { ...header, sourcePort: 0 },
  ];
}

function inScope(scope: Scope, header: Header): boolean {
  const { sources, destinations } = scope;
  return (
    (sources === undefined || bitSets.contains(sources, header.source)) &&
    (destinations === undefined || bitSets.contains(destinations, header.destination))
  );
}

/** Whether the header lies in the domain: its literals agree and the condition holds. */
function standsFor(explorer: Explorer, exploration: Exploration, header: Header): boolean {
  const { terms } = explorer;
  const { source, destination } = exploration.header;
  const known = literalHeader(terms, header);
  const fixed = terms.and(terms.eq(source, known.source), terms.eq(destination, known.destination));
  return evalTerm(terms.and(exploration.domain, fixed), assignmentOf(header, {}));
}

/** Choices that the packet never meets may be made in any way. */
function withDefaults(exploration: Exploration, made: Choices): Choices {
  const names = exploration.paths.flatMap((path) => Object.keys(path.choices));
  return { ...Object.fromEntries(names.map((name) => [name, 0])), ...made };
}

function sameLife(
  path: Path,
  trace: Trace,
  family: "IPv4" | "IPv6",
  assignment: ReadonlyMap<string, bigint | boolean>,
): void {
  const { verdict } = path;
  const { header, ...expected } = trace.verdict;
  must(verdict.kind === expected.kind, `${verdict.kind} instead of ${show(trace)}`);
  if (verdict.kind === "discarded" && expected.kind === "discarded") {
    must(verdict.at === expected.at && verdict.reason === expected.reason, "place of the discard");
    must(verdict.because.includes(expected.because), "reason of the discard");
  } else {
    must(isDeepStrictEqual(verdict, expected), `${JSON.stringify(verdict)}, not ${show(trace)}`);
  }
  const decoded = decodeHeader(path.header, family, assignment);
  must(sameHeader(decoded, header), `header at the end of ${show(trace)}`);
  must(isDeepStrictEqual(path.choices, trace.choices), `choices of ${show(trace)}`);
  must(path.hops.length === trace.hops.length, `hops of ${show(trace)}`);
  path.hops.forEach((hop, i) => {
    must(sameHop(hop, trace.hops[i], family, assignment), `hop ${i} of ${show(trace)}`);
  });
}

function sameHop(
  hop: SymbolicHop,
  expected: Hop | undefined,
  family: "IPv4" | "IPv6",
  assignment: ReadonlyMap<string, bigint | boolean>,
): boolean {
  if (expected === undefined) return false;
  const { because, before, after, action, ...place } = hop;
  const { because: why, before: was, after: is, action: does, ...where } = expected;
  return (
    isDeepStrictEqual(place, where) &&
    isDeepStrictEqual(action, does) &&
    because.includes(why) &&
    sameHeader(decodeHeader(before, family, assignment), was) &&
    sameHeader(decodeHeader(after, family, assignment), is)
  );
}

function show(trace: Trace): string {
  return JSON.stringify(trace, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString(16) : value,
  );
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the paths disagree with the definition: ${what}`);
}

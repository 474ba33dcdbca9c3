/**
 * Law of shared cases: proving one case of each class leaves the same conditions to prove as proving
 * every pair of ends, for as many pairs, in the same order and each first needed by the same pair; also
 * in networks that a faulty compiler made, where there is something to be found.
 */
import fc from "fast-check";
import { FAMILIES, PROTOCOLS } from "../../../models/base/family.ts";
import { type Cluster, podEndpoint } from "../../../models/kubernetes/cluster.ts";
import type { Profile } from "../../../models/kubernetes/profile.ts";
import type { PacketClaim } from "../../../models/kubernetes/property.ts";
import { NO_UNKNOWNS } from "../../../models/kubernetes/unknowns.ts";
import { PROTOCOL_NUMBER } from "../../../models/network/packet.ts";
import { PROPERTIES } from "../../../properties/index.ts";
import { breaking } from "../../../src/check/claims.ts";
import { type PairCase, type PairEnd, nodeEnds, pairCases } from "../../../src/check/pair-cases.ts";
import { addressOf, speakers } from "../../../src/check/processes.ts";
import { type Prover, createProver } from "../../../src/check/prover.ts";
import { sharedCases } from "../../../src/check/shared-cases.ts";
import { podScenes } from "../../../src/check/situations.ts";
import { type Subject, createSubject } from "../../../src/check/subject.ts";
import { createEngine } from "../../../src/engine/engine.ts";
import { createPacketSets } from "../../../src/reach/packet-sets.ts";
import { createReach } from "../../../src/reach/reach.ts";
import { evalTerm } from "../../../src/smt/eval-term.ts";
import { createTerms } from "../../../src/smt/factory.ts";
import { type Bool, inBuildOrder } from "../../../src/smt/term.ts";
import { assertLaw } from "../../support/assert-law.ts";
import { type Mistake, mistakeArbitrary, withMistakes } from "../../support/broken-network.ts";
import { clusterArbitrary } from "../../support/cluster-arbitrary.ts";
import { profileArbitrary } from "../../support/cluster-profile-arbitrary.ts";
import type { LawOptions } from "../../support/mutate.ts";

/** @throws when the law has a counterexample */
export function check(options: LawOptions): void {
  const mistakes = fc.array(mistakeArbitrary, { maxLength: 4 });
  assertLaw(fc.property(clusterArbitrary(), profileArbitrary(), mistakes, sharing), options);
}

function sharing(cluster: Cluster, profile: Profile, mistakes: readonly Mistake[]): void {
  const subject = mistaken(createSubject(cluster, profile, NO_UNKNOWNS), mistakes);
  const prover = createProver(subject.network("assumed"), createTerms());
  const every = everyPair(subject);
  const plain = conditions(subject, prover, every);
  const shared = conditions(subject, prover, sharedCases(subject, every));
  sameConditions(plain, shared);
  const classed = conditions(subject, prover, sharedCases(subject, pairCases(subject)));
  sameHeaders(plain, classed);
}

/** `subject` with the network that it has after some mistakes. */
function mistaken(subject: Subject, mistakes: readonly Mistake[]): Subject {
  const network = withMistakes(subject.network("assumed"), mistakes);
  const reach = createReach(network, createPacketSets());
  const engine = createEngine(network);
  return { ...subject, network: () => network, reach: () => reach, engine: () => engine };
}

/** Every pod and node to every other pod, one by one. */
function everyPair(subject: Subject): readonly PairCase[] {
  const speaker = speakers(subject.network("assumed"));
  const pods = subject.cluster.pods
    .filter((pod) => !pod.hostNetwork)
    .flatMap((pod): readonly PairEnd[] => {
      const endpoint = podEndpoint(pod);
      const process = speaker.get(endpoint)?.id;
      const { node, addresses } = pod;
      return process === undefined ? [] : [{ endpoint, process, node, pod, addresses }];
    });
  return FAMILIES.flatMap((family) =>
    pods.flatMap((to) =>
      [...pods, ...nodeEnds(subject)].flatMap((from): readonly PairCase[] => {
        const source = addressOf(from.addresses, family);
        const destination = addressOf(to.addresses, family);
        if (from === to || source === undefined || destination === undefined) return [];
        return [{ family, from, to, source, destination, pairs: 1 }];
      }),
    ),
  );
}

interface Condition {
  pairs: number;
  readonly first: string;
}

type Conditions = ReadonlyMap<string, Map<Bool, Condition>>;

/** What is to be proven for each property: each condition, for how many pairs, and which comes first. */
function conditions(subject: Subject, prover: Prover, cases: readonly PairCase[]): Conditions {
  const found = new Map(claims.map(({ id }) => [id, new Map<Bool, Condition>()]));
  for (const scene of podScenes(subject, prover, cases)) {
    for (const { id, claim } of claims) {
      const term = breaking(claim, scene);
      if (term === undefined || term === prover.terms.no) continue;
      const known = found.get(id)?.get(term);
      if (known === undefined) {
        found.get(id)?.set(term, { pairs: scene.pairs, first: `${scene.from} to ${scene.to}` });
      } else known.pairs += scene.pairs;
    }
  }
  return found;
}

const claims: readonly { readonly id: string; readonly claim: PacketClaim }[] = PROPERTIES.flatMap(
  ({ id, claim }) => (claim.kind === "packet" ? [{ id, claim }] : []),
);

function sameConditions(plain: Conditions, shared: Conditions): void {
  for (const { id } of claims) {
    const [a, b] = [plain, shared].map((all) =>
      [...(all.get(id) ?? [])].map(
        ([term, { pairs, first }]) => `condition ${term.id} for ${pairs}, first for ${first}`,
      ),
    );
    if (a?.join() !== b?.join()) {
      throw new Error(`${id}: ${a?.join("; ")} pair by pair, but ${b?.join("; ")} when shared`);
    }
  }
}

/** Classes of ends may leave other words, but each header breaks a property for as many pairs. */
function sameHeaders(plain: Conditions, classed: Conditions): void {
  for (const { id } of claims) {
    const all = [plain, classed].map((conditions) => [...(conditions.get(id) ?? [])]);
    for (const header of headersFor(all.flat().map(([term]) => term))) {
      const [a, b] = all.map((list) =>
        list.reduce((sum, [term, { pairs }]) => sum + (evalTerm(term, header) ? pairs : 0), 0),
      );
      if (a !== b) {
        const shown = [...header].map(([name, value]) => `${name} ${String(value)}`).join(", ");
        throw new Error(`${id}: ${a} pairs are broken by ${shown}, but ${b} by classes`);
      }
    }
  }
}

/** Protocols and ports at both sides of every bound in `terms`. */
function headersFor(terms: readonly Bool[]): readonly ReadonlyMap<string, bigint>[] {
  const ports = new Set([1n, 65_535n]);
  for (const term of inBuildOrder(terms)) {
    if (term.kind !== "bits" || term.width !== 16) continue;
    for (const port of [term.value - 1n, term.value, term.value + 1n]) {
      if (port >= 1n && port <= 65_535n) ports.add(port);
    }
  }
  if (terms.length === 0) return [];
  return PROTOCOLS.flatMap((protocol) =>
    [...ports].flatMap((destinationPort) =>
      [1n, 80n].map(
        (sourcePort) =>
          new Map([
            ["protocol", BigInt(PROTOCOL_NUMBER[protocol])],
            ["sourcePort", sourcePort],
            ["destinationPort", destinationPort],
          ]),
      ),
    ),
  );
}

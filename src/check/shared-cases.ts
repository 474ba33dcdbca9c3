/**
 * One case for all that neither the network nor the definition tells apart: the network treats them by
 * the same rules in the same order, and the definition's rules mean the same ports for them. What they
 * leave to be proven is then one condition, so one of them is explored and stands for all.
 */
import { createPathClasses } from "../smt/path-classes.ts";
import { createAdmissionClasses } from "./admission-classes.ts";
import type { PairCase } from "./pair-cases.ts";
import type { Subject } from "./subject.ts";

/**
 * The first of `cases` of each class, in order, with the pairs of its whole class. Classes are computed
 * from the rules that apply, for the very addresses; a case of which the class is not told stays alone.
 *
 * @law shared cases leave the same conditions to prove as all cases do, for as many pairs
 * @cost for each case the rules that can match its addresses
 */
export function sharedCases(subject: Subject, cases: Iterable<PairCase>): readonly PairCase[] {
  const paths = createPathClasses(subject.network("assumed"));
  const admission = createAdmissionClasses(subject.cluster, subject.profile);
  const classOf = ({ family, from, to, source, destination }: PairCase): string | undefined => {
    const path = paths.classOf({
      from: from.process,
      receiver: to.endpoint,
      family,
      source: source.bits,
      destination: destination.bits,
    });
    if (path === undefined) return undefined;
    const admitted = admission.classOf(
      { pod: from.pod, address: source },
      { pod: to.pod, address: destination },
    );
    // What claims tell apart: who sends, and whether from the same node.
    const kind = from.pod === undefined ? "node" : "pod";
    const place = from.node === to.node ? "same" : "other";
    return `${family} ${kind} ${place} ${path}|${admitted}`;
  };
  const found: Case[] = [];
  const known = new Map<string, Case>();
  for (const pairCase of cases) {
    const key = classOf(pairCase);
    const shared = key === undefined ? undefined : known.get(key);
    if (shared !== undefined) {
      shared.pairs += pairCase.pairs;
      continue;
    }
    const made = { first: pairCase, pairs: pairCase.pairs };
    found.push(made);
    if (key !== undefined) known.set(key, made);
  }
  return found.map(({ first, pairs }) => ({ ...first, pairs }));
}

interface Case {
  readonly first: PairCase;
  pairs: number;
}

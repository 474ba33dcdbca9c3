/**
 * Claims and proofs: each kind of claim is one condition that must have no packet.
 */
import type { Assignment } from "./eval-term.ts";
import type { Terms } from "./factory.ts";
import type { Solver } from "./solver.ts";
import type { Answer } from "./solver-answer.ts";
import type { Bool } from "./term.ts";

/** What is known about a claim. */
type Proof =
  | { readonly kind: "proved" }
  /** Values under which the assumptions hold and the goal does not. */
  | { readonly kind: "refuted"; readonly model: Assignment }
  | { readonly kind: "undecided"; readonly code: "NQ5001" | "NQ5002"; readonly why: string };

/** That `goal` holds wherever all `assumptions` hold. */
export interface Claim {
  readonly assumptions: readonly Bool[];
  readonly goal: Bool;
}

/** Proves claims made with the terms of one factory; proves no violation twice. */
export interface Prover {
  /** Proved iff no values satisfy the assumptions and violate the goal. */
  readonly prove: (claim: Claim) => Promise<Proof>;
  /** As `prove` for each claim, in order; one call of many is much quicker than many calls. */
  readonly proveAll: (claims: readonly Claim[]) => Promise<readonly Proof[]>;
  /** Claims asked; those decided by folding alone; distinct conditions given to the solver. */
  readonly counts: () => {
    readonly claims: number;
    readonly folded: number;
    readonly proofs: number;
  };
}

/** The condition that breaks `claim`: it is proven iff nothing satisfies this. */
export function violation(terms: Terms, { assumptions, goal }: Claim): Bool {
  return terms.and(...assumptions, terms.not(goal));
}

/** That `a` holds where `b` does and nowhere else, within `assumptions`. */
export function equivalent(terms: Terms, assumptions: readonly Bool[], a: Bool, b: Bool): Claim {
  return { assumptions, goal: terms.iff(a, b) };
}

/** That `a` holds only where `b` does, within `assumptions`. */
export function implies(terms: Terms, assumptions: readonly Bool[], a: Bool, b: Bool): Claim {
  return { assumptions, goal: terms.implies(a, b) };
}

/** That `a` holds nowhere within `assumptions`. */
export function never(terms: Terms, assumptions: readonly Bool[], a: Bool): Claim {
  return { assumptions, goal: terms.not(a) };
}

/**
 * A prover that asks `solver`. Answers of the solver are remembered by the violation, of which equal ones
 * are one object; what was undecided is asked again when it is claimed again.
 */
export function createProver(terms: Terms, solver: Solver): Prover {
  const known = new Map<Bool, Proof>([
    [terms.no, { kind: "proved" }],
    [terms.yes, { kind: "refuted", model: new Map() }],
  ]);
  const asked = new Set<Bool>();
  let claimed = 0;
  let folded = 0;
  const proveAll = async (claims: readonly Claim[]): Promise<readonly Proof[]> => {
    const violations = claims.map((claim) => violation(terms, claim));
    claimed += claims.length;
    folded += violations.filter((v) => v.kind === "bool").length;
    const open = [...new Set(violations)].filter((v) => !known.has(v));
    const answers = await solver.checkAll(open);
    const found = new Map<Bool, Proof>();
    open.forEach((question, i) => {
      const answer = answers[i];
      if (answer === undefined) return;
      asked.add(question);
      found.set(question, proofOf(answer));
      if (answer.kind !== "unknown") known.set(question, proofOf(answer));
    });
    return violations.map((v) => known.get(v) ?? found.get(v) ?? NO_ANSWER);
  };
  return {
    prove: async (claim) => (await proveAll([claim]))[0] ?? NO_ANSWER,
    proveAll,
    counts: () => ({ claims: claimed, folded, proofs: asked.size }),
  };
}

const NO_ANSWER: Proof = { kind: "undecided", code: "NQ5002", why: "the solver gave no answer" };

function proofOf(answer: Answer): Proof {
  switch (answer.kind) {
    case "unsat":
      return { kind: "proved" };
    case "sat":
      return { kind: "refuted", model: answer.model };
    case "unknown":
      return { kind: "undecided", code: answer.code, why: answer.reason };
  }
}

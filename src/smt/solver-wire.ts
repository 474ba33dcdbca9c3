/**
 * Questions and answers as plain values that can be sent to another thread.
 */
import { present } from "../base/assert.ts";
import { type Bool, type Term, inBuildOrder } from "./term.ts";

/** A term, its operands given by their place in the list. Literals are decimal texts. */
export type WireTerm =
  | readonly ["bool", boolean]
  | readonly ["bool-variable", string]
  | readonly ["bits", string, number]
  | readonly ["bits-variable", string, number]
  | readonly ["eq" | "ult" | "ule" | "iff", number, number]
  | readonly ["not", number]
  | readonly ["and" | "or", readonly number[]]
  | readonly ["ite", number, number, number];

/** Questions that share terms: can the terms at these places hold together? */
export interface Batch {
  readonly terms: readonly WireTerm[];
  readonly questions: readonly (readonly number[])[];
  readonly timeoutMs: number;
}

/** What a solver says to one question. Values are decimal texts or truth values. */
export type WireAnswer =
  | { readonly kind: "unsat" }
  | { readonly kind: "sat"; readonly values: readonly (readonly [string, string | boolean])[] }
  | { readonly kind: "unknown"; readonly why: "time" | "failure"; readonly reason: string };

/** What a worker says: that it is ready, that it cannot start, or an answer to question `index`. */
export type WireReport =
  | { readonly kind: "ready"; readonly version: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "answer"; readonly index: number; readonly answer: WireAnswer };

/** `questions` as a batch: every term once, each after those that it is made of. */
export function batchOf(questions: readonly (readonly Bool[])[], timeoutMs: number): Batch {
  const order = inBuildOrder(questions.flat());
  const places = new Map<Term, number>(order.map((term, place) => [term, place]));
  const place = (term: Term): number => present(places.get(term), "a term is out of order");
  return {
    terms: order.map((term) => wireTerm(term, place)),
    questions: questions.map((conditions) => conditions.map(place)),
    timeoutMs,
  };
}

function wireTerm(term: Term, place: (term: Term) => number): WireTerm {
  switch (term.kind) {
    case "bool":
      return [term.kind, term.value];
    case "bool-variable":
      return [term.kind, term.name];
    case "bits":
      return [term.kind, term.value.toString(), term.width];
    case "bits-variable":
      return [term.kind, term.name, term.width];
    case "not":
      return [term.kind, place(term.operand)];
    case "and":
    case "or":
      return [term.kind, term.operands.map(place)];
    case "eq":
    case "ult":
    case "ule":
    case "iff":
      return [term.kind, place(term.left), place(term.right)];
    case "ite":
      return [term.kind, place(term.condition), place(term.then), place(term.otherwise)];
  }
}

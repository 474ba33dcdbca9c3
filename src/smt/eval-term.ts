/**
 * What a term means: its value under an assignment. The meaning that every solver is held to.
 */
import { InternalError } from "../base/assert.ts";
import type { Bits, Bool } from "./term.ts";

/** Values of variables by name: integers for bit vectors, truth values for truth variables. */
export type Assignment = ReadonlyMap<string, bigint | boolean>;

/** The value of a term: one function for each sort, sharing what they have computed. */
export interface Evaluation {
  readonly bool: (term: Bool) => boolean;
  readonly bits: (term: Bits) => bigint;
}

/**
 * Evaluates terms under `assignment`; terms that share parts share the work.
 *
 * @throws InternalError when a variable that decides has no value, or one of the wrong sort
 * @cost linear in the distinct terms that are looked at
 */
export function evaluation(assignment: Assignment): Evaluation {
  const truths = new Map<Bool, boolean>();
  const value = (name: string): bigint | boolean => {
    const found = assignment.get(name);
    if (found === undefined) throw new InternalError(`variable ${name} has no value`);
    return found;
  };
  const bits = (term: Bits): bigint => {
    switch (term.kind) {
      case "bits":
        return term.value;
      case "bits-variable": {
        const found = value(term.name);
        if (typeof found === "boolean") throw new InternalError(`${term.name} is no bit vector`);
        return found;
      }
      case "ite":
        return bits(bool(term.condition) ? term.then : term.otherwise);
    }
  };
  const compute = (term: Bool): boolean => {
    switch (term.kind) {
      case "bool":
        return term.value;
      case "bool-variable":
        return value(term.name) === true;
      case "eq":
        return bits(term.left) === bits(term.right);
      case "ult":
        return bits(term.left) < bits(term.right);
      case "ule":
        return bits(term.left) <= bits(term.right);
      case "not":
        return !bool(term.operand);
      case "and":
        return term.operands.every(bool);
      case "or":
        return term.operands.some(bool);
      case "iff":
        return bool(term.left) === bool(term.right);
    }
  };
  const bool = (term: Bool): boolean => {
    const known = truths.get(term);
    if (known !== undefined) return known;
    const truth = compute(term);
    truths.set(term, truth);
    return truth;
  };
  return { bool, bits };
}

/** Whether `term` holds under `assignment`. @throws InternalError as `evaluation` does */
export function evalTerm(term: Bool, assignment: Assignment): boolean {
  return evaluation(assignment).bool(term);
}

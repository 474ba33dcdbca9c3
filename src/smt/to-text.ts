/**
 * Terms as SMT-LIB 2.6, so that any other solver can check what was proven here.
 */
import { type Term, type Bool, inBuildOrder, operandsOf } from "./term.ts";

/**
 * A script that asserts `assertions` and asks whether they hold together: `expected` is what a solver
 * should answer, `comments` are put on top, one line each. A part that occurs more than once is defined
 * once, so the text is linear in the number of distinct terms. Equal assertions give equal texts.
 *
 * @source https://smt-lib.org/papers/smt-lib-reference-v2.6-r2021-05-12.pdf
 * @source https://smt-lib.org/logics-all.shtml#QF_BV
 */
export function toSmtLib(
  assertions: readonly Bool[],
  expected: "sat" | "unsat" | "unknown",
  comments: readonly string[] = [],
): string {
  const order = inBuildOrder(assertions);
  const shared = sharedTerms(order);
  const names = new Map<Term, string>();
  const lines: string[] = [];
  for (const term of order) {
    if (term.kind === "bits-variable") {
      lines.push(`(declare-const ${symbol(term.name)} (_ BitVec ${term.width}))`);
    } else if (term.kind === "bool-variable") {
      lines.push(`(declare-const ${symbol(term.name)} Bool)`);
    } else if (shared.has(term)) {
      const body = expression(term, names);
      const name = `t!${names.size}`;
      const sort = "width" in term ? `(_ BitVec ${term.width})` : "Bool";
      lines.push(`(define-fun ${name} () ${sort} ${body})`);
      names.set(term, name);
    }
  }
  return [
    ...comments.map((comment) => `; ${comment.replaceAll(/[\r\n]+/g, " ")}`),
    "(set-logic QF_BV)",
    `(set-info :status ${expected})`,
    ...lines,
    ...assertions.map((assertion) => `(assert ${expression(assertion, names)})`),
    "(check-sat)",
    "(exit)",
    "",
  ].join("\n");
}

/** Terms with operands that are used at least twice: those are worth a name. */
function sharedTerms(order: readonly Term[]): ReadonlySet<Term> {
  const uses = new Map<Term, number>();
  for (const term of order) {
    for (const operand of operandsOf(term)) uses.set(operand, (uses.get(operand) ?? 0) + 1);
  }
  return new Set(order.filter((t) => operandsOf(t).length > 0 && (uses.get(t) ?? 0) > 1));
}

const OPERATOR = { eq: "=", ult: "bvult", ule: "bvule", iff: "=", ite: "ite" } as const;

function expression(term: Term, names: ReadonlyMap<Term, string>): string {
  const name = names.get(term);
  if (name !== undefined) return name;
  switch (term.kind) {
    case "bool":
      return term.value ? "true" : "false";
    case "bits":
      return literal(term.value, term.width);
    case "bool-variable":
    case "bits-variable":
      return symbol(term.name);
    case "not":
    case "and":
    case "or":
      return application(term.kind, operandsOf(term), names);
    case "eq":
    case "ult":
    case "ule":
    case "iff":
    case "ite":
      return application(OPERATOR[term.kind], operandsOf(term), names);
  }
}

function application(
  operator: string,
  operands: readonly Term[],
  names: ReadonlyMap<Term, string>,
): string {
  return `(${operator} ${operands.map((o) => expression(o, names)).join(" ")})`;
}

function literal(value: bigint, width: number): string {
  return width % 4 === 0
    ? `#x${value.toString(16).padStart(width / 4, "0")}`
    : `#b${value.toString(2).padStart(width, "0")}`;
}

/** A quoted symbol, in which SMT-LIB allows everything but a bar and a backslash: those are escaped. */
function symbol(name: string): string {
  const code = (c: string): string => `%${c.charCodeAt(0).toString(16)}`;
  return `|${name.replaceAll(/[%|\\]/g, code)}|`;
}

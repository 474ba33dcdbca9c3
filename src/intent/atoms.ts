/**
 * What the ends of intents and queries are made of.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { EndpointAtom, EndpointExpression, EndpointSpec } from "./ast.ts";
import { isCombination } from "./resolve.ts";

/** Something that selects by itself, and where it is written. */
interface Atom {
  readonly atom: EndpointAtom;
  readonly at: Origin;
}

/** What `specs` are made of, in order; each shared definition is looked into once. */
export function atomsOf(specs: readonly EndpointSpec[]): readonly Atom[] {
  const seen = new Set<EndpointExpression>();
  const visit = ({ expression, at }: EndpointSpec): readonly Atom[] => {
    if (seen.has(expression)) return [];
    seen.add(expression);
    if (!isCombination(expression)) return [{ atom: expression, at }];
    if (expression.kind !== "difference") return expression.members.flatMap(visit);
    const { from, without } = expression;
    const base = from === "cluster" ? [{ atom: { kind: "cluster" }, at } as const] : visit(from);
    return [...base, ...visit(without)];
  };
  return specs.flatMap(visit);
}

/**
 * What the ends of intents and queries are made of.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { EndpointAtom, EndpointExpression, EndpointSpec } from "./ast.ts";

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
    switch (expression.kind) {
      case "union":
      case "intersection":
        return expression.members.flatMap(visit);
      case "difference": {
        const { from, without } = expression;
        const base =
          from === "cluster" ? [{ atom: { kind: "cluster" }, at } as const] : visit(from);
        return [...base, ...visit(without)];
      }
      default:
        return [{ atom: expression, at }];
    }
  };
  return specs.flatMap(visit);
}

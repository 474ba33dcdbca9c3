/**
 * The network's choices as bounded variables: with a value for each, every packet has one life.
 */
import type { FibAction } from "../../models/network/action.ts";
import type { Network } from "../../models/network/network.ts";
import { present } from "../base/assert.ts";
import type { Terms } from "./factory.ts";
import type { Path } from "./path.ts";
import type { Bits, Bool } from "./term.ts";

/** One variable for each name of a choice in a network. */
export interface ChoiceVariables {
  /** The variable of the choice `name`. @throws InternalError when the network has no such choice */
  readonly variable: (name: string) => Bits;
  /** That the choices of `path` are made as they are on it. */
  readonly made: (path: Path) => Bool;
  /** The full condition of `path`: the header meets its condition and its choices are made. */
  readonly guard: (path: Path) => Bool;
  /** That each choice that one of `paths` meets takes one of the rewrites or links offered. */
  readonly admissible: (paths: readonly Path[]) => Bool;
}

/** The choices of `network`: the most that any rule offers under a name bounds its values. */
export function choiceVariables(network: Network, terms: Terms): ChoiceVariables {
  const offers = offersByChoice(network);
  const offered = (name: string): number =>
    present(offers.get(name), `the network has no choice ${name}`);
  const variable = (name: string): Bits =>
    terms.variable(choiceVariableName(name), widthFor(offered(name)));
  const made = ({ choices }: Path): Bool =>
    terms.and(
      ...Object.entries(choices).map(([name, index]) => {
        const bits = variable(name);
        return terms.eq(bits, terms.literal(BigInt(index), bits.width));
      }),
    );
  const admissible = (paths: readonly Path[]): Bool => {
    const names = [...new Set(paths.flatMap((path) => Object.keys(path.choices)))];
    return terms.and(
      ...names.map((name) => terms.within(variable(name), [[0n, BigInt(offered(name) - 1)]])),
    );
  };
  const guard = (path: Path): Bool => terms.and(path.condition, made(path));
  return { variable, made, guard, admissible };
}

/** The name of the variable that stands for the choice `name`. */
export function choiceVariableName(name: string): string {
  return `choice ${name}`;
}

/** Bits that hold every index below `count`; at least one, since a vector has no fewer. */
function widthFor(count: number): number {
  return Math.max(1, (count - 1).toString(2).length);
}

function offersByChoice(network: Network): ReadonlyMap<string, number> {
  const offers = new Map<string, number>();
  const offer = (choice: string, count: number): void => {
    offers.set(choice, Math.max(offers.get(choice) ?? 0, count));
  };
  const ofRoute = ({ action }: { readonly action: FibAction }): void => {
    if (action.kind === "multipath") offer(action.choice, action.vias.length);
  };
  for (const { fib } of network.switches.values()) {
    fib.rules.forEach(ofRoute);
    ofRoute(fib.otherwise);
  }
  for (const link of network.links.values()) {
    for (const hook of [...link.onLeave, ...link.onEnter]) {
      for (const { action } of [...hook.rules, hook.otherwise]) {
        if (action.kind === "translate") offer(action.choice, action.rewrites.length);
      }
    }
  }
  return offers;
}

/**
 * Of all packets that break a claim, the one to show: the same on every run and every machine, and as
 * believable as the condition allows. A solver may return any; this asks on until only one is left.
 */
import { PROTOCOLS } from "../../models/base/family.ts";
import type { BitSet, PortSet } from "../../models/base/interval-set.ts";
import type { Packet } from "../../models/network/network.ts";
import { portBits } from "./bit-sets.ts";
import { decodePacket } from "./decode.ts";
import { type Assignment, evaluation } from "./eval-term.ts";
import type { Terms } from "./factory.ts";
import type { Exploration } from "./path.ts";
import type { Solver } from "./solver.ts";
import { type SymbolicHeader, protocolBits } from "./symbolic-header.ts";
import { type Bits, type Bool, inBuildOrder } from "./term.ts";

/** A wish, heeded where the condition and all wishes before it leave a choice. */
export type Wish =
  | { readonly kind: "holds"; readonly condition: Bool }
  /** As low as possible. */
  | { readonly kind: "lowest"; readonly bits: Bits };

/** What makes a packet believable, beyond what holds for all. Absent sets mean no preference. */
export interface Taste {
  /** Destination ports that something listens on. */
  readonly ports?: PortSet;
  readonly sources?: BitSet;
  readonly destinations?: BitSet;
}

/**
 * The lowest source port that clients usually get.
 *
 * @source https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html (ip_local_port_range)
 */
const FIRST_CLIENT_PORT = 32_768n;

/**
 * Wishes for a packet with `header`: TCP, else UDP, else SCTP; a destination port of `taste`, else any,
 * the lowest; addresses of `taste`, the lowest; a client's source port, the lowest; the first choices.
 */
export function usualWishes(
  terms: Terms,
  header: SymbolicHeader,
  choices: readonly Bits[],
  taste: Taste = {},
): readonly Wish[] {
  const holds = (condition: Bool): Wish => ({ kind: "holds", condition });
  const lowest = (bits: Bits): Wish => ({ kind: "lowest", bits });
  const preferred = (bits: Bits, set: BitSet | undefined): readonly Wish[] =>
    set === undefined ? [] : [holds(terms.within(bits, set))];
  const ports = taste.ports === undefined ? undefined : portBits(taste.ports);
  const clients: BitSet = [[FIRST_CLIENT_PORT, 65_535n]];
  return [
    // TCP; else TCP or UDP: a wish that the last one implies costs nothing.
    ...PROTOCOLS.map((_, i) =>
      holds(terms.within(header.protocol, protocolBits(PROTOCOLS.slice(0, i + 1)))),
    ),
    ...preferred(header.destinationPort, ports),
    lowest(header.destinationPort),
    ...preferred(header.destination, taste.destinations),
    lowest(header.destination),
    ...preferred(header.source, taste.sources),
    lowest(header.source),
    ...preferred(header.sourcePort, clients),
    lowest(header.sourcePort),
    ...choices.map(lowest),
  ];
}

/**
 * The packet of `exploration` to show of those that meet `condition`, which must imply the exploration's
 * domain; `model` shows that there are some.
 *
 * @cost as `preferredModel`; about 30 questions
 */
export async function packetToShow(
  terms: Terms,
  solver: Solver,
  exploration: Exploration,
  condition: Bool,
  model: Assignment,
  taste: Taste = {},
): Promise<Packet> {
  const wishes = usualWishes(terms, exploration.header, [], taste);
  const shown = await preferredModel(terms, solver, condition, model, wishes);
  return decodePacket(exploration, shown);
}

/**
 * Values under which `condition` holds, starting from `model`, which are some: those that `wishes` single
 * out, in their order. Where the solver gives no answer the wish is passed over: the values are still
 * right, only not the ones that another run may find.
 *
 * @cost one question for each wish that the values so far do not meet; for a lowest value about the
 * logarithm of the number of literals in the condition
 */
export async function preferredModel(
  terms: Terms,
  solver: Solver,
  condition: Bool,
  model: Assignment,
  wishes: readonly Wish[],
): Promise<Assignment> {
  const search = new Search(terms, solver, condition, model, wishes);
  for (const wish of wishes) {
    if (wish.kind === "holds") await search.want(wish.condition);
    else await search.lower(wish.bits);
  }
  return search.best;
}

/** What is settled so far, and values that meet it. */
class Search {
  readonly #terms: Terms;
  readonly #solver: Solver;
  /** Every literal of the condition and its successor, ascending, by width: where conditions change. */
  readonly #edges: (width: number) => readonly bigint[];
  #settled: Bool;
  best: Assignment;

  constructor(
    terms: Terms,
    solver: Solver,
    condition: Bool,
    model: Assignment,
    wishes: readonly Wish[],
  ) {
    this.#terms = terms;
    this.#solver = solver;
    this.#settled = condition;
    const roots = [
      condition,
      ...wishes.map((wish) => (wish.kind === "holds" ? wish.condition : wish.bits)),
    ];
    this.best = completed(roots, model);
    this.#edges = edgesOf(roots);
  }

  /** Settles `wish` if it can hold; says whether it does. */
  async want(wish: Bool): Promise<boolean> {
    const both = this.#terms.and(this.#settled, wish);
    if (!evaluation(this.best).bool(wish)) {
      if (both === this.#terms.no) return false;
      const answer = await this.#solver.check([both]);
      if (answer.kind !== "sat") return false;
      this.best = new Map([...this.best, ...answer.model]);
    }
    this.#settled = both;
    return true;
  }

  /**
   * Makes `bits` as low as possible. The lowest value is nearly always where a comparison changes, so
   * those values are tried by halving; what lies between two of them is searched only if it must be.
   */
  async lower(bits: Bits): Promise<void> {
    if (bits.kind === "bits") return;
    const edges = this.#edges(bits.width);
    let [first, last] = [0, edges.length - 1];
    while (first < last) {
      const middle = (first + last) >> 1;
      const edge = edges[middle] ?? 0n;
      if (await this.want(this.#terms.within(bits, [[0n, edge]]))) last = middle;
      else first = middle + 1;
    }
    const edge = edges[first];
    const below = first === 0 ? 0n : (edges[first - 1] ?? 0n) + 1n;
    if (edge !== undefined) await this.want(this.#terms.within(bits, [[below, edge]]));
    await this.#halve(bits, below);
  }

  /** Makes `bits`, which cannot lie below `low`, as low as possible. */
  async #halve(bits: Bits, low: bigint): Promise<void> {
    let least = low;
    for (let high = this.#value(bits); least < high; high = this.#value(bits)) {
      // The value found is nearly always the lowest: ask about all below it first.
      const below = this.#terms.within(bits, [[least, high - 1n]]);
      if (!(await this.want(below))) break;
      const middle = (least + high) / 2n;
      if (!(await this.want(this.#terms.within(bits, [[least, middle]])))) least = middle + 1n;
    }
    await this.want(this.#terms.eq(bits, this.#terms.literal(this.#value(bits), bits.width)));
  }

  #value(bits: Bits): bigint {
    return evaluation(this.best).bits(bits);
  }
}

function edgesOf(roots: readonly (Bool | Bits)[]): (width: number) => readonly bigint[] {
  const byWidth = new Map<number, Set<bigint>>();
  for (const term of inBuildOrder(roots)) {
    if (term.kind !== "bits") continue;
    const edges = byWidth.get(term.width) ?? new Set([0n]);
    byWidth.set(term.width, edges.add(term.value));
    if (term.value + 1n < 1n << BigInt(term.width)) edges.add(term.value + 1n);
  }
  const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
  return (width) => [...(byWidth.get(width) ?? [])].sort(ascending);
}

/** `model` with a value for every variable of `roots`: any value will do for those it leaves open. */
function completed(roots: readonly (Bool | Bits)[], model: Assignment): Assignment {
  const values = new Map(model);
  for (const term of inBuildOrder(roots)) {
    if (term.kind === "bits-variable" && !values.has(term.name)) values.set(term.name, 0n);
    if (term.kind === "bool-variable" && !values.has(term.name)) values.set(term.name, false);
  }
  return values;
}

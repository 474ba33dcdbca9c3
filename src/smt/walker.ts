/**
 * The walk itself: `step` and `follow` of models/network with a symbolic header. The hooks of a link,
 * the FIB of the switch, the hooks of the next link, until every packet has ended.
 */
import type { Family } from "../../models/base/family.ts";
import type { BitSet } from "../../models/base/interval-set.ts";
import type { FibAction, HookAction, Rewrite, Translate } from "../../models/network/action.ts";
import type { Hook, Table } from "../../models/network/fib.ts";
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import type { Link, Network } from "../../models/network/network.ts";
import { FIELD_WIDTH_BITS } from "../../models/network/packet.ts";
import type { Choices } from "../../models/network/trace.ts";
import { present } from "../base/assert.ts";
import { type Branch, branches } from "./branches.ts";
import type { Terms } from "./factory.ts";
import { takeable } from "./offers.ts";
import type { Path, SymbolicHop, SymbolicVerdict } from "./path.ts";
import { type Field, type Region, type SymbolicHeader, equalHeaders } from "./symbolic-header.ts";
import { type TableIndex, indexTable } from "./table-index.ts";
import type { Bool } from "./term.ts";

/** Packets on their way: those of `region` that met `condition`. */
interface Progress {
  readonly condition: Bool;
  readonly header: SymbolicHeader;
  readonly region: Region;
  readonly choices: Choices;
  readonly hops: readonly SymbolicHop[];
  /** Whether a translation at the switch at hand has marked them: the same for all of them. */
  readonly marked: boolean;
}

/** Packets about to enter the switch at the end of `link`. */
interface State extends Progress {
  readonly link: Link;
}

/** A link on which the packets have been, with the header that they had. */
interface Visit {
  readonly link: LinkId;
  readonly header: SymbolicHeader;
}

/** Where a table stands, for its hop. */
interface Place {
  readonly at: SwitchId;
  readonly stage: string;
  readonly link: LinkId;
}

/** Walks one network; keeps the tables that it has prepared. */
export class Walker {
  readonly #network: Network;
  readonly #terms: Terms;
  readonly #prepared = {
    IPv4: new Map<unknown, TableIndex<FibAction | HookAction>>(),
    IPv6: new Map<unknown, TableIndex<FibAction | HookAction>>(),
  };

  constructor(network: Network, terms: Terms) {
    this.#network = network;
    this.#terms = terms;
  }

  /** Every path of the packets of `region` that enter by the link `uplink`. */
  walk(family: Family, uplink: LinkId, header: SymbolicHeader, region: Region): readonly Path[] {
    const { yes } = this.#terms;
    const start = { condition: yes, header, region, choices: {}, hops: [], marked: false };
    const ended: Path[] = [];
    this.#follow(family, { ...start, link: this.#link(uplink) }, [], ended);
    return ended;
  }

  #follow(family: Family, state: State, visits: readonly Visit[], ended: Path[]): void {
    const { link, header } = state;
    const onward = this.#withoutLoops(state, visits, ended);
    if (onward === undefined) return;
    const next = [...visits, { link: link.id, header }];
    const entered = link.id;
    this.#throughHooks(
      family,
      link.onEnter,
      { at: link.to, link, entered },
      onward,
      ended,
      (inside) => this.#decide(family, link, inside, next, ended),
    );
  }

  /** The packets that have not been on the link with the same header; the others have looped. */
  #withoutLoops(state: State, visits: readonly Visit[], ended: Path[]): State | undefined {
    const { link, header } = state;
    const before = visits.filter((visit) => visit.link === link.id);
    if (before.length === 0) return state;
    const again = this.#terms.or(
      ...before.map((visit) => equalHeaders(this.#terms, visit.header, header)),
    );
    this.#end(this.#restricted(state, again), { kind: "looped", at: link.to }, ended);
    return this.#restricted(state, this.#terms.not(again));
  }

  /** Looks the packets up in the FIB of the switch at the end of `entered`. */
  #decide(
    family: Family,
    entered: Link,
    progress: Progress,
    visits: readonly Visit[],
    ended: Path[],
  ): void {
    const at = entered.to;
    const { fib } = present(this.#network.switches.get(at), `no switch ${at}`);
    for (const branch of this.#branches(family, fib, progress, entered.id)) {
      const { action } = branch;
      const after = taken(progress, branch, { at, stage: "fib", link: entered.id }, this.#terms);
      if (after === undefined) continue;
      switch (action.kind) {
        case "deliver":
          this.#end(after, { kind: "delivered", to: action.to }, ended);
          break;
        case "discard":
          this.#end(after, discarded(at, action, branch), ended);
          break;
        case "forward":
          this.#leave(family, entered, action.via, after, visits, ended);
          break;
        case "multipath":
          for (const { offer, choices } of takeable(after.choices, action.choice, action.vias)) {
            this.#leave(family, entered, offer, { ...after, choices }, visits, ended);
          }
          break;
      }
    }
  }

  /** Out of the switch at the end of `entered` across the link `via`. Marks stay behind. */
  #leave(
    family: Family,
    entered: Link,
    via: LinkId,
    progress: Progress,
    visits: readonly Visit[],
    ended: Path[],
  ): void {
    const link = this.#link(via);
    const where = { at: entered.to, link, entered: entered.id };
    this.#throughHooks(family, link.onLeave, where, progress, ended, (outside) =>
      this.#follow(family, { ...outside, link, marked: false }, visits, ended),
    );
  }

  /** Takes the packets through `hooks` in order and hands those that pass to `onward`. */
  #throughHooks(
    family: Family,
    hooks: readonly Hook[],
    where: { readonly at: SwitchId; readonly link: Link; readonly entered: LinkId },
    progress: Progress,
    ended: Path[],
    onward: (progress: Progress) => void,
  ): void {
    const [hook, ...others] = hooks;
    if (hook === undefined) {
      onward(progress);
      return;
    }
    const place: Place = { at: where.at, stage: hook.stage, link: where.link.id };
    const through = (next: Progress): void =>
      this.#throughHooks(family, others, where, next, ended, onward);
    for (const branch of this.#branches(family, hook, progress, where.entered)) {
      const { action } = branch;
      if (action.kind === "translate") {
        this.#translate(family, progress, branch, action, place, through);
        continue;
      }
      const after = taken(progress, branch, place, this.#terms);
      if (after === undefined) continue;
      if (action.kind === "pass") through(after);
      else this.#end(after, discarded(place.at, action, branch), ended);
    }
  }

  /** One continuation for each rewrite that the choices made so far allow. */
  #translate(
    family: Family,
    progress: Progress,
    branch: Branch<HookAction>,
    action: Translate,
    place: Place,
    onward: (progress: Progress) => void,
  ): void {
    const { choice, rewrites } = action;
    for (const { offer: rewrite, choices } of takeable(progress.choices, choice, rewrites)) {
      const chosen = { ...branch, because: [rewrite.because] };
      const after = taken(progress, chosen, place, this.#terms, (header, region) =>
        rewritten(this.#terms, family, header, region, rewrite),
      );
      if (after === undefined) continue;
      onward({ ...after, choices, marked: progress.marked || rewrite.marks === true });
    }
  }

  #branches<A extends FibAction | HookAction>(
    family: Family,
    table: Table<A>,
    progress: Progress,
    entered: LinkId,
  ): readonly Branch<A>[] {
    const { header, region, marked } = progress;
    const index = this.#index(family, table);
    return branches(this.#terms, index, header, region, { link: entered, marked });
  }

  #index<A extends FibAction | HookAction>(family: Family, table: Table<A>): TableIndex<A> {
    const known = this.#prepared[family].get(table);
    // The index was made from this very table, hence from rules with actions of type A.
    if (known !== undefined) return known as TableIndex<A>;
    const made = indexTable(table, family);
    this.#prepared[family].set(table, made);
    return made;
  }

  #restricted(state: State, condition: Bool): State | undefined {
    const both = this.#terms.and(state.condition, condition);
    return both === this.#terms.no ? undefined : { ...state, condition: both };
  }

  #end(progress: Progress | undefined, verdict: SymbolicVerdict, ended: Path[]): void {
    if (progress === undefined) return;
    const { condition, choices, header, hops } = progress;
    ended.push({ condition, choices, verdict, header, hops });
  }

  #link(id: LinkId): Link {
    return present(this.#network.links.get(id), `no link ${id}`);
  }
}

function discarded(
  at: SwitchId,
  action: Extract<FibAction | HookAction, { kind: "discard" }>,
  branch: Branch<FibAction | HookAction>,
): SymbolicVerdict {
  return { kind: "discarded", at, reason: action.reason, because: branch.because };
}

/** The packets of `progress` that take `branch`, rewritten by `rewrite`; undefined when there are none. */
function taken(
  progress: Progress,
  branch: Branch<FibAction | HookAction>,
  place: Place,
  terms: Terms,
  rewrite?: (
    header: SymbolicHeader,
    region: Region,
  ) => { readonly header: SymbolicHeader; readonly region: Region },
): Progress | undefined {
  const condition = terms.and(progress.condition, branch.condition);
  if (condition === terms.no) return undefined;
  const before = progress.header;
  const { header, region } = rewrite?.(before, branch.region) ?? {
    header: before,
    region: branch.region,
  };
  const { at, stage, link } = place;
  const { action, because } = branch;
  const hop: SymbolicHop = { at, stage, link, action, because, before, after: header };
  const { choices, marked } = progress;
  return { condition, header, region, choices, hops: [...progress.hops, hop], marked };
}

/** `rewritten` of models/network, on terms and on what is known of them. */
function rewritten(
  terms: Terms,
  family: Family,
  header: SymbolicHeader,
  region: Region,
  rewrite: Rewrite,
): { readonly header: SymbolicHeader; readonly region: Region } {
  const nextHeader: Record<Field, SymbolicHeader[Field]> = { ...header };
  const nextRegion: Record<Field, BitSet> = { ...region };
  const write = (field: Field, bits: bigint | undefined): void => {
    if (bits === undefined) return;
    nextHeader[field] = terms.literal(bits, FIELD_WIDTH_BITS[family][field]);
    nextRegion[field] = [[bits, bits]];
  };
  const port = rewrite.destinationPort;
  write("source", rewrite.source?.bits);
  write("destination", rewrite.destination?.bits);
  write("destinationPort", port === undefined ? undefined : BigInt(port));
  return { header: nextHeader, region: nextRegion };
}

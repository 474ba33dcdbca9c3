/**
 * Matches as terms, given what is already known of the header: a fixed address leaves a condition on
 * ports only.
 */
import type { Family } from "../../models/base/family.ts";
import type { BitSet } from "../../models/base/interval-set.ts";
import type { Match } from "../../models/network/match.ts";
import { holds, meet, onlyMember, portBits, sameSet } from "./bit-sets.ts";
import type { Terms } from "./factory.ts";
import { type Field, type Region, type SymbolicHeader, protocolBits } from "./symbolic-header.ts";
import type { Bool } from "./term.ts";

/** What a match asks of one field. */
export interface Part {
  readonly field: Field;
  readonly set: BitSet;
}

/** What `match` asks of the header of a packet of `family`: every part must hold. */
export function partsOf(match: Match, family: Family): readonly Part[] {
  const parts: Part[] = [];
  if (match.destinations) parts.push({ field: "destination", set: match.destinations[family] });
  if (match.sources) parts.push({ field: "source", set: match.sources[family] });
  if (match.protocols) parts.push({ field: "protocol", set: protocolBits(match.protocols) });
  if (match.destinationPorts) {
    parts.push({ field: "destinationPort", set: portBits(match.destinationPorts) });
  }
  if (match.sourcePorts) parts.push({ field: "sourcePort", set: portBits(match.sourcePorts) });
  return parts;
}

/**
 * What is left to ask of a header in `region`: the parts that it does not settle, narrowed to what the
 * region admits. Empty iff every header of the region has all parts; undefined iff none has.
 */
export function fold(parts: readonly Part[], region: Region): readonly Part[] | undefined {
  let open: Part[] | undefined;
  for (const part of parts) {
    const known = region[part.field];
    const only = onlyMember(known);
    if (only !== undefined) {
      if (!holds(part.set, only)) return undefined;
      continue;
    }
    const set = meet(known, part.set);
    if (set.length === 0) return undefined;
    if (sameSet(set, known)) continue;
    open ??= [];
    open.push({ field: part.field, set });
  }
  return open ?? NOTHING;
}

const NOTHING: readonly Part[] = [];

/** `region` without the headers that lack a part of `parts`. */
export function narrowed(region: Region, parts: readonly Part[]): Region {
  if (parts.length === 0) return region;
  const next: Record<Field, BitSet> = { ...region };
  for (const { field, set } of parts) next[field] = set;
  return next;
}

/** The condition that `header` has all `parts`. */
export function condition(terms: Terms, header: SymbolicHeader, parts: readonly Part[]): Bool {
  if (parts.length === 0) return terms.yes;
  return terms.and(...parts.map(({ field, set }) => terms.within(header[field], set)));
}

/**
 * A header whose fields are terms, and what is known of each field: the sets that its values lie in.
 */
import type { Family, Protocol } from "../../models/base/family.ts";
import { type BitSet, bitSets } from "../../models/base/interval-set.ts";
import { FIELD_WIDTH_BITS, type Header, PROTOCOL_NUMBER } from "../../models/network/packet.ts";
import type { Terms } from "./factory.ts";
import type { Bits, Bool } from "./term.ts";

/** A field of a header that has bits. The family is not one: each exploration has one family. */
export type Field = keyof (typeof FIELD_WIDTH_BITS)[Family];

/** All fields: the one that decides most rules first. */
export const FIELDS: readonly Field[] = [
  "destination",
  "source",
  "protocol",
  "destinationPort",
  "sourcePort",
];

/** One term for each field. */
export type SymbolicHeader = Readonly<Record<Field, Bits>>;

/** For each field a set in which its value lies: an over-approximation, field by field. */
export type Region = Readonly<Record<Field, BitSet>>;

/** A record with one entry for each field. */
export function forEachField<T>(make: (field: Field) => T): Readonly<Record<Field, T>> {
  return {
    protocol: make("protocol"),
    source: make("source"),
    sourcePort: make("sourcePort"),
    destination: make("destination"),
    destinationPort: make("destinationPort"),
  };
}

/** Whether both headers are made of the same terms. Equal headers may be made of different ones. */
export function sameTerms(a: SymbolicHeader, b: SymbolicHeader): boolean {
  return FIELDS.every((field) => a[field] === b[field]);
}

/** That both headers have equal fields. */
export function equalHeaders(terms: Terms, a: SymbolicHeader, b: SymbolicHeader): Bool {
  return terms.and(...FIELDS.map((field) => terms.eq(a[field], b[field])));
}

/** The terms of a known header. */
export function literalHeader(terms: Terms, header: Header): SymbolicHeader {
  const bits = headerBits(header);
  return forEachField((field) =>
    terms.literal(bits[field], FIELD_WIDTH_BITS[header.family][field]),
  );
}

/**
 * The name of the variable that stands for `field` of an unknown header. Addresses of the two families
 * differ in width, hence in name; ports and protocols share theirs, so that one condition on them is one
 * term whatever the family.
 */
export function fieldVariableName(field: Field, family: Family): string {
  return field === "source" || field === "destination" ? `${field} ${family}` : field;
}

/** The variables of an unknown header. */
export function headerVariables(terms: Terms, family: Family): SymbolicHeader {
  return forEachField((field) =>
    terms.variable(fieldVariableName(field, family), FIELD_WIDTH_BITS[family][field]),
  );
}

/** The values of the fields of `header`, the protocol by its number. */
export function headerBits(header: Header): Readonly<Record<Field, bigint>> {
  return {
    protocol: BigInt(PROTOCOL_NUMBER[header.protocol]),
    source: header.source,
    sourcePort: BigInt(header.sourcePort),
    destination: header.destination,
    destinationPort: BigInt(header.destinationPort),
  };
}

/** The numbers of `protocols`, as a set of bit vectors. */
export function protocolBits(protocols: readonly Protocol[]): BitSet {
  return bitSets.of(
    protocols.map((protocol) => {
      const bits = BigInt(PROTOCOL_NUMBER[protocol]);
      return [bits, bits];
    }),
  );
}

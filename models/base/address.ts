/**
 * Addresses, prefixes and sets of addresses of both families. Nothing here parses or prints.
 */
import { type Family, FAMILIES, addressWidthBits, highestAddress } from "./family.ts";
import { type BitSet, bitSets } from "./interval-set.ts";

/** One address: its family and its value as an unsigned integer below 2^32 or 2^128. */
export interface Address {
  readonly family: Family;
  readonly bits: bigint;
}

/** Whether two addresses are the same address of the same family. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.bits === b.bits;
}

/** Orders IPv4 before IPv6 and lower addresses first: negative, zero or positive. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family === "IPv4" ? -1 : 1;
  return a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : 0;
}

/**
 * A CIDR block. @invariant `bits` has no host bits set; 0 <= length <= the family's width.
 */
export interface Prefix {
  readonly family: Family;
  readonly bits: bigint;
  readonly length: number;
}

/** The block of `length` that holds `address`: host bits are masked off. */
export function prefixOf(address: Address, length: number): Prefix {
  const hostBits = BigInt(addressWidthBits(address.family) - length);
  return { family: address.family, bits: (address.bits >> hostBits) << hostBits, length };
}

/** The addresses of `prefix`, as one interval of its family. */
export function prefixBits(prefix: Prefix): BitSet {
  const hosts = 1n << BigInt(addressWidthBits(prefix.family) - prefix.length);
  return [[prefix.bits, prefix.bits + hosts - 1n]];
}

/** Whether `address` lies in `prefix`; false across families. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  return prefix.family === address.family && bitSets.contains(prefixBits(prefix), address.bits);
}

/** A set of addresses of both families. */
export interface AddressSet {
  readonly IPv4: BitSet;
  readonly IPv6: BitSet;
}

/** The set without members. */
export const NO_ADDRESSES: AddressSet = { IPv4: [], IPv6: [] };

/** Every address of both families. */
export const ALL_ADDRESSES: AddressSet = {
  IPv4: [[0n, highestAddress("IPv4")]],
  IPv6: [[0n, highestAddress("IPv6")]],
};

/**
 * The loopback addresses.
 *
 * @source https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3 (127.0.0.0/8)
 * @source https://www.rfc-editor.org/rfc/rfc4291#section-2.5.3 (::1)
 */
export const LOOPBACK: AddressSet = {
  IPv4: [[0x7f00_0000n, 0x7fff_ffffn]],
  IPv6: [[1n, 1n]],
};

function combine(
  a: AddressSet,
  b: AddressSet,
  operation: (x: BitSet, y: BitSet) => BitSet,
): AddressSet {
  return { IPv4: operation(a.IPv4, b.IPv4), IPv6: operation(a.IPv6, b.IPv6) };
}

/** The set algebra on addresses, family by family. */
export const addressSets = {
  ofAddresses(addresses: readonly Address[]): AddressSet {
    const bits = (family: Family): BitSet =>
      bitSets.of(addresses.filter((a) => a.family === family).map((a) => [a.bits, a.bits]));
    return { IPv4: bits("IPv4"), IPv6: bits("IPv6") };
  },
  ofPrefixes(prefixes: readonly Prefix[]): AddressSet {
    const bits = (family: Family): BitSet =>
      bitSets.of(prefixes.filter((p) => p.family === family).flatMap((p) => prefixBits(p)));
    return { IPv4: bits("IPv4"), IPv6: bits("IPv6") };
  },
  union: (a: AddressSet, b: AddressSet): AddressSet => combine(a, b, bitSets.union),
  intersect: (a: AddressSet, b: AddressSet): AddressSet => combine(a, b, bitSets.intersect),
  subtract: (a: AddressSet, b: AddressSet): AddressSet => combine(a, b, bitSets.subtract),
  onlyFamily: (set: AddressSet, family: Family): AddressSet => ({
    ...NO_ADDRESSES,
    [family]: set[family],
  }),
  contains: (set: AddressSet, address: Address): boolean =>
    bitSets.contains(set[address.family], address.bits),
  isEmpty: (set: AddressSet): boolean => FAMILIES.every((f) => set[f].length === 0),
  isSubset: (a: AddressSet, b: AddressSet): boolean =>
    FAMILIES.every((f) => bitSets.isSubset(a[f], b[f])),
  equals: (a: AddressSet, b: AddressSet): boolean =>
    FAMILIES.every((f) => bitSets.equals(a[f], b[f])),
} as const;

/**
 * All addresses of both families, cut at every boundary that a network knows: between two cuts no set
 * of the network tells addresses apart. Each piece gets a small number, its id, in the order of the
 * addresses, IPv4 before IPv6; so every set of the network is a few ranges of ids. IPv4 is kept in
 * plain numbers; only IPv6 needs big integers.
 */
import type { Address, AddressSet } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import { highestAddress } from "../../models/base/family.ts";
import { bitSets } from "../../models/base/interval-set.ts";
import { assert, present } from "../base/assert.ts";
import { type IdRanges, idRanges, lastAtMost } from "./id-ranges.ts";

/** The number of a piece of the address space. */
export type AddressId = number;

/** The cut address space of one network. */
export interface AddressSpace {
  /** Ids are 0 to size - 1. */
  readonly size: number;
  /** The first id that is IPv6; those below are IPv4. */
  readonly firstIpv6: AddressId;
  /** The id of the piece that holds `address`. Logarithmic. */
  readonly idOf: (address: Address) => AddressId;
  /**
   * The ids of `set`, which is one of those the space was cut by. Remembered by identity.
   *
   * @throws InternalError when the set cuts a piece: the answer could not be exact
   */
  readonly rangesOf: (set: AddressSet) => IdRanges;
  /** The addresses of the pieces in `ids`. */
  readonly addressesOf: (ids: IdRanges) => AddressSet;
  /** The lowest address of a piece. */
  readonly lowestOf: (id: AddressId) => Address;
  /** Whether the piece is one address only. */
  readonly isSingle: (id: AddressId) => boolean;
}

/** What the space is cut by. Sets are told apart by identity, so shared ones cost once. */
export interface Cuts {
  readonly sets: ReadonlySet<AddressSet>;
  /** Addresses that become pieces of their own. */
  readonly singles: readonly Address[];
}

const IPV4_END = 2 ** 32;

/** The address space cut by `cuts`. @cost linear in their intervals, up to sorting the distinct ones */
export function createAddressSpace(cuts: Cuts): AddressSpace {
  const v4 = ipv4Starts(cuts);
  const v6 = ipv6Starts(cuts);
  const size = v4.length + v6.length;
  const firstIpv6 = v4.length;
  const remembered = new Map<AddressSet, IdRanges>();

  const idOf = (address: Address): AddressId =>
    address.family === "IPv4"
      ? lastAtMost(v4, Number(address.bits))
      : firstIpv6 + lastStartAtMost(v6, address.bits);
  /** The id of the piece after that which ends at `high`. */
  const endOf = (family: Family, high: bigint): number =>
    high === highestAddress(family)
      ? family === "IPv4"
        ? firstIpv6
        : size
      : idOf({ family, bits: high + 1n });
  const lowestOf = (id: AddressId): Address =>
    id < firstIpv6
      ? { family: "IPv4", bits: BigInt(v4[id] ?? 0) }
      : { family: "IPv6", bits: present(v6[id - firstIpv6], `no address piece ${id}`) };
  const highestOf = (id: AddressId): bigint => {
    const family = lowestOf(id).family;
    const last = id + 1 === (family === "IPv4" ? firstIpv6 : size);
    return last ? highestAddress(family) : lowestOf(id + 1).bits - 1n;
  };
  const compute = (set: AddressSet): IdRanges => {
    const flat: number[] = [];
    const add = (family: Family): void => {
      for (const [low, high] of set[family]) {
        const from = idOf({ family, bits: low });
        const to = endOf(family, high);
        assert(lowestOf(from).bits === low && highestOf(to - 1) === high, "a set cuts a piece");
        flat.push(from, to);
      }
    };
    add("IPv4");
    add("IPv6");
    return idRanges(flat);
  };
  return {
    size,
    firstIpv6,
    idOf,
    rangesOf: (set) => {
      const known = remembered.get(set);
      if (known !== undefined) return known;
      const ranges = compute(set);
      remembered.set(set, ranges);
      return ranges;
    },
    addressesOf: (ids) => {
      const bits: Record<Family, (readonly [bigint, bigint])[]> = { IPv4: [], IPv6: [] };
      for (let i = 0; i < ids.length; i += 2) {
        for (const [low, high] of byFamily(ids[i] ?? 0, ids[i + 1] ?? 0, firstIpv6)) {
          const first = lowestOf(low);
          bits[first.family].push([first.bits, highestOf(high - 1)]);
        }
      }
      return { IPv4: bitSets.of(bits.IPv4), IPv6: bitSets.of(bits.IPv6) };
    },
    lowestOf,
    isSingle: (id) => lowestOf(id).bits === highestOf(id),
  };
}

/** `[low, high)` cut where the family changes. */
function byFamily(low: number, high: number, firstIpv6: number): (readonly [number, number])[] {
  return low < firstIpv6 && firstIpv6 < high
    ? [
        [low, firstIpv6],
        [firstIpv6, high],
      ]
    : [[low, high]];
}

function ipv4Starts(cuts: Cuts): Float64Array {
  const found = new Set<number>([0]);
  const add = (low: bigint, high: bigint): void => {
    found.add(Number(low));
    const next = Number(high) + 1;
    if (next < IPV4_END) found.add(next);
  };
  for (const set of cuts.sets) for (const [low, high] of set.IPv4) add(low, high);
  for (const { family, bits } of cuts.singles) if (family === "IPv4") add(bits, bits);
  return Float64Array.from(found).sort();
}

function ipv6Starts(cuts: Cuts): readonly bigint[] {
  const top = highestAddress("IPv6");
  const found = new Set<bigint>([0n]);
  const add = (low: bigint, high: bigint): void => {
    found.add(low);
    if (high < top) found.add(high + 1n);
  };
  for (const set of cuts.sets) for (const [low, high] of set.IPv6) add(low, high);
  for (const { family, bits } of cuts.singles) if (family === "IPv6") add(bits, bits);
  return [...found].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function lastStartAtMost(starts: readonly bigint[], value: bigint): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0n) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Deterministic assignment of free addresses.
 */
import type { Address, Prefix } from "../../models/base/address.ts";
import { addressWidthBits, type Family } from "../../models/base/family.ts";
import { overlaps, assignableRange } from "./address-blocks.ts";

/** The addresses that somebody has. */
export interface TakenAddresses {
  readonly has: (address: Address) => boolean;
  readonly take: (address: Address) => void;
}

/** A book of taken addresses that begins with `stated`. */
export function takenAddresses(stated: readonly Address[]): TakenAddresses {
  const taken: Readonly<Record<Family, Set<bigint>>> = { IPv4: new Set(), IPv6: new Set() };
  for (const address of stated) taken[address.family].add(address.bits);
  return {
    has: (address) => taken[address.family].has(address.bits),
    take: (address) => {
      taken[address.family].add(address.bits);
    },
  };
}

/**
 * Hands out the addresses of `blocks` from low to high that nobody has, and takes them; undefined when
 * there is none left. @cost each address of the blocks is looked at once in the life of the allocator
 */
export function allocator(
  blocks: readonly Prefix[],
  taken: TakenAddresses,
): () => Address | undefined {
  const ranges = blocks.map((block) => ({ family: block.family, range: assignableRange(block) }));
  let current = 0;
  let next = ranges[0]?.range[0] ?? 0n;
  return () => {
    for (;;) {
      const from = ranges[current];
      if (from === undefined) return undefined;
      if (next > from.range[1]) {
        current += 1;
        next = ranges[current]?.range[0] ?? 0n;
        continue;
      }
      const address: Address = { family: from.family, bits: next };
      next += 1n;
      if (taken.has(address)) continue;
      taken.take(address);
      return address;
    }
  };
}

/**
 * Hands out the parts of `blocks` that are `length` long and clear of `avoided`: from the second part of
 * each block on, the first one last; undefined when there is none left.
 */
export function sliceAllocator(
  blocks: readonly Prefix[],
  length: number,
  avoided: readonly Prefix[],
): () => Prefix | undefined {
  const fitting = blocks.filter((block) => block.length <= length);
  let block = 0;
  let index = 1n;
  return () => {
    for (;;) {
      const from = fitting[block];
      if (from === undefined) return undefined;
      const count = 1n << BigInt(length - from.length);
      const step = 1n << BigInt(addressWidthBits(from.family) - length);
      const part: Prefix = {
        family: from.family,
        bits: from.bits + (index % count) * step,
        length,
      };
      // After the last part comes the first, and then the next block.
      if (index >= count) {
        block += 1;
        index = 1n;
      } else {
        index += 1n;
      }
      if (!avoided.some((other) => overlaps(part, other))) return part;
    }
  };
}

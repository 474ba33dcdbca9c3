/**
 * Sets of positions 0 to size - 1 as bit fields: how selectors are computed over many objects at once.
 */

/** A set of positions. Sets that meet in one operation have the same length. */
export type Bits = Uint32Array;

/** The empty set over `size` positions. */
export function noBits(size: number): Bits {
  return new Uint32Array((size + 31) >>> 5);
}

/** The set of `positions` over `size` positions. */
export function bitsOf(size: number, positions: Iterable<number>): Bits {
  const bits = noBits(size);
  for (const position of positions) addBit(bits, position);
  return bits;
}

/** Adds `position` to `bits` in place: for building a set only. */
export function addBit(bits: Bits, position: number): void {
  const word = position >>> 5;
  bits[word] = (bits[word] ?? 0) | (1 << (position & 31));
}

/** Whether `position` is in `bits`. */
export function hasBit(bits: Bits, position: number): boolean {
  return (((bits[position >>> 5] ?? 0) >>> (position & 31)) & 1) === 1;
}

/** The members of both. */
export function bothBits(a: Bits, b: Bits): Bits {
  const both = a.slice();
  for (let i = 0; i < both.length; i += 1) both[i] = (both[i] ?? 0) & (b[i] ?? 0);
  return both;
}

/** The members of either. */
export function eitherBits(a: Bits, b: Bits): Bits {
  const either = a.slice();
  for (let i = 0; i < either.length; i += 1) either[i] = (either[i] ?? 0) | (b[i] ?? 0);
  return either;
}

/** The members of `a` that are not in `b`. */
export function withoutBits(a: Bits, b: Bits): Bits {
  const rest = a.slice();
  for (let i = 0; i < rest.length; i += 1) rest[i] = (rest[i] ?? 0) & ~(b[i] ?? 0);
  return rest;
}

/** Whether nothing is in `bits`. */
export function isNoBits(bits: Bits): boolean {
  return bits.every((word) => word === 0);
}

/** The members of `bits`, ascending. */
export function positionsIn(bits: Bits): readonly number[] {
  const positions: number[] = [];
  for (let i = 0; i < bits.length; i += 1) {
    for (let rest = bits[i] ?? 0; rest !== 0; rest &= rest - 1) {
      positions.push((i << 5) + 31 - Math.clz32(rest & -rest));
    }
  }
  return positions;
}

import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ALL_ADDRESSES,
  type Address,
  type AddressSet,
  LOOPBACK,
  NO_ADDRESSES,
  addressSets,
  compareAddresses,
  prefixBits,
  prefixContains,
  prefixOf,
  sameAddress,
} from "../../../../models/base/address.ts";
import { type Outcome, outcomeKey } from "../../../../models/base/connection.ts";
import { FAMILIES, type Family, addressWidthBits } from "../../../../models/base/family.ts";
import { type Interval, bitSets } from "../../../../models/base/interval-set.ts";
import { formatAddress } from "../../../../src/base/ip.ts";
import { scaled, seed } from "../../../support/law-settings.ts";

const settings = { numRuns: scaled(200), seed };

/** Addresses of which many are at or near the ends of common blocks. */
const address: fc.Arbitrary<Address> = fc.constantFrom(...FAMILIES).chain((family) => {
  const width = addressWidthBits(family);
  const top = (1n << BigInt(width)) - 1n;
  return fc
    .tuple(fc.bigInt({ min: 0n, max: top }), fc.nat(width), fc.constantFrom(-1n, 0n, 1n))
    .map(([bits, zeros, nudge]) => {
      const rounded = ((bits >> BigInt(zeros)) << BigInt(zeros)) + nudge;
      return { family, bits: rounded < 0n ? 0n : rounded > top ? top : rounded };
    });
});

describe("prefixContains", () => {
  test("agrees with Node's block lists", () => {
    const cases = address.chain((inside) =>
      fc.record({
        inside: fc.constant(inside),
        length: fc.nat(addressWidthBits(inside.family)),
        // The other end of the block and the addresses beyond both ends are where mistakes are.
        asked: fc.oneof(fc.constant(inside), address),
        from: fc.constantFrom("asked", "below", "first", "last", "above"),
      }),
    );
    fc.assert(
      fc.property(cases, ({ inside, length, asked, from }) => {
        const prefix = prefixOf(inside, length);
        const [[low, high] = [0n, 0n]] = prefixBits(prefix);
        const bits = {
          asked: asked.bits,
          below: low - 1n,
          first: low,
          last: high,
          above: high + 1n,
        };
        const family = from === "asked" ? asked.family : inside.family;
        const probe: Address = { family, bits: bits[from] };
        if (probe.bits < 0n || probe.bits >> BigInt(addressWidthBits(family)) !== 0n) return;
        const list = new BlockList();
        list.addSubnet(formatAddress(prefix), length, typeOf(prefix));
        const text = formatAddress(probe);
        // For Node an IPv4 address is also the one of ::ffff:0:0/96; here the families are apart.
        fc.pre(family === inside.family && !isMapped(probe) && !isMapped(prefix));
        expect(prefixContains(prefix, probe)).toBe(list.check(text, typeOf(probe)));
      }),
      settings,
    );
  });

  test.each<readonly [Family, number, bigint]>([
    ["IPv4", 0, (1n << 32n) - 1n],
    ["IPv4", 32, 7n],
    ["IPv6", 0, (1n << 128n) - 1n],
    ["IPv6", 128, 7n],
  ])("holds for %s/%i up to its last address", (family, length, last) => {
    const prefix = prefixOf({ family, bits: 7n }, length);
    expect(prefixContains(prefix, { family, bits: last })).toBe(true);
    const other: Family = family === "IPv4" ? "IPv6" : "IPv4";
    expect(prefixContains(prefix, { family: other, bits: 7n })).toBe(false);
  });
});

describe("prefixOf", () => {
  test("masks the host bits off", () => {
    const host: Address = { family: "IPv4", bits: 0x0a01_02ffn };
    expect(prefixOf(host, 24)).toEqual({ family: "IPv4", bits: 0x0a01_0200n, length: 24 });
    expect(prefixOf(host, 25)).toEqual({ family: "IPv4", bits: 0x0a01_0280n, length: 25 });
    expect(prefixOf(host, 0)).toEqual({ family: "IPv4", bits: 0n, length: 0 });
    expect(prefixOf(host, 32)).toEqual({ ...host, length: 32 });
  });
});

describe("bitSets", () => {
  const small = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 15 }))
      .map(([a, b]): Interval<bigint> => [BigInt(a), BigInt(b)]),
    { maxLength: 4 },
  );
  const universe = Array.from({ length: 17 }, (_, i) => BigInt(i));
  const members = (intervals: readonly Interval<bigint>[]): ReadonlySet<bigint> =>
    new Set(universe.filter((x) => intervals.some(([low, high]) => low <= x && x <= high)));

  test("have the members, and do to them, what sets of integers have and do", () => {
    fc.assert(
      fc.property(small, small, (left, right) => {
        const [a, b] = [bitSets.of(left), bitSets.of(right)];
        const [inA, inB] = [members(left), members(right)];
        const both = universe.filter((x) => inA.has(x) && inB.has(x));
        const either = universe.filter((x) => inA.has(x) || inB.has(x));
        const onlyA = universe.filter((x) => inA.has(x) && !inB.has(x));
        expect([...members(a)]).toEqual([...inA]);
        expect([...members(bitSets.intersect(a, b))]).toEqual(both);
        expect([...members(bitSets.union(a, b))]).toEqual(either);
        expect([...members(bitSets.subtract(a, b))]).toEqual(onlyA);
        expect(bitSets.isSubset(a, b)).toBe(onlyA.length === 0);
        expect(bitSets.isEmpty(a)).toBe(inA.size === 0);
        // Equal sets have equal forms, whatever they were made from.
        expect(bitSets.union(bitSets.intersect(a, b), bitSets.subtract(a, b))).toEqual(a);
        expect(bitSets.equals(a, b)).toBe(onlyA.length === 0 && inA.size === inB.size);
      }),
      settings,
    );
  });

  test("join what touches, and stay exact beyond the integers of a double", () => {
    const high = 1n << 127n;
    expect(
      bitSets.of([
        [high + 1n, high + 1n],
        [high, high],
      ]),
    ).toEqual([[high, high + 1n]]);
    expect(bitSets.subtract([[high, high + 2n]], [[high + 1n, high + 1n]])).toEqual([
      [high, high],
      [high + 2n, high + 2n],
    ]);
    expect(bitSets.contains([[high, high]], high + 1n)).toBe(false);
    expect(bitSets.of([[5n, 4n]])).toEqual([]);
  });
});

describe("addressSets", () => {
  const some: fc.Arbitrary<AddressSet> = fc
    .array(address, { maxLength: 6 })
    .map((addresses) => addressSets.ofAddresses(addresses));

  test("hold exactly the addresses they are made of", () => {
    fc.assert(
      fc.property(fc.array(address, { maxLength: 6 }), address, (listed, asked) => {
        const set = addressSets.ofAddresses(listed);
        expect(listed.every((each) => addressSets.contains(set, each))).toBe(true);
        expect(addressSets.contains(set, asked)).toBe(listed.some((a) => sameAddress(a, asked)));
      }),
      settings,
    );
  });

  test("keep the families apart in every operation", () => {
    fc.assert(
      fc.property(some, some, address, (a, b, asked) => {
        const [inA, inB] = [addressSets.contains(a, asked), addressSets.contains(b, asked)];
        const holds = (set: AddressSet): boolean => addressSets.contains(set, asked);
        expect(holds(addressSets.union(a, b))).toBe(inA || inB);
        expect(holds(addressSets.intersect(a, b))).toBe(inA && inB);
        expect(holds(addressSets.subtract(a, b))).toBe(inA && !inB);
        expect(addressSets.isSubset(addressSets.intersect(a, b), a)).toBe(true);
        expect(addressSets.equals(addressSets.union(a, b), addressSets.union(b, a))).toBe(true);
        expect(holds(addressSets.subtract(ALL_ADDRESSES, a))).toBe(!inA);
      }),
      settings,
    );
  });

  test("of prefixes are the addresses of the prefixes", () => {
    const prefixes = fc.array(
      address.chain((a) => fc.nat(addressWidthBits(a.family)).map((length) => prefixOf(a, length))),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(prefixes, address, (listed, asked) => {
        const held = addressSets.contains(addressSets.ofPrefixes(listed), asked);
        expect(held).toBe(listed.some((prefix) => prefixContains(prefix, asked)));
      }),
      settings,
    );
  });

  test("tell nothing, something and everything apart", () => {
    const one = addressSets.ofAddresses([{ family: "IPv6", bits: 1n }]);
    expect(addressSets.isEmpty(NO_ADDRESSES)).toBe(true);
    expect(addressSets.isEmpty(one)).toBe(false);
    expect(addressSets.isSubset(one, LOOPBACK)).toBe(true);
    expect(addressSets.isSubset(LOOPBACK, one)).toBe(false);
    expect(addressSets.equals(one, NO_ADDRESSES)).toBe(false);
    expect(addressSets.contains(LOOPBACK, { family: "IPv4", bits: 1n })).toBe(false);
  });
});

describe("compareAddresses", () => {
  test("orders families first, then values, and is zero for equals only", () => {
    fc.assert(
      fc.property(address, address, (a, b) => {
        const order = compareAddresses(a, b);
        expect(order === 0).toBe(sameAddress(a, b));
        expect(Math.sign(order)).toBe(0 - Math.sign(compareAddresses(b, a)));
        if (a.family === "IPv4" && b.family === "IPv6") expect(order).toBeLessThan(0);
        if (a.family === b.family) expect(order < 0).toBe(a.bits < b.bits);
      }),
      settings,
    );
  });
});

describe("outcomeKey", () => {
  const candidate: Address = { family: "IPv4", bits: 1n };
  const base: Outcome = { fate: "delivered", to: "x", candidate, port: 1, reply: "returned" };
  const different: readonly Outcome[] = [
    base,
    { ...base, fate: "dropped" },
    { ...base, to: "y" },
    { ...base, candidate: { family: "IPv6", bits: 1n } },
    { ...base, candidate: { family: "IPv4", bits: 2n } },
    { ...base, port: 2 },
    { ...base, sourceSeen: candidate },
    { ...base, reply: "lost" },
    { fate: "delivered", candidate, port: 1, reply: "returned" },
    { fate: "delivered", to: "x", candidate, port: 1 },
  ];

  test("differs for outcomes that differ in one field, and not for equal ones", () => {
    expect(new Set(different.map(outcomeKey)).size).toBe(different.length);
    expect(outcomeKey({ ...base })).toBe(outcomeKey(base));
  });
});

function typeOf({ family }: { readonly family: Family }): "ipv4" | "ipv6" {
  return family === "IPv4" ? "ipv4" : "ipv6";
}

function isMapped({ family, bits }: Address): boolean {
  return family === "IPv6" && bits >> 32n === 0xffffn;
}

import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ALL_ADDRESSES,
  type Address,
  addressSets,
  NO_ADDRESSES,
} from "../../../models/base/address.ts";
import { bitSets } from "../../../models/base/interval-set.ts";
import {
  formatAddress,
  formatAddresses,
  formatAddressSet,
  formatPrefix,
  formatRange,
  formatRanges,
  parseAddress,
  parseLenientAddress,
  parsePrefix,
  prefixesOf,
} from "../../../src/base/ip.ts";

const address: fc.Arbitrary<Address> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((bits): Address => ({ family: "IPv4", bits })),
  // Many zero fields, so that runs of zeros of every place and length occur.
  fc
    .array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 0xffffn })), {
      minLength: 8,
      maxLength: 8,
    })
    .map(
      (fields): Address => ({ family: "IPv6", bits: fields.reduce((a, f) => (a << 16n) | f, 0n) }),
    ),
);

const nearlyAnAddress = fc.oneof(
  fc.stringMatching(/^[0-9a-fA-F:.]{0,24}$/),
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4Extended(),
  fc.string(),
);

describe("parseAddress", () => {
  test("reads back what formatAddress wrote", () => {
    fc.assert(
      fc.property(address, (a) => {
        const mapped = a.family === "IPv6" && a.bits >> 32n === 0xffffn;
        expect(parseAddress(formatAddress(a))).toEqual(mapped ? undefined : a);
      }),
    );
  });

  test("takes what node:net takes, but for zones, leading zeros and IPv4-mapped addresses", () => {
    fc.assert(
      fc.property(nearlyAnAddress, (text) => {
        const parsed = parseLenientAddress(text);
        if (text.includes("%")) expect(parsed).toBeUndefined();
        else if (isIPv6(text)) expect(parsed).toBeDefined();
        else if (isIPv4(text)) expect(parseAddress(text)?.family).toBe("IPv4");
        else if (parsed?.irregular !== "leading zeros") expect(parsed).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["10.0.0.1", 0x0a00_0001n],
    ["0.0.0.0", 0n],
    ["255.255.255.255", 0xffff_ffffn],
  ])("reads %s", (text, bits) => {
    expect(parseAddress(text)).toEqual({ family: "IPv4", bits });
  });

  test.each([
    ["::", 0n],
    ["::1", 1n],
    ["2001:db8::A", 0x2001_0db8_0000_0000_0000_0000_0000_000an],
    ["64:ff9b::192.0.2.33", 0x0064_ff9b_0000_0000_0000_0000_c000_0221n],
  ])("reads %s", (text, bits) => {
    expect(parseAddress(text)).toEqual({ family: "IPv6", bits });
  });

  test.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.4 ",
    "::1%eth0",
    "1::2::3",
    ":::",
    "1:2",
    "010.0.0.1",
  ])("refuses %j", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe("parseLenientAddress", () => {
  test("takes leading zeros as decimal", () => {
    expect(parseLenientAddress("010.1.2.3")).toEqual({
      address: { family: "IPv4", bits: 0x0a01_0203n },
      irregular: "leading zeros",
    });
  });
  test("takes an IPv4-mapped IPv6 address as the IPv4 address inside", () => {
    const inside = { family: "IPv4", bits: 0x0102_0304n };
    const expected = { address: inside, irregular: "IPv4-mapped IPv6" };
    expect(parseLenientAddress("::ffff:1.2.3.4")).toEqual(expected);
    expect(parseLenientAddress("::FFFF:102:304")).toEqual(expected);
  });
});

describe("parsePrefix", () => {
  test("reads back what formatPrefix wrote", () => {
    fc.assert(
      fc.property(address, fc.nat(128), (a, n) => {
        fc.pre(a.family !== "IPv6" || a.bits >> 32n !== 0xffffn);
        const length = a.family === "IPv4" ? n % 33 : n;
        const parsed = parsePrefix(`${formatAddress(a)}/${String(length)}`);
        expect(parsed?.irregular).toBeUndefined();
        expect(parsed && parsePrefix(formatPrefix(parsed.prefix))).toEqual({
          prefix: parsed?.prefix,
          hostBitsSet: false,
        });
      }),
    );
  });

  test("masks host bits and says so", () => {
    expect(parsePrefix("10.1.2.3/8")).toEqual({
      prefix: { family: "IPv4", bits: 0x0a00_0000n, length: 8 },
      hostBitsSet: true,
    });
  });

  test("takes an IPv4-mapped block as the IPv4 block inside", () => {
    expect(parsePrefix("::ffff:10.0.0.0/104")).toEqual({
      prefix: { family: "IPv4", bits: 0x0a00_0000n, length: 8 },
      hostBitsSet: false,
      irregular: "IPv4-mapped IPv6",
    });
    expect(parsePrefix("::ffff:0:0/95")?.prefix.family).toBe("IPv6");
  });

  test("takes a length with a leading zero as irregular", () => {
    expect(parsePrefix("10.0.0.0/08")?.irregular).toBe("leading zeros");
  });

  test.each([
    "10.0.0.0",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "/8",
    "10.0.0.0/-1",
    "10.0.0.0/+8",
    "fe80::1%eth0/64",
  ])("refuses %j", (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  });
});

describe("formatAddress", () => {
  test.each([
    ["2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["::", "::"],
    ["1::", "1::"],
    ["0:0:1::", "0:0:1::"],
  ])("writes %s as RFC 5952 has it", (text, canonical) => {
    expect(formatAddresses([parseAddress(text) ?? { family: "IPv4", bits: 0n }])).toEqual([
      canonical,
    ]);
  });
});

describe("prefixesOf", () => {
  const interval = fc
    .tuple(fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }))
    .map(([a, b]): [bigint, bigint] => (a <= b ? [a, b] : [b, a]));

  test("gives prefixes whose union is the set", () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 3 }), (intervals) => {
        const set = { IPv4: bitSets.of(intervals), IPv6: [] };
        expect(addressSets.ofPrefixes(prefixesOf(set))).toEqual(set);
      }),
    );
  });

  test("gives one prefix for each whole family", () => {
    expect(prefixesOf(ALL_ADDRESSES).map(formatPrefix)).toEqual(["0.0.0.0/0", "::/0"]);
  });

  test("gives the fewest prefixes for a ragged range", () => {
    const set = { IPv4: bitSets.of([[1n, 6n]]), IPv6: [] };
    expect(prefixesOf(set).map(formatPrefix)).toEqual([
      "0.0.0.1/32",
      "0.0.0.2/31",
      "0.0.0.4/31",
      "0.0.0.6/32",
    ]);
  });
});

describe("printing sets", () => {
  const set = {
    IPv4: bitSets.of([
      [5n, 5n],
      [8n, 15n],
      [20n, 22n],
    ]),
    IPv6: [],
  };
  test("formatAddressSet uses the shortest exact form", () => {
    expect(formatAddressSet(set)).toBe("0.0.0.5, 0.0.0.8/29, 0.0.0.20-0.0.0.22");
    expect(formatAddressSet(NO_ADDRESSES)).toBe("nothing");
  });
  test("formatRanges writes both ends", () => {
    expect(formatRanges(set)).toEqual(["0.0.0.5-0.0.0.5", "0.0.0.8-0.0.0.15", "0.0.0.20-0.0.0.22"]);
    expect(formatRange("IPv6", 0n, 1n)).toBe("::-::1");
  });
});

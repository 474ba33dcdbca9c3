/**
 * The few names, labels, ports and addresses that generated clusters are made of: few, so that selectors
 * hit and miss, ports meet, and addresses lie next to each other.
 */
import fc from "fast-check";
import type { Address, Prefix } from "../../models/base/address.ts";
import { prefixOf } from "../../models/base/address.ts";
import {
  type Family,
  PROTOCOLS,
  type Protocol,
  addressWidthBits,
} from "../../models/base/family.ts";
import type { Origin } from "../../models/base/origin.ts";

/** A position whose path tells what it stands for; generated clusters are in no file. */
export function originOf(path: string): Origin {
  return { file: "generated.yaml", line: 1, column: 1, path };
}

/** Ports that everything mentions; the lowest and highest are among them. */
export const PORTS: readonly number[] = [1, 53, 80, 81, 443, 8080, 8081, 65_535];
/** The first host port. */
export const HOST_PORTS = 30_100;

/** Node ports, one for each port of a service. */
export const NODE_PORTS: readonly number[] = [30_080, 30_081, 30_082, 30_083, 30_084, 30_085];
/** Names of container ports; the last is declared by nobody. */
export const PORT_NAMES: readonly string[] = ["http", "dns", "nobody"];
/** Keys and values of labels; of the values the last is carried by nobody. */
export const LABELS: Readonly<Record<string, readonly string[]>> = {
  app: ["web", "api", "none"],
  tier: ["front", "back", "none"],
};
/** The zones of nodes. */
export const ZONES: readonly string[] = ["zone-a", "zone-b"];
/** Keys and values of the labels of namespaces. */
export const NAMESPACE_LABELS: Readonly<Record<string, readonly string[]>> = {
  team: ["red", "blue", "none"],
};

/** Where generated clusters have their addresses, by family. */
export interface AddressPlan {
  readonly podCidr: Prefix;
  /** The length of a node's part of `podCidr`. */
  readonly nodePodCidrLength: number;
  readonly serviceCidr: Prefix;
  readonly nodeCidr: Prefix;
  /** Blocks and single addresses outside. */
  readonly outside: readonly Prefix[];
}

const v4 = (a: number, b: number, c: number, d: number): Address => ({
  family: "IPv4",
  bits: (BigInt(a) << 24n) | (BigInt(b) << 16n) | (BigInt(c) << 8n) | BigInt(d),
});
/** The IPv6 address with the given first two groups, then zeros, then `last`. */
const v6 = (first: bigint, second: bigint, last: bigint): Address => ({
  family: "IPv6",
  bits: (first << 112n) | (second << 96n) | last,
});

/** The plan of each family. The IPv6 blocks are unique local and documentation addresses. */
export const ADDRESS_PLANS: Readonly<Record<Family, AddressPlan>> = {
  IPv4: {
    podCidr: prefixOf(v4(10, 244, 0, 0), 16),
    nodePodCidrLength: 24,
    serviceCidr: prefixOf(v4(10, 96, 0, 0), 12),
    nodeCidr: prefixOf(v4(192, 168, 0, 0), 24),
    outside: [
      prefixOf(v4(203, 0, 113, 0), 24),
      prefixOf(v4(198, 51, 100, 7), 32),
      prefixOf(v4(10, 0, 0, 0), 8),
    ],
  },
  IPv6: {
    podCidr: prefixOf(v6(0xfd00n, 0x244n, 0n), 48),
    nodePodCidrLength: 64,
    serviceCidr: prefixOf(v6(0xfd00n, 0x96n, 0n), 112),
    nodeCidr: prefixOf(v6(0xfd00n, 0x192n, 0n), 64),
    outside: [prefixOf(v6(0x2001n, 0xdb8n, 0n), 32), prefixOf(v6(0x2001n, 0xdb8n, 7n), 128)],
  },
};

/** The address `offset` after the first of `prefix`. */
export function nth(prefix: Prefix, offset: bigint): Address {
  return { family: prefix.family, bits: prefix.bits + offset };
}

/** The number of addresses of `prefix`. */
export function sizeOf(prefix: Prefix): bigint {
  return 1n << BigInt(addressWidthBits(prefix.family) - prefix.length);
}

/** The part of the pod CIDR that the node with `index` has. */
export function nodePodCidr(family: Family, index: number): Prefix {
  const { podCidr, nodePodCidrLength } = ADDRESS_PLANS[family];
  const size = 1n << BigInt(addressWidthBits(family) - nodePodCidrLength);
  return prefixOf(nth(podCidr, BigInt(index) * size), nodePodCidrLength);
}

/** One of the protocols; TCP more often than the others. */
export function protocolArbitrary(): fc.Arbitrary<Protocol> {
  return fc.constantFrom("TCP", "TCP", "TCP", "TCP", ...PROTOCOLS);
}

/** A map from some of the keys of `vocabulary` to one of their values each. */
export function labelsArbitrary(
  vocabulary: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<ReadonlyMap<string, string>> {
  const entries = Object.entries(vocabulary).map(([key, values]) =>
    fc
      .option(fc.constantFrom(...values.slice(0, -1)), { nil: undefined, freq: 4 })
      .map((value) => ({
        key,
        value,
      })),
  );
  return fc
    .tuple(...entries)
    .map(
      (pairs) =>
        new Map(pairs.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]]))),
    );
}

/** A non-empty subset of the families of `plan`: all of them in three cases out of four. */
export function familiesArbitrary(families: readonly Family[]): fc.Arbitrary<readonly Family[]> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(families) },
    { weight: 1, arbitrary: fc.constantFrom(...families).map((family) => [family]) },
  );
}

/** Which of the namespaces, as an index: the first more often, so that objects meet in one. */
export function namespaceIndexArbitrary(): fc.Arbitrary<number> {
  return fc.constantFrom(0, 0, 0, 0, 1, 2);
}

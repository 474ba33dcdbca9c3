/**
 * Pieces of text that nft reads.
 */
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import type { Family, Protocol } from "../../models/base/family.ts";
import { formatAddress, formatPrefix, prefixesOf } from "../base/ip.ts";
import { addressWidthBits } from "../../models/base/family.ts";

/** How nft calls the header of each family. */
export const IP: Readonly<Record<Family, "ip" | "ip6">> = { IPv4: "ip", IPv6: "ip6" };

/** How nft calls each protocol. */
export const L4: Readonly<Record<Protocol, "tcp" | "udp" | "sctp">> = {
  TCP: "tcp",
  UDP: "udp",
  SCTP: "sctp",
};

/** `items` as an anonymous set. @throws never; nft refuses an empty one */
export function among(items: readonly string[]): string {
  return `{ ${[...new Set(items)].join(", ")} }`;
}

/** The addresses of `family` in `set`, as blocks that do not overlap. */
export function blocksOf(set: AddressSet, family: Family): readonly string[] {
  const own = addressSets.intersect(set, {
    IPv4: family === "IPv4" ? ALL.IPv4 : [],
    IPv6: family === "IPv6" ? ALL.IPv6 : [],
  });
  return prefixesOf(own).map((prefix) =>
    prefix.length === addressWidthBits(family) ? formatAddress(prefix) : formatPrefix(prefix),
  );
}

const ALL: AddressSet = {
  IPv4: [[0n, (1n << 32n) - 1n]],
  IPv6: [[0n, (1n << 128n) - 1n]],
};

/** The chain `name` with `lines`. */
export function chain(name: string, lines: readonly string[]): string {
  return [`  chain ${name} {`, ...lines.map((line) => `    ${line}`), "  }"].join("\n");
}

/** The base chain `name` of `type` at `hook` and `priority`. */
export function baseChain(
  name: string,
  type: "filter" | "nat" | "route",
  hook: "prerouting" | "input" | "forward" | "output" | "postrouting",
  priority: number,
  lines: readonly string[],
): string {
  const head = `type ${type} hook ${hook} priority ${String(priority)}; policy accept;`;
  return chain(name, [head, ...lines]);
}

/** A table that replaces what was there before. */
export function table(kind: "ip" | "ip6" | "inet", name: string, parts: readonly string[]): string {
  return [
    `table ${kind} ${name}`,
    `delete table ${kind} ${name}`,
    `table ${kind} ${name} {`,
    ...parts,
    "}",
    "",
  ].join("\n");
}

/** The map `name` from `key` to verdicts. */
export function verdictMap(name: string, key: string, elements: readonly string[]): string {
  const content = elements.length === 0 ? [] : [`    elements = ${among(elements)}`];
  return [`  map ${name} {`, `    type ${key} : verdict`, ...content, "  }"].join("\n");
}

/** The set `name` of addresses. */
export function addressSet(name: string, family: Family, items: readonly string[]): string {
  const type = family === "IPv4" ? "ipv4_addr" : "ipv6_addr";
  const content = items.length === 0 ? [] : [`    elements = ${among(items)}`];
  return [`  set ${name} {`, `    type ${type}`, ...content, "  }"].join("\n");
}

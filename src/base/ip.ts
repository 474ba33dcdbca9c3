/**
 * Text ↔ addresses and prefixes. The one importer of ip-num, which is used for reading IPv6 only: its
 * set operations are partly wrong and its printing is not RFC 5952. IPv4 is read by hand because
 * manifests hold thousands of addresses.
 */
// Not the whole package: that takes as long to load as everything of netqed that reads manifests.
import { expandIPv6Number } from "ip-num/dist/src/IPv6Utils.js";
import {
  type Address,
  type AddressSet,
  compareAddresses,
  type Prefix,
  prefixOf,
} from "../../models/base/address.ts";
import { addressWidthBits, FAMILIES, type Family } from "../../models/base/family.ts";
import type { BitSet } from "../../models/base/interval-set.ts";

/** Forms that the API server still accepts in old fields, although their meaning is disputed. */
type IrregularForm = "leading zeros" | "IPv4-mapped IPv6";

/** An address, and the irregular form in which it was written, if any. */
export interface LenientAddress {
  readonly address: Address;
  readonly irregular?: IrregularForm;
}

/** A prefix with its host bits masked off; whether there were any; and an irregular form, if any. */
export interface ParsedPrefix {
  readonly prefix: Prefix;
  readonly hostBitsSet: boolean;
  readonly irregular?: IrregularForm;
}

/**
 * The address that `text` writes in a regular form: dotted decimal without leading zeros, or IPv6 without
 * a zone. Undefined for everything else, IPv4-mapped IPv6 included.
 */
export function parseAddress(text: string): Address | undefined {
  const parsed = parseLenientAddress(text);
  return parsed?.irregular === undefined ? parsed?.address : undefined;
}

/**
 * Like `parseAddress`, and takes the irregular forms too: leading zeros are decimal, and an IPv4-mapped
 * IPv6 address is the IPv4 address inside.
 *
 * @source https://github.com/kubernetes/utils/blob/master/internal/third_party/forked/golang/net/ip.go (S6.59)
 */
export function parseLenientAddress(text: string): LenientAddress | undefined {
  if (!text.includes(":")) return parseIPv4(text);
  const bits = parseIPv6(text);
  if (bits === undefined) return undefined;
  if (bits >> 32n === MAPPED_HIGH_BITS) {
    const address: Address = { family: "IPv4", bits: bits & 0xffff_ffffn };
    return { address, irregular: "IPv4-mapped IPv6" };
  }
  return { address: { family: "IPv6", bits } };
}

/**
 * The CIDR block that `text` writes (`address/length`), irregular forms included, as the API server's
 * legacy validation takes it. Undefined when it is none. An IPv4-mapped block of at least /96 is the
 * IPv4 block inside.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go (S6.59)
 */
export function parsePrefix(text: string): ParsedPrefix | undefined {
  const slash = text.indexOf("/");
  const lengthText = text.slice(slash + 1);
  if (slash < 0 || !/^\d{1,4}$/.test(lengthText)) return undefined;
  const addressText = text.slice(0, slash);
  const parsed = parseLenientAddress(addressText);
  if (parsed === undefined) return undefined;
  const written = Number(lengthText);
  const zeros = lengthText.length > 1 && lengthText.startsWith("0");
  const irregular = parsed.irregular ?? (zeros ? "leading zeros" : undefined);
  if (parsed.irregular === "IPv4-mapped IPv6") return mappedPrefix(parsed.address.bits, written);
  if (written > addressWidthBits(parsed.address.family)) return undefined;
  return masked(parsed.address, written, irregular);
}

function mappedPrefix(low32: bigint, written: number): ParsedPrefix | undefined {
  if (written > 128) return undefined;
  if (written >= 96)
    return masked({ family: "IPv4", bits: low32 }, written - 96, "IPv4-mapped IPv6");
  const whole: Address = { family: "IPv6", bits: (MAPPED_HIGH_BITS << 32n) | low32 };
  return masked(whole, written, undefined);
}

function masked(
  address: Address,
  length: number,
  irregular: IrregularForm | undefined,
): ParsedPrefix {
  const prefix = prefixOf(address, length);
  const hostBitsSet = prefix.bits !== address.bits;
  return irregular === undefined ? { prefix, hostBitsSet } : { prefix, hostBitsSet, irregular };
}

/** Bits above the lowest 32 of an IPv4-mapped IPv6 address. */
const MAPPED_HIGH_BITS = 0xffffn;

function parseIPv4(text: string): LenientAddress | undefined {
  const fields = text.split(".");
  if (fields.length !== 4) return undefined;
  let value = 0;
  let zeros = false;
  for (const field of fields) {
    if (!/^\d{1,4}$/.test(field)) return undefined;
    const number = Number(field);
    if (number > 255) return undefined;
    zeros ||= field.length > 1 && field.startsWith("0");
    value = value * 256 + number;
  }
  const address: Address = { family: "IPv4", bits: BigInt(value) };
  return zeros ? { address, irregular: "leading zeros" } : { address };
}

/** ip-num takes zones and has its own idea of embedded IPv4, so only plain hexadecimal gets there. */
function parseIPv6(text: string): bigint | undefined {
  const hexadecimal = text.includes(".") ? withoutEmbeddedIPv4(text) : text;
  if (hexadecimal === undefined || !isPlainIPv6(hexadecimal)) return undefined;
  return BigInt(`0x${expandIPv6Number(hexadecimal).replaceAll(":", "")}`);
}

function withoutEmbeddedIPv4(text: string): string | undefined {
  const start = text.lastIndexOf(":") + 1;
  const embedded = parseIPv4(text.slice(start));
  if (embedded === undefined || embedded.irregular !== undefined) return undefined;
  const { bits } = embedded.address;
  return `${text.slice(0, start)}${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
}

function isPlainIPv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const fields = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  if (!fields.every((field) => /^[0-9a-fA-F]{1,4}$/.test(field))) return false;
  return halves.length === 2 ? fields.length <= 7 : fields.length === 8;
}

/**
 * `address` in its canonical text: dotted decimal, or IPv6 in lower case with the longest run of zero
 * fields (the first of equals, at least two) left out.
 *
 * @source https://www.rfc-editor.org/rfc/rfc5952#section-4
 */
export function formatAddress(address: Address): string {
  return address.family === "IPv4" ? formatIPv4(Number(address.bits)) : formatIPv6(address.bits);
}

function formatIPv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join(".");
}

function formatIPv6(bits: bigint): string {
  const fields = Array.from({ length: 8 }, (_, i) =>
    Number((bits >> BigInt(16 * (7 - i))) & 0xffffn),
  );
  // An IPv4-mapped address is told from others at a glance (RFC 5952 section 5).
  if (bits >> 32n === MAPPED_HIGH_BITS) return `::ffff:${formatIPv4(Number(bits & 0xffff_ffffn))}`;
  const run = longestZeroRun(fields);
  const text = (part: readonly number[]): string => part.map((f) => f.toString(16)).join(":");
  if (run.length < 2) return text(fields);
  return `${text(fields.slice(0, run.start))}::${text(fields.slice(run.start + run.length))}`;
}

function longestZeroRun(fields: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let current = { start: 0, length: 0 };
  fields.forEach((field, i) => {
    current =
      field === 0 ? { ...current, length: current.length + 1 } : { start: i + 1, length: 0 };
    if (current.length > best.length) best = current;
  });
  return best;
}

/** `prefix` as `address/length`. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix)}/${String(prefix.length)}`;
}

/** The addresses of `family` from `low` to `high`, both included, as `low-high`. */
export function formatRange(family: Family, low: bigint, high: bigint): string {
  return `${formatAddress({ family, bits: low })}-${formatAddress({ family, bits: high })}`;
}

/** The disjoint ranges of `set` as `low-high`, in address order, IPv4 before IPv6. */
export function formatRanges(set: AddressSet): readonly string[] {
  return FAMILIES.flatMap((family) =>
    set[family].map(([low, high]) => formatRange(family, low, high)),
  );
}

/**
 * The fewest disjoint prefixes whose union is `set`, in address order, IPv4 before IPv6. At most
 * 2 × width - 2 for each interval.
 */
export function prefixesOf(set: AddressSet): readonly Prefix[] {
  return FAMILIES.flatMap((family) => familyPrefixes(family, set[family]));
}

function familyPrefixes(family: Family, set: BitSet): readonly Prefix[] {
  const width = addressWidthBits(family);
  const prefixes: Prefix[] = [];
  for (const [low, high] of set) {
    let start = low;
    while (start <= high) {
      let hostBits = 0;
      while (hostBits < width && blockFits(start, hostBits + 1, high)) hostBits += 1;
      prefixes.push({ family, bits: start, length: width - hostBits });
      start += 1n << BigInt(hostBits);
    }
  }
  return prefixes;
}

function blockFits(start: bigint, hostBits: number, high: bigint): boolean {
  const size = 1n << BigInt(hostBits);
  return start % size === 0n && start + size - 1n <= high;
}

/** `set` for people: prefixes where an interval is one, `low-high` otherwise; `nothing` when empty. */
export function formatAddressSet(set: AddressSet): string {
  const parts = FAMILIES.flatMap((family) =>
    set[family].map(([low, high]) => formatInterval(family, low, high)),
  );
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

function formatInterval(family: Family, low: bigint, high: bigint): string {
  const [only, ...more] = familyPrefixes(family, [[low, high]]);
  if (only === undefined || more.length > 0) return formatRange(family, low, high);
  return low === high ? formatAddress(only) : formatPrefix(only);
}

/** `addresses` in their canonical text, sorted, IPv4 first. */
export function formatAddresses(addresses: readonly Address[]): readonly string[] {
  return addresses.toSorted(compareAddresses).map(formatAddress);
}

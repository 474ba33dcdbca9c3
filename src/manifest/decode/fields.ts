/**
 * Checks that many kinds share: allowed fields and values, ranges, label maps, addresses and prefixes.
 */
import type { Address } from "../../../models/base/address.ts";
import { HIGHEST_PORT, LOWEST_PORT } from "../../../models/base/family.ts";
import type { Diagnostic } from "../../base/diagnostic.ts";
import {
  formatAddress,
  formatPrefix,
  type ParsedPrefix,
  parseLenientAddress,
  parsePrefix,
} from "../../base/ip.ts";
import { nearestName } from "../../base/nearest-name.ts";
import {
  type Cursor,
  entriesOf,
  field,
  filledAt,
  integerAt,
  type MapCursor,
  originOf,
  report,
  reportPlaceholder,
  textMapAt,
} from "../cursor.ts";
import { quote } from "../node.ts";
import type { Located } from "../resources.ts";
import {
  isLabelKey,
  isLabelValue,
  isPortName,
  LABEL_KEY_FORM,
  LABEL_VALUE_FORM,
  PORT_NAME_FORM,
} from "./names.ts";

/** Reports every field of `map` that the API does not define there. */
export function allowFields(
  map: MapCursor,
  allowed: ReadonlySet<string>,
  severity: Diagnostic["severity"],
): void {
  for (const [key, cursor] of entriesOf(map)) {
    if (allowed.has(key)) continue;
    const near = nearestName(key, allowed);
    const effect =
      severity === "error"
        ? "the API server drops it, and what remains means something else"
        : "the API server drops it";
    const message = `unknown field: expected one of ${[...allowed].join(", ")}; ${effect}`;
    const short = allowed.size > 12 ? `unknown field; ${effect}` : message;
    report(cursor, "NQ1022", short, {
      severity,
      atKey: true,
      hint: near === undefined ? undefined : `did you mean ${near}?`,
    });
  }
}

/** Reports that the required field `key` of `map` is missing. */
export function reportMissing(map: MapCursor, key: string, why = ""): void {
  report(map, "NQ1021", `the field ${key} is required${why}`);
}

/** The value of `text`, when it is one of `allowed`; reported otherwise. */
export function oneOf<T extends string>(
  map: MapCursor,
  key: string,
  text: Located<string> | undefined,
  allowed: readonly T[],
): Located<T> | undefined {
  if (text === undefined) return undefined;
  const value = allowed.find((a) => a === text.value);
  if (value !== undefined) return { value, at: text.at };
  const cursor = field(map, key);
  if (cursor !== undefined) reportNotAllowed(cursor, text.value, allowed);
  return undefined;
}

/** Reports that `found` is none of `allowed`. */
export function reportNotAllowed(cursor: Cursor, found: string, allowed: readonly string[]): void {
  if (reportPlaceholder(cursor, found)) return;
  const near = nearestName(found, allowed);
  const hint = near === undefined ? undefined : `did you mean ${near}?`;
  const expected = allowed.length === 1 ? String(allowed[0]) : `one of ${allowed.join(", ")}`;
  report(cursor, "NQ1023", `expected ${expected}, found ${quote(found)}`, { hint });
}

/** The port number at `key`, reported when out of range. */
export function portNumberAt(map: MapCursor, key: string): Located<number> | undefined {
  const port = integerAt(map, key);
  const cursor = field(map, key);
  if (port === undefined || cursor === undefined) return undefined;
  return checkPortNumber(cursor, port.value) ? port : undefined;
}

/** Whether `port` is a port number; reported otherwise. */
export function checkPortNumber(cursor: Cursor, port: number): boolean {
  return checkRange(cursor, port, LOWEST_PORT, HIGHEST_PORT);
}

/** Whether `value` lies in the range, both ends included; reported otherwise. */
export function checkRange(cursor: Cursor, value: number, low: number, high: number): boolean {
  if (value >= low && value <= high) return true;
  const expected =
    high === Number.MAX_SAFE_INTEGER
      ? `at least ${String(low)}`
      : `a number from ${String(low)} to ${String(high)}`;
  report(cursor, "NQ1024", `expected ${expected}, found ${String(value)}`);
  return false;
}

/** The whole number at `key` that is not negative. */
export function countAt(map: MapCursor, key: string): Located<number> | undefined {
  const count = integerAt(map, key);
  const cursor = field(map, key);
  if (count === undefined || cursor === undefined) return undefined;
  return checkRange(cursor, count.value, 0, Number.MAX_SAFE_INTEGER) ? count : undefined;
}

/** Whether `name` can name a port in a container, a policy or a service's target; reported otherwise. */
export function checkPortName(cursor: Cursor, name: string): boolean {
  if (isPortName(name)) return true;
  if (reportPlaceholder(cursor, name)) return false;
  const hint = /^\d+$/.test(name)
    ? `a quoted number is a name; for the port write ${name} without quotes`
    : undefined;
  report(cursor, "NQ1027", `expected ${PORT_NAME_FORM}, found ${quote(name)}`, { hint });
  return false;
}

/** The labels at `key`, keys and values checked; empty when absent. */
export function labelsAt(map: MapCursor, key: string): ReadonlyMap<string, Located<string>> {
  return (
    textMapAt(map, key, (cursor, name, value) => {
      checkLabelKey(cursor, name);
      checkLabelValue(cursor, value);
    }) ?? new Map<string, Located<string>>()
  );
}

/** Reports `key` unless it can be the key of a label. */
export function checkLabelKey(cursor: Cursor, key: string): void {
  if (isLabelKey(key) || reportPlaceholder(cursor, key)) return;
  report(cursor, "NQ1026", `expected a label key of ${LABEL_KEY_FORM}; found ${quote(key)}`, {
    atKey: true,
  });
}

/** Reports `value` unless it can be the value of a label. */
export function checkLabelValue(cursor: Cursor, value: string): void {
  if (isLabelValue(value) || reportPlaceholder(cursor, value)) return;
  report(
    cursor,
    "NQ1026",
    `expected as the value of a label ${LABEL_VALUE_FORM}; found ${quote(value)}`,
  );
}

/** The address that `text` writes, irregular forms with a warning; reported otherwise. */
export function addressOf(cursor: Cursor, text: string): Located<Address> | undefined {
  const parsed = parseLenientAddress(text);
  if (parsed === undefined) {
    if (!reportPlaceholder(cursor, text)) {
      report(cursor, "NQ1028", `expected an IP address, found ${quote(text)}`);
    }
    return undefined;
  }
  const { address, irregular } = parsed;
  if (irregular !== undefined) {
    warnIrregular(cursor, `an address with ${irregular}`, formatAddress(address));
  }
  return { value: address, at: originOf(cursor) };
}

/** The address at `key`; an empty text counts as absent. */
export function addressAt(map: MapCursor, key: string): Located<Address> | undefined {
  const text = filledAt(map, key);
  const cursor = field(map, key);
  return text && cursor && addressOf(cursor, text.value);
}

/**
 * The CIDR block that `text` writes, irregular forms and host bits with a warning; reported otherwise.
 *
 * @source https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/ (StrictIPCIDRValidation; S6.59)
 */
export function prefixAt(cursor: Cursor, text: string): ParsedPrefix | undefined {
  const parsed = parsePrefix(text);
  if (parsed === undefined) {
    if (reportPlaceholder(cursor, text)) return undefined;
    const address = parseLenientAddress(text)?.address;
    const length = address?.family === "IPv6" ? "128" : "32";
    const hint = address === undefined ? undefined : `for this one address write ${text}/${length}`;
    const message = `expected a CIDR block such as 10.0.0.0/8 or 2001:db8::/32, found ${quote(text)}`;
    report(cursor, "NQ1028", message, { hint });
    return undefined;
  }
  const { prefix, irregular, hostBitsSet } = parsed;
  if (irregular !== undefined || hostBitsSet) {
    const what =
      irregular === undefined ? "a block with host bits set" : `a block with ${irregular}`;
    warnIrregular(cursor, what, formatPrefix(prefix));
  }
  return parsed;
}

function warnIrregular(cursor: Cursor, what: string, meaning: string): void {
  const message = `${what} is accepted up to Kubernetes 1.35 and refused from 1.36; it means ${meaning}`;
  report(cursor, "NQ1029", message, { severity: "warning", hint: `write ${meaning}` });
}

/**
 * Reports an address that can be no endpoint and no external address.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (ValidateEndpointIP; S3.25)
 */
export function refuseSpecialAddress(cursor: Cursor, address: Address): void {
  const special = specialUse(address);
  if (special !== undefined) {
    const message = `expected an address that other machines can reach, found ${special} ${formatAddress(address)}`;
    report(cursor, "NQ1040", message);
  }
}

function specialUse({ family, bits }: Address): string | undefined {
  const v4 = family === "IPv4";
  if (bits === 0n) return "the unspecified address";
  if (v4 ? bits >> 24n === 127n : bits === 1n) return "the loopback address";
  if (v4 ? bits >> 16n === 0xa9fen : bits >> 118n === 0x3fan) return "the link-local address";
  const multicast = v4 ? bits >> 8n === 0xe0_0000n : ((bits >> 112n) & 0xff0fn) === 0xff02n;
  return multicast ? "the link-local multicast address" : undefined;
}

/**
 * The port string, such as `443`, `tcp/8000-8999`, `udp/53` and `tcp/http`: one grammar for the command
 * line and for intent files.
 */
import { HIGHEST_PORT, LOWEST_PORT, type Protocol } from "../../models/base/family.ts";
import type { PortSet } from "../../models/base/interval-set.ts";

/** The number of a port, or the name that the destination resolves. */
export type PortNumberOrName = number | string;

/** What a text turned out to be; `any` is every port of every protocol. */
export type PortText =
  | { readonly kind: "any" }
  | { readonly kind: "numbers"; readonly protocol: Protocol; readonly ports: PortSet }
  | { readonly kind: "name"; readonly protocol: Protocol; readonly name: string }
  | { readonly kind: "unsupported"; readonly form: string }
  | { readonly kind: "malformed"; readonly problem: string; readonly hint?: string };

const PROTOCOL_BY_WORD: ReadonlyMap<string, Protocol> = new Map([
  ["tcp", "TCP"],
  ["udp", "UDP"],
  ["sctp", "SCTP"],
]);

/**
 * What the name of a port looks like.
 *
 * @source https://www.rfc-editor.org/rfc/rfc6335#section-5.1
 */
const PORT_NAME = /^(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/;

/** The protocol that `word` names in lower or upper case; undefined for another word. */
export function parseProtocol(word: string): Protocol | undefined {
  return PROTOCOL_BY_WORD.get(word.toLowerCase());
}

/** The port that `text` names: 1 to 65535, or a name of a port. Undefined for anything else. */
export function parsePortNumberOrName(text: string): PortNumberOrName | undefined {
  if (/^\d+$/.test(text)) return portNumber(text);
  return PORT_NAME.test(text) ? text : undefined;
}

/** Reads `text` as ports. Without a protocol it is TCP. */
export function parsePortText(text: string): PortText {
  if (text === "any") return { kind: "any" };
  if (text === "icmp" || text.startsWith("icmp/")) return { kind: "unsupported", form: "icmp" };
  const parts = text.split("/");
  if (parts.length > 2) return malformed(text);
  const [word, rest] = parts.length === 2 ? [parts[0] ?? "", parts[1] ?? ""] : ["tcp", text];
  const protocol = parseProtocol(word);
  if (protocol === undefined) {
    const reversed = parseProtocol(rest);
    return reversed === undefined
      ? malformed(text)
      : { ...malformed(text), hint: `write ${rest.toLowerCase()}/${word}` };
  }
  if (rest === "any") return { kind: "numbers", protocol, ports: [[LOWEST_PORT, HIGHEST_PORT]] };
  return parseRange(protocol, rest) ?? parseName(protocol, rest) ?? malformed(text);
}

function parseRange(protocol: Protocol, text: string): PortText | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const low = portNumber(match[1] ?? "");
  const high = match[2] === undefined ? low : portNumber(match[2]);
  if (low === undefined || high === undefined) {
    return {
      kind: "malformed",
      problem: `${text} is no port: expected ${String(LOWEST_PORT)} to ${String(HIGHEST_PORT)}`,
    };
  }
  if (low > high) {
    return {
      kind: "malformed",
      problem: `${text} holds no port: expected the lower end first`,
      hint: `write ${String(high)}-${String(low)}`,
    };
  }
  return { kind: "numbers", protocol, ports: [[low, high]] };
}

function parseName(protocol: Protocol, text: string): PortText | undefined {
  return PORT_NAME.test(text) ? { kind: "name", protocol, name: text } : undefined;
}

function portNumber(text: string): number | undefined {
  const value = Number(text);
  return value >= LOWEST_PORT && value <= HIGHEST_PORT ? value : undefined;
}

function malformed(text: string): { readonly kind: "malformed"; readonly problem: string } {
  return {
    kind: "malformed",
    problem: `${text} names no ports: expected forms such as 443, tcp/8000-8999, udp/53, tcp/http, any`,
  };
}

/**
 * The endpoint string: one grammar for the command line and for intent files.
 */
import { prefixOf } from "../../models/base/address.ts";
import { addressWidthBits } from "../../models/base/family.ts";
import { parseAddress, parsePrefix } from "../base/ip.ts";
import { nearestName } from "../base/nearest-name.ts";
import type { EndpointExpression } from "./ast.ts";
import { type PortNumberOrName, parsePortNumberOrName } from "./port-text.ts";

/** What a text turned out to be. `unsupported` is a form that the language has but netqed does not yet. */
export type EndpointText =
  | { readonly kind: "endpoint"; readonly expression: EndpointExpression; readonly note?: string }
  | { readonly kind: "definition"; readonly name: string }
  | { readonly kind: "unsupported"; readonly form: string; readonly hint?: string }
  | { readonly kind: "malformed"; readonly problem: string; readonly hint?: string };

const KEYWORDS: ReadonlyMap<string, EndpointExpression> = new Map([
  ["internet", { kind: "internet" }],
  ["external", { kind: "external" }],
  ["cluster", { kind: "cluster" }],
  ["nodes", { kind: "nodes" }],
  ["*", { kind: "cluster" }],
]);

/** The words that mean an endpoint by themselves; no definition may take one of them. */
export const ENDPOINT_KEYWORDS: readonly string[] = [...KEYWORDS.keys(), "apiserver"];

/** What the name of a definition looks like. */
export const DEFINITION_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Names of objects: DNS labels joined by dots, as the API server admits them. */
const OBJECT_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const KIND_NAME = /^[A-Z][A-Za-z]*$/;

const EXPECTED =
  "expected namespace/name, namespace/Kind/name, namespace/*, svc:namespace/name:port, node:name, an address, a CIDR block, internet, external, cluster, nodes or *";

/** Two connections make a request to a name, and a claim is about one. */
const INSTEAD_OF_HOST =
  "write one property from the client to the pods of the controller and one from those to the pods behind the service; netqed reach internet host:NAME answers for both";

/**
 * Reads `text` as an endpoint. A name of `definitions` wins over nothing but itself: keywords cannot be
 * defined, and every other form holds a `/`, `:` or a digit where names of definitions have none.
 */
export function parseEndpointText(
  text: string,
  definitions: ReadonlySet<string> = new Set(),
): EndpointText {
  const keyword = KEYWORDS.get(text);
  if (keyword !== undefined) return { kind: "endpoint", expression: keyword };
  if (definitions.has(text)) return { kind: "definition", name: text };
  if (text === "apiserver") return { kind: "unsupported", form: "the endpoint apiserver" };
  if (text.startsWith("host:")) {
    return { kind: "unsupported", form: "the endpoint host:…", hint: INSTEAD_OF_HOST };
  }
  if (text.startsWith("$")) return { kind: "unsupported", form: `the variable ${text}` };
  if (text.startsWith("svc:")) return parseService(text.slice("svc:".length));
  if (text.startsWith("node:")) return parseNode(text.slice("node:".length));
  return parseAddresses(text) ?? parsePath(text, definitions);
}

function parseNode(name: string): EndpointText {
  if (!OBJECT_NAME.test(name)) return malformed(`node:${name}`, "expected node:name");
  return { kind: "endpoint", expression: { kind: "node", name } };
}

function parseService(rest: string): EndpointText {
  const [path = "", portText, ...more] = rest.split(":");
  const [namespace = "", name = "", ...deeper] = path.split("/");
  const wellFormed = more.length === 0 && deeper.length === 0;
  if (!wellFormed || !OBJECT_NAME.test(namespace) || !OBJECT_NAME.test(name)) {
    return malformed(`svc:${rest}`, "expected svc:namespace/name or svc:namespace/name:port");
  }
  if (portText === undefined) {
    return { kind: "endpoint", expression: { kind: "service", namespace, name } };
  }
  const port: PortNumberOrName | undefined = parsePortNumberOrName(portText);
  if (port === undefined) {
    return malformed(
      `svc:${rest}`,
      `expected a port from 1 to 65535 or its name, found ${portText}`,
    );
  }
  return { kind: "endpoint", expression: { kind: "service", namespace, name, port } };
}

function parseAddresses(text: string): EndpointText | undefined {
  const address = parseAddress(text);
  if (address !== undefined) {
    const prefix = prefixOf(address, addressWidthBits(address.family));
    return { kind: "endpoint", expression: { kind: "addresses", prefixes: [prefix] } };
  }
  const parsed = parsePrefix(text);
  if (parsed === undefined) {
    return /^[0-9.]+(\/[0-9]+)?$|:.*:/.test(text)
      ? malformed(text, "expected an IPv4 or IPv6 address or CIDR block")
      : undefined;
  }
  if (parsed.irregular !== undefined) {
    return malformed(text, `expected a regular address, found ${parsed.irregular}`);
  }
  const expression = { kind: "addresses", prefixes: [parsed.prefix] } as const;
  return parsed.hostBitsSet
    ? { kind: "endpoint", expression, note: "has bits set beyond its length; they are ignored" }
    : { kind: "endpoint", expression };
}

function parsePath(text: string, definitions: ReadonlySet<string>): EndpointText {
  const parts = text.split("/");
  const [namespace = "", second = "", third] = parts;
  if (parts.length === 1) {
    const nearest = nearestName(text, [...definitions, ...ENDPOINT_KEYWORDS]);
    const hint = nearest === undefined ? {} : { hint: `did you mean ${nearest}?` };
    return { ...malformed(text, EXPECTED), ...hint };
  }
  if (parts.length > 3 || !OBJECT_NAME.test(namespace)) return malformed(text, EXPECTED);
  if (third === undefined) {
    if (second === "*") return { kind: "endpoint", expression: { kind: "namespace", namespace } };
    if (!OBJECT_NAME.test(second)) return malformed(text, EXPECTED);
    return { kind: "endpoint", expression: { kind: "workload", namespace, name: second } };
  }
  if (second === "Service") {
    return { ...malformed(text, EXPECTED), hint: `write svc:${namespace}/${third}` };
  }
  if (!KIND_NAME.test(second) || !OBJECT_NAME.test(third)) return malformed(text, EXPECTED);
  const expression = { kind: "workload", namespace, workloadKind: second, name: third } as const;
  return { kind: "endpoint", expression };
}

function malformed(
  text: string,
  expected: string,
): {
  readonly kind: "malformed";
  readonly problem: string;
} {
  return { kind: "malformed", problem: `${text} is no endpoint: ${expected}` };
}

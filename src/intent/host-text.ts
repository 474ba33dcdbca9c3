/**
 * Names that Ingresses have, as people write them: `host:shop.example.com/cart`, `https://shop.example.com/cart`.
 */
import { parseAddress } from "../base/ip.ts";

/** A name, with what is asked of it. */
export interface HostTarget {
  /** In lower case, without a port. */
  readonly host: string;
  /** Absolute and normalised, without query. */
  readonly path: string;
  /** What the URL says: its port, else that of its scheme; absent in the form `host:`. */
  readonly port?: number;
  /** Whether the URL says https; absent in the form `host:`. */
  readonly tls?: boolean;
}

/** What a text turned out to be. `other`: not of these forms. */
export type HostText =
  | { readonly kind: "host"; readonly target: HostTarget }
  | { readonly kind: "malformed"; readonly problem: string }
  | { readonly kind: "other" };

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** What no path may hold that is compared with those of Ingresses: servers disagree on what it means. */
const IRREGULAR = /\/\/|\/\.\.?(\/|$)|%2f|[?#\s]/i;

/** Reads `text` as a name of an Ingress, with or without a path. */
export function parseHostText(text: string): HostText {
  const scheme = /^(host:|https?:\/\/)/.exec(text)?.[0];
  if (scheme === undefined) return { kind: "other" };
  const rest = text.slice(scheme.length);
  const slash = rest.indexOf("/");
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? "/" : rest.slice(slash);
  const [, name = "", portText] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? [];
  const host = name.toLowerCase();
  const port = portText === undefined ? undefined : Number(portText);
  const problem = nameProblem(host) ?? pathProblem(path) ?? portProblem(scheme, port);
  if (problem !== undefined) return malformed(text, problem);
  if (scheme === "host:") return { kind: "host", target: { host, path } };
  const tls = scheme === "https://";
  return { kind: "host", target: { host, path, port: port ?? (tls ? 443 : 80), tls } };
}

function nameProblem(host: string): string | undefined {
  if (parseAddress(host) !== undefined) {
    return "expected a name; addresses are written without host:";
  }
  const fits = host.length <= 253 && host.split(".").every((label) => LABEL.test(label));
  return fits ? undefined : "expected a name such as host:shop.example.com/cart";
}

function pathProblem(path: string): string | undefined {
  return IRREGULAR.test(path)
    ? "expected a plain path, without query and without parts such as // or .."
    : undefined;
}

function portProblem(scheme: string, port: number | undefined): string | undefined {
  if (port === undefined) return undefined;
  if (scheme === "host:") return "expected the port as an argument of its own";
  return port < 1 || port > 65_535 ? "expected a port from 1 to 65535" : undefined;
}

function malformed(text: string, expected: string): HostText {
  return { kind: "malformed", problem: `${text} is no name of an Ingress: ${expected}` };
}

/**
 * Destinations that are written as a name, such as `db`, `db.shop:5432` and `api.example.com`.
 */
import { parseAddress, parsePrefix } from "../base/ip.ts";
import { ENDPOINT_KEYWORDS } from "./endpoint-text.ts";
import { parsePortNumberOrName, type PortNumberOrName } from "./port-text.ts";

/** A name, and the port behind its colon if there is one. */
export interface NameText {
  readonly name: string;
  readonly port?: PortNumberOrName;
}

/** Labels joined by dots, of which the last is no number; perhaps absolute. Underscores occur in practice. */
const NAME =
  /^(?=.{1,254}$)(?:[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?\.)*(?=[^.]*[a-z])[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?\.?$/i;

/**
 * The name that `text` writes; undefined when it is a form of its own: a keyword, an address, or anything
 * with a slash or a prefix such as `svc:`. A workload called like a keyword has its longer names.
 *
 * @source https://www.rfc-editor.org/rfc/rfc1123#section-2.1 (host names)
 */
export function parseNameText(text: string): NameText | undefined {
  if (ENDPOINT_KEYWORDS.includes(text)) return undefined;
  if (parseAddress(text) !== undefined || parsePrefix(text) !== undefined) return undefined;
  const [name = "", portText, ...more] = text.split(":");
  if (more.length > 0 || !NAME.test(name)) return undefined;
  if (portText === undefined) return { name };
  if (["svc", "host", "node"].includes(name)) return undefined;
  const port = parsePortNumberOrName(portText);
  return port === undefined ? undefined : { name, port };
}

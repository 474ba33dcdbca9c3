/**
 * A question about a connection, as the command line writes it.
 */
import type { CommonOptions } from "../common-options.ts";
import { startOf, UsageError } from "../problem.ts";
import type { Protocol } from "../../../models/base/family.ts";
import type { Cluster } from "../../../models/kubernetes/cluster.ts";
import type { Checked } from "../../base/diagnostic.ts";
import type { EndpointSpec } from "../../intent/ast.ts";
import { type ResolvedHostQuery, resolveHostQuery } from "../../intent/host-query.ts";
import { type HostTarget, parseHostText } from "../../intent/host-text.ts";
import { type NameText, parseNameText } from "../../intent/name-text.ts";
import { type NamedQuery, resolveNamedQuery } from "../../intent/named-query.ts";
import {
  endpointSpecOf,
  type QueryPort,
  type ResolvedQuery,
  resolveQuery,
} from "../../intent/query.ts";
import { parsePortText, parseProtocol } from "../../intent/port-text.ts";
import { usage } from "../problem.ts";

/** The options of commands that ask about a connection. */
export interface ReachOptions extends CommonOptions {
  readonly from: string;
  readonly to: string;
  readonly port?: string;
  readonly protocol?: string;
}

/** A question that has been read, before any cluster is known. */
export interface Asked {
  readonly from: EndpointSpec;
  readonly to: EndpointSpec;
  /** Where the destination is written as a host of an Ingress, or as a name. */
  readonly host?: HostTarget;
  readonly name?: NameText;
  readonly toText: string;
  readonly port: QueryPort;
}

/** The question of `options`. @throws UsageError when an end or the port is malformed */
export function askedIn(options: ReachOptions): Asked {
  const from = end(options.from);
  const host = hostOf(options.to);
  const name = host === undefined ? parseNameText(options.to) : undefined;
  // A name is resolved later, in its own way.
  const to = host === undefined && name === undefined ? end(options.to) : named(options.to);
  const port = portOf(options.port ?? portInName(name), options.protocol);
  if (name?.port !== undefined && options.port !== undefined) {
    throw usage(`${options.to} names its port: expected no further one, found ${options.port}`);
  }
  return {
    from,
    to,
    ...(host === undefined ? {} : { host }),
    ...(name === undefined ? {} : { name }),
    toText: options.to,
    port,
  };
}

/** `asked` of `cluster`. */
export function resolveAsked(
  { from, to, host, name, toText, port }: Asked,
  cluster: Cluster,
): Checked<ResolvedQuery | NamedQuery | ResolvedHostQuery> {
  if (host !== undefined) return resolveHostQuery(from, toText, host, port, cluster);
  return name === undefined
    ? resolveQuery(from, to, port, cluster)
    : resolveNamedQuery(from, to, name.name, port, cluster);
}

/** The name of an Ingress that `text` writes; undefined when it is another form. */
function hostOf(text: string): HostTarget | undefined {
  const found = parseHostText(text);
  if (found.kind === "malformed") throw usage(found.problem);
  return found.kind === "host" ? found.target : undefined;
}

/** A name as an end: whom it means is found out by the sender, and replaces the expression. */
function named(text: string): EndpointSpec {
  return { expression: { kind: "union", members: [] }, text, at: startOf("") };
}

function portInName(name: NameText | undefined): string | undefined {
  return name?.port === undefined ? undefined : String(name.port);
}

function end(text: string): EndpointSpec {
  const { value, diagnostics } = endpointSpecOf(text, startOf(""));
  if (value === undefined) throw new UsageError(diagnostics);
  return value;
}

function portOf(text: string | undefined, protocolText: string | undefined): QueryPort {
  const protocol = protocolText === undefined ? undefined : protocolNamed(protocolText);
  if (text === undefined) return protocol === undefined ? {} : { protocol };
  const parsed = parsePortText(text);
  const stated = text.includes("/");
  switch (parsed.kind) {
    case "any":
      throw usage("reach answers for one port: expected a number or a name, found any");
    case "unsupported":
      throw usage(`${parsed.form} is not supported yet`);
    case "malformed":
      throw usage(parsed.problem, parsed.hint);
    case "name":
      return { protocol: agreed(parsed.protocol, stated, protocol), port: parsed.name };
    case "numbers": {
      const [low, high] = parsed.ports[0] ?? [0, 0];
      if (low !== high) throw usage(`reach answers for one port: expected a number, found ${text}`);
      return { protocol: agreed(parsed.protocol, stated, protocol), port: low };
    }
  }
}

function protocolNamed(text: string): Protocol {
  const protocol = parseProtocol(text);
  if (protocol === undefined)
    throw usage(`there is no protocol ${text}: expected tcp, udp or sctp`);
  return protocol;
}

function agreed(inPort: Protocol, stated: boolean, option: Protocol | undefined): Protocol {
  if (option === undefined || option === inPort) return inPort;
  if (!stated) return option;
  throw usage(`the port says ${inPort} and --protocol says ${option}: expected one of them`);
}

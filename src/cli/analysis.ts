/**
 * The analyses that commands call, in one object, so that tests can give them others.
 */
import type { GraphOptions } from "../check/graph.ts";
import type { Finding, Graph, QueryAnswer } from "../check/types.ts";
import type { ResolvedHostQuery } from "../intent/host-query.ts";
import type { NamedQuery } from "../intent/named-query.ts";
import type { ResolvedQuery } from "../intent/query.ts";
import type { ResolvedProperty } from "../intent/resolved.ts";
import type { Target } from "./input/loaded.ts";

/** What can be asked of a cluster. */
export interface Analysis {
  /** The built-in properties, then `intents`; `timeoutMs` bounds each question to the solver. */
  readonly verify: (
    target: Target,
    intents: readonly ResolvedProperty[],
    timeoutMs?: number,
  ) => Promise<readonly Finding[]>;
  readonly reach: (
    target: Target,
    query: ResolvedQuery | NamedQuery | ResolvedHostQuery,
  ) => Promise<QueryAnswer>;
  readonly graph: (target: Target, options: GraphOptions) => Promise<Graph>;
}

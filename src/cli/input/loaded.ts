/**
 * An input, read and built.
 */
import type { Cluster } from "../../../models/kubernetes/cluster.ts";
import type { Profile } from "../../../models/kubernetes/profile.ts";
import type { Unknowns } from "../../../models/kubernetes/unknowns.ts";
import type { Config } from "../../intent/config.ts";
import type { RunContext } from "../../report/run-context.ts";

/** A cluster that can be analysed. */
export interface Target {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly unknowns: Unknowns;
}

/** An input as read. `target` is absent iff a diagnostic of `context` is an error. */
export interface Loaded {
  readonly target?: Target;
  /** What is in force: netqed.yaml, and what the input says. */
  readonly config: Config;
  readonly context: RunContext;
}

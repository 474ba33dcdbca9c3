/**
 * What building a cluster gives: one concrete cluster, what about it is not known, and every default
 * that was used on the way.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import type { SettingSource } from "../base/setting.ts";
import type { Unknowns } from "../../models/kubernetes/unknowns.ts";

/** A fact that no manifest states and that every report lists. */
export interface Assumption {
  /** A sentence with the values that were used. */
  readonly text: string;
  /** Where the fact is from: a documented default, `netqed.yaml`, a preset named there, or the input. */
  readonly from: SettingSource;
  /** The line that says so; absent for a default. */
  readonly at?: Origin;
}

/** A cluster that the input describes, filled in with assumptions where the input is silent. */
export interface ClusterInput {
  readonly cluster: Cluster;
  /** The facts of `cluster` that are assumed rather than read. */
  readonly unknowns: Unknowns;
  /** Sorted: by kind of fact, in the order of the cluster's construction. */
  readonly assumptions: readonly Assumption[];
}

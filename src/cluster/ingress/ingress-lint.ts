/**
 * What the lints of Ingresses look at.
 */
import type { Cluster } from "../../../models/kubernetes/cluster.ts";
import type { IngressSettings } from "../../base/cluster-settings.ts";
import type { ResourceIndex } from "../resource-index.ts";

/** A cluster, and what about it is not known. */
export interface IngressLint {
  readonly index: ResourceIndex;
  readonly cluster: Cluster;
  readonly settings: IngressSettings;
  /** Namespaces of which only the name is known. */
  readonly unknownLabels: ReadonlySet<string>;
  /** Pods to which policies may apply that are not modelled. */
  readonly touched: ReadonlySet<string>;
}

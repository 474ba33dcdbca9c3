/**
 * What publishing services reads, and what it does on the way.
 */
import type { Address } from "../../models/base/address.ts";
import type { PortSet } from "../../models/base/interval-set.ts";
import type { ServicePort } from "../../models/kubernetes/cluster.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import type { FrontendTargets } from "./frontend-targets.ts";
import type { BuiltPolicy } from "./lint-policies.ts";
import type { PodIndex } from "./pod-index.ts";
import type { Population } from "./pods.ts";
import type { BuiltService } from "./services.ts";

/**
 * The ports from which node ports are assigned when a manifest states none.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport (v1.34; S3.6)
 */
export const NODE_PORTS: PortSet = [[30_000, 32_767]];

/** What publishing reads. */
export interface PublishingInput {
  readonly services: readonly BuiltService[];
  readonly policies: readonly BuiltPolicy[];
  readonly population: Population;
  readonly pods: PodIndex;
  readonly targets: FrontendTargets;
  readonly settings: ClusterSettings;
}

/** A service on its way to being published. */
export interface Wish {
  readonly built: BuiltService;
  readonly nodePorts: ReadonlyMap<ServicePort, number>;
  readonly externals: readonly Address[];
  readonly balancers: readonly Address[];
}

/**
 * How large and how varied generated clusters are.
 */

/** Which address families a generated cluster uses. */
export type FamilyPlan = "IPv4" | "IPv6" | "dual";

/** Bounds of a generated cluster; each is inclusive. */
export interface ClusterSettings {
  /** Nodes: 1 to this many (at most 4). */
  readonly nodesMax: number;
  /** Namespaces: 1 to this many (at most 3); about a third of them has no label but its name. */
  readonly namespacesMax: number;
  /** Pods: 1 to this many (at most 20). */
  readonly podsMax: number;
  /** Containers of a pod: 1 to this many regular ones, and at most one init container and one sidecar. */
  readonly containersMax: number;
  /** Declared ports of a container: 0 to this many. */
  readonly containerPortsMax: number;
  /** Services: 0 to this many (at most 20). */
  readonly servicesMax: number;
  /** Ports of a service: 1 to this many. */
  readonly servicePortsMax: number;
  /** Policies: 0 to this many. */
  readonly policiesMax: number;
  /** Rules of a policy in each direction: 0 to this many. */
  readonly rulesMax: number;
  /** Peers of a rule, and ports of a rule: 1 to this many, or "any". */
  readonly itemsMax: number;
  /** Frontends that are not modelled: 0 to this many. */
  readonly frontendsMax: number;
  /** The family plans to choose from. In a dual cluster single nodes, pods and services may lack one. */
  readonly families: readonly FamilyPlan[];
  /** Whether some pods use their node's network. */
  readonly hostNetwork: boolean;
}

/** Small and varied: what the laws use unless they say otherwise. */
export const SMALL_CLUSTERS: ClusterSettings = {
  nodesMax: 3,
  namespacesMax: 3,
  podsMax: 5,
  containersMax: 2,
  containerPortsMax: 2,
  servicesMax: 3,
  servicePortsMax: 2,
  policiesMax: 3,
  rulesMax: 2,
  itemsMax: 2,
  frontendsMax: 1,
  families: ["IPv4", "IPv6", "dual"],
  hostNetwork: true,
};

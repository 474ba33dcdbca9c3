/**
 * What the words of intents are taken to mean, for the reports that use them.
 */
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import type { Claim, EndpointSpec, IntentProperty } from "./ast.ts";
import { atomsOf } from "./atoms.ts";
import { INTERNET_MEANS } from "./internet.ts";

/** A sentence for each word of `properties` whose meaning a reader could mistake. */
export function intentAssumptions(
  properties: readonly IntentProperty[],
  cluster: Cluster,
): readonly string[] {
  const kinds = new Set(
    atomsOf(properties.flatMap(({ claim }) => specsOf(claim))).map(({ atom }) => atom.kind),
  );
  const workloads = new Set(
    cluster.pods
      .filter((pod) => !pod.hostNetwork)
      .map(({ workload }) => `${workload.namespace}/${workload.kind}/${workload.name}`),
  );
  return [
    ...(kinds.has("cluster")
      ? [
          `*, cluster and not range over the ${String(workloads.size)} workloads read, not over nodes, host-network pods or what is outside`,
        ]
      : []),
    ...(kinds.has("internet") ? [INTERNET_MEANS] : []),
  ];
}

function specsOf(claim: Claim): readonly EndpointSpec[] {
  const flows = claim.kind === "allow" ? [] : claim.kind === "deny" ? claim.except : claim.flows;
  const inFlows = flows.flatMap(({ from, to }) => [from, to].filter((spec) => spec !== undefined));
  switch (claim.kind) {
    case "allow":
      return [claim.from.endpoint, claim.to.endpoint];
    case "deny":
      return [claim.from, claim.to, ...inFlows];
    case "only":
      return [claim.target, ...inFlows];
  }
}

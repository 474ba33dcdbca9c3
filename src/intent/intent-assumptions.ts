/**
 * What the words of intents are taken to mean, for the reports that use them.
 */
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import type { Claim, EndpointExpression, EndpointSpec, IntentProperty } from "./ast.ts";
import { INTERNET_MEANS } from "./internet.ts";

/** A sentence for each word of `properties` whose meaning a reader could mistake. */
export function intentAssumptions(
  properties: readonly IntentProperty[],
  cluster: Cluster,
): readonly string[] {
  const kinds = new Set(properties.flatMap(({ claim }) => specsOf(claim)).flatMap(kindsOf()));
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

/** The kinds that a spec uses; each shared definition is looked into once. */
function kindsOf(): (spec: EndpointSpec) => readonly EndpointExpression["kind"][] {
  const seen = new Set<EndpointExpression>();
  const visit = ({ expression }: EndpointSpec): readonly EndpointExpression["kind"][] => {
    if (seen.has(expression)) return [];
    seen.add(expression);
    if (expression.kind === "union" || expression.kind === "intersection") {
      return expression.members.flatMap(visit);
    }
    if (expression.kind !== "difference") return [expression.kind];
    const { from, without } = expression;
    return [...(from === "cluster" ? (["cluster"] as const) : visit(from)), ...visit(without)];
  };
  return visit;
}

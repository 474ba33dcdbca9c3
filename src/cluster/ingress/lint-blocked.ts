/**
 * Ingresses whose controller no policy admits to the pods behind them.
 */
import { sameAddress } from "../../../models/base/address.ts";
import { type Cluster, type Pod, podId } from "../../../models/kubernetes/cluster.ts";
import { backendsOf } from "../../../models/kubernetes/ingress.ts";
import { backendTarget } from "../../../models/kubernetes/ingress-backend.ts";
import type { IngressPlane } from "../../../models/kubernetes/ingress-plane.ts";
import { isolating } from "../../../models/kubernetes/isolation.ts";
import { namesPod } from "../../../models/kubernetes/peer.ts";
import type { NetworkPolicy } from "../../../models/kubernetes/policy.ts";
import type { Sink } from "../sink.ts";
import type { IngressLint } from "./ingress-lint.ts";

/**
 * Warns of each backend all of whose pods are isolated, by policies no rule of which can name a pod of the
 * controller, whatever the port. Silent where that depends on what is not known.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/ (v1.34; S6.2, S6.11, S8.10, S8.11)
 */
export function lintBlocked(plane: IngressPlane, lint: IngressLint, sink: Sink): void {
  const { cluster, unknownLabels, touched } = lint;
  const seen = new Set<string>();
  for (const { controller, ingresses } of plane.groups) {
    const controllers = cluster.pods.filter((pod) => controller.pods.includes(podId(pod)));
    const isClear = controllers.every(
      (pod) => !pod.hostNetwork && !unknownLabels.has(pod.namespace),
    );
    if (!isClear) continue;
    for (const ingress of ingresses) {
      for (const backend of backendsOf(ingress)) {
        const target = backendTarget(cluster, backend);
        if (target.kind !== "port" || target.endpoints.length === 0) continue;
        const pods = target.endpoints.map(({ address }) =>
          cluster.pods.find(
            (pod) => !pod.hostNetwork && pod.addresses.some((a) => sameAddress(a, address)),
          ),
        );
        const first = blockedBy(cluster, pods, controllers, touched);
        const key = `${ingress.namespace} ${ingress.name} ${target.service.name}`;
        if (first === undefined || seen.has(key)) continue;
        seen.add(key);
        sink.diagnostics.push({
          code: "NQ2078",
          severity: "warning",
          message: `${ingress.namespace}/Ingress/${ingress.name} sends requests to ${ingress.namespace}/Service/${target.service.name}, whose pods must admit its controller ${controller.workload}; no rule of their policies names it`,
          at: backend.origin,
          related: [{ message: "this policy isolates them", at: first.isolationOrigin.ingress }],
          hint: `admit the pods of namespace ${controllers[0]?.namespace ?? ""} in a policy for the pods behind ${target.service.name}`,
        });
      }
    }
  }
}

/** The first policy that isolates `pods` where all of them are closed to `controllers`. */
function blockedBy(
  cluster: Cluster,
  pods: readonly (Pod | undefined)[],
  controllers: readonly Pod[],
  touched: ReadonlySet<string>,
): NetworkPolicy | undefined {
  let first: NetworkPolicy | undefined;
  for (const pod of pods) {
    if (pod === undefined || touched.has(podId(pod))) return undefined;
    const policies = isolating(cluster, pod, "ingress");
    if (policies.length === 0 || policies.some((p) => mayAdmit(cluster, p, controllers))) {
      return undefined;
    }
    first ??= policies[0];
  }
  return first;
}

/** Whether a rule of `policy` may name one of `controllers`; address blocks may, whatever they hold. */
function mayAdmit(cluster: Cluster, policy: NetworkPolicy, controllers: readonly Pod[]): boolean {
  return policy.ingress.some(
    ({ peers }) =>
      peers === "any" ||
      peers.some(
        (peer) =>
          peer.kind === "ipBlock" ||
          controllers.some((pod) => namesPod(cluster, policy.namespace, peer, pod)),
      ),
  );
}

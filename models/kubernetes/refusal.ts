/**
 * What a node refuses before any policy is asked.
 */
import type { Node } from "./cluster.ts";
import { type End, isOwn, serviceAt } from "./ends.ts";
import type { World } from "./journey.ts";
import type { Call, Frontend } from "./translation.ts";

/**
 * Whether `node` takes no packet from elsewhere with the source of `call`: it is the node's own. IPv6 does not
 * look at that.
 *
 * @source https://docs.kernel.org/networking/ip-sysctl.html (accept_local: off unless it is set)
 */
export function isMartian(node: Node, { source }: Call): boolean {
  return source.family === "IPv4" && isOwn(node, source);
}

/**
 * Whether a service refuses `to`, a port that it does not define, before policy is asked: it does so where
 * it refuses what has no endpoints.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/README.md (cluster-ips-check is beside service-endpoints-check; S4.12, S4.14)
 */
export function isRefusedFirst({ cluster, profile }: World, to: Call): boolean {
  return (
    profile.endpointlessService === "reject-first" &&
    profile.undefinedServicePort === "rejected" &&
    serviceAt(cluster, to.address) !== undefined
  );
}

/**
 * Whether what `sender` calls is not refused on its node although there are no endpoints: the mode iptables
 * refuses external and load balancer addresses to what a node receives or hands on, not to what it sends. It
 * goes its usual way, on which it may be refused by another node, or by nobody.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (KUBE-EXTERNAL-SERVICES is not entered from OUTPUT; S4.12)
 */
export function escapesRejection(
  { profile }: World,
  sender: End,
  { kind }: Frontend,
  { address }: Call,
): boolean {
  return (
    profile.kubeProxyMode === "iptables" &&
    sender.kind === "node" &&
    (kind === "external" || kind === "balancer") &&
    !isOwn(sender.node, address)
  );
}

/**
 * The names of the parts of a compiled network, and how they are shown.
 */
import {
  type Node,
  type Pod,
  type Service,
  OUTSIDE,
  nodeEndpoint,
  podEndpoint,
  podId,
} from "../../models/kubernetes/cluster.ts";
import type { NetworkPolicy } from "../../models/kubernetes/policy.ts";
import type { LinkId, ProcessId, SwitchId } from "../../models/network/ids.ts";

/** The switch of a pod that has its own network. */
export function podSwitch(pod: Pod): SwitchId {
  return podEndpoint(pod);
}

/** The switch of a node. */
export function nodeSwitch(node: Node): SwitchId {
  return nodeEndpoint(node);
}

/** The switch through which everything outside is reached. */
export const OUTSIDE_SWITCH: SwitchId = OUTSIDE;
/** The process that stands for everything outside. */
export const OUTSIDE_PROCESS: ProcessId = OUTSIDE;

/** The process of a container. */
export function containerProcess(pod: Pod, container: { readonly name: string }): ProcessId {
  return `${podEndpoint(pod)}/${container.name}`;
}

/** The process that receives on the ports of a pod that no container declares. */
export function undeclaredProcess(pod: Pod): ProcessId {
  return `${podEndpoint(pod)}/*`;
}

/** The process that stands for the daemons of a node. */
export function daemonProcess(node: Node): ProcessId {
  return `${nodeEndpoint(node)}/daemon`;
}

/** The link by which the packets of a process enter its switch. */
export function uplink(process: ProcessId): LinkId {
  return `${process}^`;
}

/** The link from one switch to another. */
export function linkBetween(from: SwitchId, to: SwitchId): LinkId {
  return `${from}>${to}`;
}

/** The link through the overlay from one switch to another. */
export function overlayBetween(from: SwitchId, to: SwitchId): LinkId {
  return `${linkBetween(from, to)} vxlan`;
}

/** How a policy is named in reports. */
export function policyObject(policy: NetworkPolicy): string {
  return `${policy.namespace}/NetworkPolicy/${policy.name}`;
}

/** How a service is named in reports. */
export function serviceObject(service: Service): string {
  return `${service.namespace}/Service/${service.name}`;
}

/** How a pod is named in sentences. */
export function podName(pod: Pod): string {
  return podId(pod);
}

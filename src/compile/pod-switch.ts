/**
 * A pod with a network of its own: its switch, its processes and its link to the node.
 */
import { LOOPBACK } from "../../models/base/address.ts";
import { type Pod, podEndpoint } from "../../models/kubernetes/cluster.ts";
import { ANY } from "../../models/network/match.ts";
import type { Process, Switch } from "../../models/network/network.ts";
import { inherent, stated } from "./because.ts";
import { type FibRule, deliveryRules, listeners } from "./delivery.ts";
import { type Ground, ownAddresses, placeOf } from "./ground.ts";
import {
  containerProcess,
  linkBetween,
  nodeSwitch,
  podName,
  podSwitch,
  undeclaredProcess,
  uplink,
} from "./names.ts";

/** Where no rule of a FIB matches. */
export const NO_ROUTE = {
  action: { kind: "discard", reason: "no-route" },
  because: inherent("no rule of the forwarding table matches"),
} as const;

/**
 * The switch of `pod`: delivers packets for loopback and for the pod's own addresses, and sends all
 * others to the node. Packets for the pod itself never leave it.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking (v1.34; S1.4, S1.11)
 */
export function podSwitchOf(ground: Ground, pod: Pod): Switch {
  const { node } = placeOf(ground, pod);
  const heard = listeners([pod]);
  const standIn = {
    process: undeclaredProcess(pod),
    because: stated("no declared listener", [pod.origin]),
  };
  const forward: FibRule = {
    match: ANY,
    action: { kind: "forward", via: linkBetween(podSwitch(pod), nodeSwitch(node)) },
    because: inherent(`not an address of ${podName(pod)}: to its node ${node.name}`),
  };
  const rules = [
    ...deliveryRules(LOOPBACK, heard, standIn),
    ...deliveryRules(ownAddresses(ground, pod), heard, standIn),
    forward,
  ];
  return { id: podSwitch(pod), name: podName(pod), fib: { rules, otherwise: NO_ROUTE } };
}

/**
 * The processes of `pod`: its containers in the order of the manifest; for a pod with a network of its
 * own also the stand-in that receives on the ports that no container declares.
 */
export function podProcesses(ground: Ground, pod: Pod): readonly Process[] {
  const addresses = pod.hostNetwork ? placeOf(ground, pod).own : ownAddresses(ground, pod);
  const shared = { endpoint: podEndpoint(pod), addresses };
  const containers = pod.containers.map((container): Process => {
    const id = containerProcess(pod, container);
    return {
      id,
      name: `${podName(pod)}/${container.name}`,
      ...shared,
      uplink: uplink(id),
      declared: true,
      origins: [container.origin],
    };
  });
  if (pod.hostNetwork) return containers;
  const id = undeclaredProcess(pod);
  const standIn: Process = {
    id,
    name: `${podName(pod)} (no declared listener)`,
    ...shared,
    uplink: uplink(id),
    declared: false,
    origins: [pod.origin],
  };
  return [...containers, standIn];
}

/**
 * A node: its switch, and the daemon process that stands for whatever runs on it outside pods.
 */
import { type Address, LOOPBACK, addressSets } from "../../models/base/address.ts";
import { type Node, type Service, nodeEndpoint } from "../../models/kubernetes/cluster.ts";
import { ANY } from "../../models/network/match.ts";
import type { Process, Switch } from "../../models/network/network.ts";
import { inherent, stated } from "./because.ts";
import { footprintReason, footprintsOn } from "./footprints.ts";
import { type FibRule, type Listener, deliveryRules, listeners } from "./delivery.ts";
import { type Ground, type Place, ownAddresses } from "./ground.ts";
import {
  OUTSIDE_SWITCH,
  daemonProcess,
  linkBetween,
  nodeSwitch,
  overlayBetween,
  podName,
  podSwitch,
  serviceObject,
  uplink,
} from "./names.ts";
import { NO_ROUTE } from "./pod-switch.ts";

/** The rules that are the same on every node: made once, used by all. */
export interface SharedRules {
  readonly services: readonly FibRule[];
  readonly unassigned: FibRule;
}

/**
 * The rules for addresses of the cluster's blocks to which nothing leads: service addresses with a port
 * that is none of theirs, and addresses that nobody has.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.14)
 */
export function sharedRules(ground: Ground): SharedRules {
  const rejected = ground.profile.undefinedServicePort === "rejected";
  return {
    services: ground.cluster.services
      .filter((service) => localAddresses(ground, service).length > 0)
      .map(
        (service): FibRule => ({
          match: { destinations: addressSets.ofAddresses(localAddresses(ground, service)) },
          action: { kind: "discard", reason: rejected ? "rejected" : "undefined-port" },
          because: serviceReason(service, UNDEFINED_PORT[ground.profile.kubeProxyMode]),
        }),
      ),
    unassigned: {
      match: { destinations: ground.blocks },
      action: { kind: "discard", reason: "unassigned" },
      because: inherent("an address of the cluster that nobody has"),
    },
  };
}

/**
 * What becomes of a packet for a port that a service does not define.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.14)
 */
const UNDEFINED_PORT = {
  iptables: "does not define this port: the packet follows the default route, where nobody has it",
  nftables: "does not define this port",
  ipvs: "does not define this port",
} as const;

/**
 * The addresses of `service` that every node takes for its own to know what is not defined there.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/ipvs/proxier.go (KUBE-IPVS-IPS; S4.27)
 */
function localAddresses(ground: Ground, service: Service): readonly Address[] {
  if (ground.profile.kubeProxyMode !== "ipvs") return service.addresses;
  const { addresses, externalAddresses = [], balancer } = service;
  return [...addresses, ...externalAddresses, ...(balancer?.addresses ?? [])];
}

/** A reason that a service gives. */
export function serviceReason(service: Service, what: string): FibRule["because"] {
  const object = serviceObject(service);
  return stated(`${object} ${what}`, [service.origin], object);
}

/**
 * The switch of `place`: delivers packets for loopback and for the node itself, sends packets for pods to
 * the pod or to the pod's node, packets for other nodes to them, and what is not of the cluster outside.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2, S1.3, S1.8)
 */
export function nodeSwitchOf(ground: Ground, place: Place, shared: SharedRules): Switch {
  const { node } = place;
  const rules = [
    ...ownRules(ground, place),
    ...place.pods.map((pod): FibRule => toPod(ground, node, pod)),
    ...toOtherNodes(ground, place),
    ...shared.services,
    shared.unassigned,
    toOutside(node),
  ];
  return { id: nodeSwitch(node), name: node.name, fib: { rules, otherwise: NO_ROUTE } };
}

function ownRules(ground: Ground, place: Place): readonly FibRule[] {
  const { node, own, hostPods } = place;
  const heard = listeners(hostPods);
  const standIn = {
    process: daemonProcess(node),
    because: stated(`no declared listener on ${node.name}`, [node.origin]),
  };
  return [
    ...deliveryRules(LOOPBACK, heard, standIn),
    ...heard.flatMap((listener) => leftOpen(ground, place, listener)),
    ...deliveryRules(own, heard, standIn),
  ];
}

/** In `least`, packets for a host-network pod end where something unmodelled may refuse them. */
function leftOpen(ground: Ground, place: Place, listener: Listener): readonly FibRule[] {
  const [footprint] = ground.bound === "least" ? footprintsOn(ground, listener.pod, "ingress") : [];
  if (footprint === undefined) return [];
  return [
    {
      match: { destinations: place.own, ...listener.ports },
      action: { kind: "discard", reason: "unmodelled" },
      because: footprintReason(footprint),
    },
  ];
}

function toPod(ground: Ground, node: Node, pod: Place["pods"][number]): FibRule {
  return {
    match: { destinations: ownAddresses(ground, pod) },
    action: { kind: "forward", via: linkBetween(nodeSwitch(node), podSwitch(pod)) },
    because: stated(`${podName(pod)} is on ${node.name}`, [pod.origin]),
  };
}

function toOtherNodes(ground: Ground, place: Place): readonly FibRule[] {
  const others = ground.places.filter((other) => other !== place);
  const via = (other: Place): FibRule["action"] => ({
    kind: "forward",
    via: linkBetween(nodeSwitch(place.node), nodeSwitch(other.node)),
  });
  const viaOverlay = (other: Place): FibRule["action"] =>
    ground.profile.overlay === "vxlan"
      ? {
          kind: "forward",
          via: overlayBetween(nodeSwitch(place.node), nodeSwitch(other.node)),
        }
      : via(other);
  const pods = others
    .filter((other) => other.pods.length > 0)
    .map(
      (other): FibRule => ({
        match: { destinations: other.podAddresses },
        action: viaOverlay(other),
        because: stated(`a pod on ${other.node.name}`, [other.node.origin]),
      }),
    );
  const nodes = others
    .filter((other) => !addressSets.isEmpty(other.known))
    .map(
      (other): FibRule => ({
        match: { destinations: other.known },
        action: via(other),
        because: stated(`the address of ${other.node.name}`, [other.node.origin]),
      }),
    );
  const inner = others
    .filter((other) => !addressSets.isEmpty(other.inner))
    .map(
      (other): FibRule => ({
        match: { destinations: other.inner },
        action: viaOverlay(other),
        because: stated(`an address of ${other.node.name} towards pods`, [other.node.origin]),
      }),
    );
  return [...pods, ...nodes, ...inner];
}

function toOutside(node: Node): FibRule {
  return {
    match: ANY,
    action: { kind: "forward", via: linkBetween(nodeSwitch(node), OUTSIDE_SWITCH) },
    because: inherent("not an address of the cluster: to the outside"),
  };
}

/** The process that stands for the daemons of `place`'s node, and receives on undeclared ports. */
export function daemonOf(place: Place): Process {
  const { node, own } = place;
  const id = daemonProcess(node);
  return {
    id,
    name: `${node.name}/daemon`,
    endpoint: nodeEndpoint(node),
    addresses: own,
    uplink: uplink(id),
    declared: true,
    origins: node.origin === undefined ? [] : [node.origin],
  };
}

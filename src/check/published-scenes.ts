/**
 * Situations of somebody outside who calls services, in a network without filters.
 */
import {
  type Address,
  type AddressSet,
  addressSets,
  sameAddress,
} from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import {
  OUTSIDE,
  ownAddressesOf,
  type Service,
  type ServicePort,
} from "../../models/kubernetes/cluster.ts";
import { outsideAddresses } from "../../models/kubernetes/ends.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import { takesNodePorts } from "../../models/kubernetes/translation.ts";
import { parseAddress } from "../base/ip.ts";
import { type Caller, ledTo, nameOf, openScene } from "./open-scene.ts";
import { speakers } from "./processes.ts";
import { NO_PORTS, type Prover } from "./prover.ts";
import type { Scene } from "./situations.ts";
import type { Subject } from "./subject.ts";

/**
 * Somebody outside who calls services where they are published: at the node ports of every node, at external
 * addresses and load balancers. Of those whom a load balancer serves, where it does not serve everybody. What the
 * mode ipvs does on a node without an endpoint is left out: the policy Local promises nothing there.
 */
export function* publishedScenes(open: Subject, prover: Prover): Generator<Scene> {
  const process = speakers(open.network("assumed")).get(OUTSIDE)?.id;
  if (process === undefined) return;
  const outside = outsideAddresses(open.cluster);
  for (const service of open.cluster.services) {
    for (const port of service.ports) {
      for (const entrance of entrances(open, service, port)) {
        const caller = clientOf(outside, process, service, entrance);
        if (caller === undefined) continue;
        const scene = publishedScene(open, prover, caller, service, port, entrance);
        if (scene !== undefined) yield scene;
      }
    }
  }
}

/** Somebody outside whom `entrance` serves. */
function clientOf(
  outside: AddressSet,
  process: string,
  { balancer }: Service,
  { address }: Entrance,
): Caller | undefined {
  const { family } = address;
  const isBalanced = balancer?.addresses.some((own) => sameAddress(own, address)) === true;
  const ranges = isBalanced ? balancer.sources.filter((range) => range.family === family) : [];
  const served =
    ranges.length === 0 ? outside : addressSets.intersect(outside, addressSets.ofPrefixes(ranges));
  const source = someAddress(served, family);
  if (source === undefined) return undefined;
  return { endpoint: OUTSIDE, process, node: "", kind: "outside", addresses: [source] };
}

function publishedScene(
  open: Subject,
  prover: Prover,
  caller: Caller,
  service: Service,
  port: ServicePort,
  { address, number, nodes }: Entrance,
): Scene | undefined {
  const { cluster, profile } = open;
  const { family } = address;
  const only = { ...NO_PORTS, [port.protocol]: [[number, number]] };
  const scene = openScene(prover, caller, address, only);
  if (scene === undefined) return undefined;
  const base = { ...scene, to: nameOf(service), receivers: "published-address" } as const;
  if (service.externalTrafficPolicy !== "Local") {
    const all = endpoints(cluster, service, port, family);
    return { ...base, shown: "node", mayDrop: false, endpoints: all };
  }
  const places = nodes ?? cluster.nodes.map(({ name }) => name);
  const isIpvs = profile.kubeProxyMode === "ipvs";
  if (isIpvs && !places.every((node) => isNear(open, service, port, family, node))) {
    return undefined;
  }
  const near = ledTo(open, service, port, family, places);
  return { ...base, shown: "client", mayDrop: !isIpvs, endpoints: near };
}

function isNear(
  { cluster }: Subject,
  service: Service,
  port: ServicePort,
  family: Family,
  node: string,
): boolean {
  return endpoints(cluster, service, port, family, node).length > 0;
}

interface Entrance {
  readonly address: Address;
  readonly number: number;
  /** The node that has the address; absent: it could be any. */
  readonly nodes?: readonly string[];
}

function entrances(
  { cluster, profile }: Subject,
  { balancer, externalAddresses = [] }: Service,
  { port, nodePort }: ServicePort,
): readonly Entrance[] {
  const own = [...(balancer?.addresses ?? []), ...externalAddresses].map((address): Entrance => {
    const owner = cluster.nodes.find((node) =>
      ownAddressesOf(node).some((other) => sameAddress(other, address)),
    );
    return { address, number: port, ...(owner === undefined ? {} : { nodes: [owner.name] }) };
  });
  if (nodePort === undefined) return own;
  const atNodes = cluster.nodes.flatMap((node) =>
    ownAddressesOf(node)
      .filter((address) => takesNodePorts(profile, node, address))
      .map((address): Entrance => ({ address, number: nodePort, nodes: [node.name] })),
  );
  return [...own, ...atNodes];
}

/** An address of `family` in `among` that is known to be nobody's where there is one. */
function someAddress(among: AddressSet, family: Family): Address | undefined {
  const known = parseAddress(family === "IPv4" ? "192.0.2.1" : "2001:db8::1");
  if (known !== undefined && addressSets.contains(among, known)) return known;
  const [first] = among[family];
  return first === undefined ? undefined : { family, bits: first[0] };
}

/**
 * The situations of properties in a network without filters: pods, nodes and somebody outside, who call services
 * and nodes.
 */
import type { Address } from "../../models/base/address.ts";
import { nodeEndpoint, ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import { nodeAt, podAt } from "../../models/kubernetes/ends.ts";
import { masqueradedToNode } from "../../models/kubernetes/masquerade.ts";
import { type Endpoint, endpoints } from "../../models/kubernetes/service.ts";
import { type Caller, ledTo, nameOf, openScene } from "./open-scene.ts";
import { nodeEnds } from "./pair-cases.ts";
import { mayChoose } from "./chosen-source.ts";
import { addressOf } from "./processes.ts";
import { NO_PORTS, type Prover } from "./prover.ts";
import { publishedScenes } from "./published-scenes.ts";
import type { Scene } from "./situations.ts";
import type { Subject } from "./subject.ts";

/**
 * Pods and nodes that call services and nodes, in a network without filters (`open`): one sender for each
 * node, and for services each endpoint as well, since it may be led back to itself. What holds without
 * filters of every packet that a filter would pass holds with filters: filters only remove packets.
 */
export function* openScenes(open: Subject, prover: Prover): Generator<Scene> {
  yield* serviceScenes(open, prover);
  yield* publishedScenes(open, prover);
  yield* nodeScenes(open, prover);
}

/** Of each node one pod with addresses of each family, then every node. */
function callers(open: Subject): readonly Caller[] {
  const seen = new Set<string>();
  const pods = podCallers(open).filter(({ node, addresses }) => {
    const fresh = addresses
      .map(({ family }) => `${family} ${node}`)
      .filter((key) => !seen.has(key));
    for (const key of fresh) seen.add(key);
    return fresh.length > 0;
  });
  const nodes = nodeEnds(open).map((end): Caller => ({ ...end, kind: "nodes" }));
  return [...pods, ...nodes];
}

function podCallers(open: Subject): readonly Caller[] {
  return open.cluster.pods
    .filter((pod) => !pod.hostNetwork)
    .flatMap((pod): readonly Caller[] => {
      const endpoint = `pod:${pod.namespace}/${pod.name}`;
      const [process] = pod.containers;
      if (process === undefined) return [];
      const id = `${endpoint}/${process.name}`;
      return [{ endpoint, process: id, node: pod.node, kind: "pods", addresses: pod.addresses }];
    });
}

function* serviceScenes(open: Subject, prover: Prover): Generator<Scene> {
  const byAddress = new Map(
    podCallers(open).flatMap((caller) =>
      caller.addresses.map((a) => [`${a.family} ${String(a.bits)}`, caller] as const),
    ),
  );
  const everywhere = callers(open);
  for (const service of open.cluster.services) {
    for (const destination of service.addresses) {
      for (const port of service.ports) {
        const all = endpoints(open.cluster, service, port, destination.family);
        const isLocal = service.internalTrafficPolicy === "Local";
        const own = all.flatMap(
          ({ address }) => byAddress.get(`${address.family} ${String(address.bits)}`) ?? [],
        );
        for (const caller of new Set([...everywhere, ...own])) {
          if (!isChosen(open, caller, destination)) continue;
          const only = { ...NO_PORTS, [port.protocol]: [[port.port, port.port]] };
          const scene = openScene(prover, caller, destination, only);
          if (scene === undefined) continue;
          const near = isLocal
            ? ledTo(open, service, port, destination.family, [caller.node])
            : all;
          yield {
            ...scene,
            to: nameOf(service),
            receivers: "service-address",
            ...shownBy(open, all),
            mayDrop: isLocal,
            endpoints: near,
          };
        }
      }
    }
  }
}

/** Whom endpoints of a cluster address see; open where some are nodes, which may see the caller's node. */
function shownBy({ cluster, profile }: Subject, all: readonly Endpoint[]): Pick<Scene, "shown"> {
  if (profile.masqueradeAll) return { shown: "node" };
  const isNode = ({ address }: Endpoint): boolean =>
    podAt(cluster, address) === undefined && nodeAt(cluster, address) !== undefined;
  return profile.masqueradeToNodes && all.some(isNode) ? {} : { shown: "client" };
}

/**
 * Whether `caller` calls `destination` from its address: a node that has others takes the one on the way. From
 * another one it calls only where a program asks for it, and the reply may not find back.
 */
function isChosen(open: Subject, caller: Caller, destination: Address): boolean {
  if (caller.kind !== "nodes") return true;
  const node = open.cluster.nodes.find(({ name }) => name === caller.node);
  const source = addressOf(caller.addresses, destination.family);
  return node === undefined || source === undefined || mayChoose(open, node, source, destination);
}

/** Whether the installation puts the address of the caller's node in place of its own (S3.32). */
function seesNode({ cluster, profile }: Subject, caller: Caller, address: Address): boolean {
  const source = addressOf(caller.addresses, address.family);
  return source !== undefined && masqueradedToNode(cluster, profile, { source, address });
}

function* nodeScenes(open: Subject, prover: Prover): Generator<Scene> {
  for (const node of open.cluster.nodes) {
    for (const destination of ownAddressesOf(node)) {
      for (const caller of callers(open)) {
        if (!isChosen(open, caller, destination)) continue;
        const scene = openScene(prover, caller, destination, undefined);
        if (scene === undefined) continue;
        const receiver = nodeEndpoint(node);
        const placement = caller.node === node.name ? "same-node" : "other-node";
        const isReplaced = placement === "other-node" && seesNode(open, caller, destination);
        yield { ...scene, to: receiver, receivers: "node-address", placement, isReplaced };
      }
    }
  }
}

/**
 * How a connection ends, in the words of outcomes.
 */
import { addressSets } from "../base/address.ts";
import { type Outcome, type ReplyFate, outcomeKey } from "../base/connection.ts";
import { portSets } from "../base/interval-set.ts";
import { type Cluster, type Node, OUTSIDE, nodeEndpoint, podEndpoint } from "./cluster.ts";
import { declares } from "./named-port.ts";
import type { Call } from "./translation.ts";

/**
 * Who receives `call` on `node`: the first host-network pod there that declares the port, else the node.
 *
 * @source https://github.com/kubernetes/api/blob/master/core/v1/types.go (PodSpec.hostNetwork; S1.8)
 */
export function listenerOn(cluster: Cluster, node: Node, { protocol, port }: Call): string {
  const pod = cluster.pods.find(
    (p) => p.hostNetwork && p.node === node.name && declares(p, protocol, port),
  );
  return pod === undefined ? nodeEndpoint(node) : podEndpoint(pod);
}

/** Whether `call` is addressed to a frontend that the model does not explain. */
export function isUnmodelledFrontend(cluster: Cluster, call: Call): boolean {
  return cluster.frontends.some(
    (frontend) =>
      frontend.protocol === call.protocol &&
      portSets.contains(frontend.ports, call.port) &&
      addressSets.contains(frontend.addresses, call.address),
  );
}

/** Delivery. Of the source that is seen outside, behind the gateway, nothing is claimed. */
export function delivered(to: string, { address, port, source }: Call, reply: ReplyFate): Outcome {
  const base = { fate: "delivered", to, candidate: address, port, reply } as const;
  return to === OUTSIDE ? base : { ...base, sourceSeen: source };
}

/** An ending without delivery. */
export function ended(
  fate: Exclude<Outcome["fate"], "delivered">,
  { address, port }: Call,
): Outcome {
  return { fate, candidate: address, port };
}

/** `all` without repetition. */
export function distinct(all: readonly Outcome[]): readonly Outcome[] {
  const keys = all.map(outcomeKey);
  return all.filter((_, i) => keys.indexOf(keys[i] ?? "") === i);
}

/**
 * One situation in a network without filters.
 */
import type { Address } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Service, ServicePort } from "../../models/kubernetes/cluster.ts";
import { endpoints, type Endpoint } from "../../models/kubernetes/service.ts";
import { addressOf } from "./processes.ts";
import { type NO_PORTS, type Prover, portsTerm } from "./prover.ts";
import type { Scene } from "./situations.ts";
import type { Subject } from "./subject.ts";

/** Who calls in a network without filters. */
export interface Caller {
  readonly endpoint: string;
  readonly process: string;
  readonly node: string;
  readonly kind: "pods" | "nodes" | "outside";
  readonly addresses: readonly Address[];
}

/** How reports name `service`. */
export function nameOf({ namespace, name }: Service): string {
  return `svc:${namespace}/${name}`;
}

/** Where a policy Local leads on `nodes`; in the mode ipvs, where one has no endpoint, to all there are. */
export function ledTo(
  { cluster, profile }: Subject,
  service: Service,
  port: ServicePort,
  family: Family,
  nodes: readonly string[],
): readonly Endpoint[] {
  const all = endpoints(cluster, service, port, family);
  if (all.length === 0) return all;
  const near = nodes.flatMap((node) => endpoints(cluster, service, port, family, node));
  return profile.kubeProxyMode === "ipvs" ? [...all, ...near] : near;
}

/** Calls from `caller` to `destination`; `only` restricts protocol and port. */
export function openScene(
  prover: Prover,
  caller: Caller,
  destination: Address,
  only: typeof NO_PORTS | undefined,
): Omit<Scene, "to" | "receivers"> | undefined {
  const { family } = destination;
  const source = addressOf(caller.addresses, family);
  if (source === undefined) return undefined;
  const found = prover.explorer.paths(caller.process, {
    family,
    sources: [[source.bits, source.bits]],
    destinations: [[destination.bits, destination.bits]],
  });
  const { terms } = prover;
  const called = only === undefined ? terms.yes : portsTerm(terms, found.header, only);
  const exploration = { ...found, domain: terms.and(found.domain, called) };
  return {
    ...prover,
    exploration,
    senderAddresses: caller.addresses,
    admitted: terms.yes,
    senders: caller.kind,
    placement: "other-node",
    source,
    destination,
    from: caller.endpoint,
    pairs: 1,
  };
}

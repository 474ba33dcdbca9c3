/**
 * Ground facts: computed from the cluster itself, without any packet.
 */
import type { Address } from "../../models/base/address.ts";
import type { Origin } from "../../models/base/origin.ts";
import {
  type Cluster,
  type Container,
  type ContainerPort,
  type Pod,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { formatAddress } from "../base/ip.ts";
import { groupBy } from "../base/group-by.ts";
import { podName } from "./naming.ts";
import type { Because, Counterexample, Method, PropertyOutcome } from "./types.ts";

/** What a ground fact came to: its outcome and how many facts were compared. */
export interface GroundResult {
  readonly outcome: PropertyOutcome;
  readonly method: Method;
  /** What it does not speak about. */
  readonly leavesOut?: readonly string[];
  /** What was assumed for it only, one sentence each. */
  readonly assumes?: readonly string[];
}

/** Whether `fact` holds in `cluster`; refuted by each group that breaks it. */
export function groundFact(cluster: Cluster, fact: keyof typeof FACTS): GroundResult {
  const { compared, broken } = FACTS[fact](cluster);
  const [first, ...rest] = broken;
  return {
    outcome:
      first === undefined
        ? { kind: "proved" }
        : { kind: "refuted", by: [first, ...rest], others: 0 },
    method: { kind: "computed", cases: compared, proofs: 0 },
  };
}

interface Broken {
  readonly compared: number;
  readonly broken: readonly Counterexample[];
}

interface Owner {
  readonly name: string;
  readonly address: Address;
  readonly origins: readonly Origin[];
}

/** Host-network pods share their node's addresses by design and own none (S1.8). */
function owners(cluster: Cluster): readonly Owner[] {
  const pods = cluster.pods
    .filter((pod) => !pod.hostNetwork)
    .flatMap((pod) => owned(podName(pod), pod.addresses, pod.origin));
  const nodes = cluster.nodes.flatMap((node) =>
    owned(`node/${node.name}`, ownAddressesOf(node), node.origin),
  );
  const services = cluster.services.flatMap((service) =>
    owned(`${service.namespace}/Service/${service.name}`, service.addresses, service.origin),
  );
  return [...pods, ...nodes, ...services];
}

function owned(
  name: string,
  addresses: readonly Address[],
  origin: Origin | undefined,
): readonly Owner[] {
  const origins = origin === undefined ? [] : [origin];
  return addresses.map((address) => ({ name, address, origins }));
}

function sharedAddresses(cluster: Cluster): Broken {
  const all = owners(cluster);
  const groups = [...groupBy(all, ({ address }) => `${address.family} ${String(address.bits)}`)];
  const broken = groups.flatMap(([, group]): readonly Counterexample[] => {
    const names = [...new Set(group.map(({ name }) => name))];
    const [first] = group;
    if (first === undefined || names.length < 2) return [];
    const summary = `${names.join(" and ")} have one address, ${formatAddress(first.address)}`;
    return [{ summary, because: group.map((owner) => blame(owner.name, owner.origins)) }];
  });
  return { compared: all.length, broken };
}

function blame(name: string, origins: readonly Origin[]): Because {
  return { direction: "route", effect: "denied", text: `${name} has it`, object: name, origins };
}

interface Declared {
  readonly container: Container;
  readonly port: ContainerPort;
}

/** Init containers run at other times and collide with nobody; sidecars run along (S1.5, S1.6). */
function declaredPorts(pod: Pod): readonly Declared[] {
  return pod.containers
    .filter((container) => container.kind !== "init")
    .flatMap((container) => container.ports.map((port) => ({ container, port })));
}

function collidingPorts(cluster: Cluster): Broken {
  const templates = new Map(cluster.pods.map((pod) => [templateKey(pod), pod]));
  let compared = 0;
  const broken = [...templates.values()].flatMap((pod): readonly Counterexample[] => {
    const declared = declaredPorts(pod);
    compared += declared.length;
    const groups = groupBy(declared, ({ port }) => `${String(port.number)}/${port.protocol}`);
    return [...groups].flatMap(([port, group]): readonly Counterexample[] => {
      const names = [...new Set(group.map(({ container }) => container.name))];
      if (names.length < 2) return [];
      const summary = `containers ${names.join(" and ")} of ${podName(pod)} both declare ${port}`;
      const because = group.map(({ container, port: { origin } }) =>
        blame(`container ${container.name}`, [origin]),
      );
      return [{ summary, because }];
    });
  });
  return { compared, broken };
}

/** Pods from one template share the lines of their containers: each template is judged once. */
function templateKey(pod: Pod): string {
  const [first] = pod.containers;
  const at = first?.origin ?? pod.origin;
  return `${at.file}:${String(at.line)}:${String(at.column)}`;
}

const FACTS = {
  "addresses-are-unique": sharedAddresses,
  "ports-do-not-collide": collidingPorts,
} as const;

/**
 * A pod before it has a node and addresses, from a Pod or from a workload's template.
 */
import type { Address } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import { PROTOCOLS } from "../../models/base/family.ts";
import type { Origin } from "../../models/base/origin.ts";
import type { Container, Workload } from "../../models/kubernetes/cluster.ts";
import type { PodNames } from "../../models/kubernetes/name-facts.ts";
import { present } from "../base/assert.ts";
import type { ContainerSpec, Located, PodSpec } from "../manifest/resources.ts";
import type { ClaimTemplate } from "../manifest/storage-specs.ts";

/** A pod whose place and addresses are still open, unless the input states them. */
export interface PodDraft {
  readonly namespace: string;
  readonly name: string;
  readonly workload: Workload;
  readonly labels: ReadonlyMap<string, string>;
  /** Keys of `labels` whose values a controller makes up, so that no manifest can state them. */
  readonly madeUpLabels: ReadonlySet<string>;
  readonly spec: PodSpec;
  readonly hostNetwork: boolean;
  readonly names?: PodNames;
  readonly containers: readonly Container[];
  /** status.podIPs of a live pod; empty for one that is assumed. */
  readonly addresses: readonly Located<Address>[];
  /** status.hostIPs of a live pod. */
  readonly hostAddresses: readonly Located<Address>[];
  readonly ready: boolean;
  readonly terminating: boolean;
  /** DaemonSet: one copy on each eligible node, named after the node. */
  readonly onEachNode: boolean;
  /** The claims that its StatefulSet makes for it. */
  readonly claimTemplates?: readonly ClaimTemplate[];
  readonly origin: Origin;
}

/**
 * The containers of `spec`; an init container that always restarts is a sidecar.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ (v1.34; S3.14)
 */
export function containersOf(spec: PodSpec): readonly Container[] {
  return spec.containers.map((container) => ({
    name: container.name,
    kind: kindOf(container),
    ports: container.ports.map((port) => ({
      ...(port.name === undefined ? {} : { name: port.name.value }),
      protocol: protocolOf(port.protocol),
      number: port.containerPort.value,
      origin: port.containerPort.at,
    })),
    ...(container.texts === undefined ? {} : { texts: container.texts }),
    origin: container.at,
  }));
}

function kindOf(container: ContainerSpec): Container["kind"] {
  if (!container.init) return "regular";
  return container.restartPolicy === "Always" ? "sidecar" : "init";
}

/**
 * The protocol that `stated` names; TCP when absent. Reading has refused all other names.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports (v1.34; S3.5, S6.26)
 */
export function protocolOf(stated: Located<string> | string | undefined): Protocol {
  const name = typeof stated === "object" ? stated.value : stated;
  if (name === undefined || name === "") return "TCP";
  return present(
    PROTOCOLS.find((protocol) => protocol === name),
    `protocol ${name} passed validation`,
  );
}

/** The labels of a manifest without their positions. */
export function plainLabels(
  labels: ReadonlyMap<string, Located<string>>,
): ReadonlyMap<string, string> {
  return new Map([...labels].map(([key, label]) => [key, label.value]));
}

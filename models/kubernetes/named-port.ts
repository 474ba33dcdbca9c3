/**
 * Ports that containers declare, and what a port's name stands for. Declarations open nothing (S1.11):
 * they say who listens, and they are the only meaning that a name has.
 */
import type { Protocol } from "../base/family.ts";
import type { Container, ContainerPort, Pod } from "./cluster.ts";

/** The declared ports of the containers of `pod` that are of one of `kinds`, those of the first kind first. */
function portsOf(pod: Pod, kinds: readonly Container["kind"][]): readonly ContainerPort[] {
  return kinds.flatMap((kind) =>
    pod.containers.filter((c) => c.kind === kind).flatMap((c) => c.ports),
  );
}

/**
 * Whether a container of `pod`, of any kind, declares `port`.
 *
 * @source https://github.com/kubernetes/api/blob/master/core/v1/types.go (Container.ports; S1.11)
 */
export function declares(pod: Pod, protocol: Protocol, port: number): boolean {
  return portsOf(pod, ["regular", "sidecar", "init"]).some(
    (declared) => declared.protocol === protocol && declared.number === port,
  );
}

/**
 * The port that a service's target `name` stands for on `pod`: the first of that name and protocol,
 * regular containers before sidecars. Undefined when there is none: the pod is then no endpoint.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/endpointslice/utils.go (findPort; S3.13, S3.14)
 */
export function targetNamed(pod: Pod, name: string, protocol: Protocol): number | undefined {
  return portsOf(pod, ["regular", "sidecar"]).find(
    (declared) => declared.name === name && declared.protocol === protocol,
  )?.number;
}

/**
 * The ports that a policy's port `name` stands for on the destination `pod`. Where several containers
 * give the name to different ports nothing is defined; all of them are meant, the permissive reading.
 *
 * @source https://github.com/kubernetes/api/blob/master/networking/v1/types.go (NetworkPolicyPort.port; S6.30, S6.31)
 */
export function portsNamed(pod: Pod, name: string, protocol: Protocol): readonly number[] {
  return portsOf(pod, ["regular", "sidecar"])
    .filter((declared) => declared.name === name && declared.protocol === protocol)
    .map((declared) => declared.number);
}

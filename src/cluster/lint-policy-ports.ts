/**
 * Ports of policies that hardly mean what was meant.
 */
import { type Pod, podId, type Service } from "../../models/kubernetes/cluster.ts";
import type {
  Direction,
  NetworkPolicy,
  PolicyPort,
  PolicyRule,
} from "../../models/kubernetes/policy.ts";
import type { PeerFinder } from "./peer-pods.ts";
import { enumerate, type Sink } from "./sink.ts";

/** A rule in its place. */
export interface RulePlace {
  readonly policy: NetworkPolicy;
  readonly rule: PolicyRule;
  readonly direction: Direction;
  readonly selected: readonly Pod[];
  readonly id: string;
}

/**
 * Warns of named ports that nothing has, and of ports of services where those of pods are needed.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/ (v1.34; S6.25, S6.30)
 */
export function lintPorts(
  place: RulePlace,
  find: PeerFinder,
  services: readonly Service[],
  sink: Sink,
): void {
  const { rule, direction, selected } = place;
  if (rule.ports === "any") return;
  for (const port of rule.ports) {
    if (typeof port.port === "string") lintNamedPort(place, port, find, sink);
    else if (direction === "ingress" && port.endPort === undefined && selected.length > 0) {
      lintServicePort(place, port, services, sink);
    }
  }
}

function lintNamedPort(place: RulePlace, port: PolicyPort, find: PeerFinder, sink: Sink): void {
  const { policy, rule, direction, selected } = place;
  const podPeers = rule.peers === "any" ? [] : rule.peers.filter((p) => p.kind === "pods");
  if (direction === "egress" && rule.peers !== "any" && podPeers.length === 0) {
    sink.diagnostics.push({
      code: "NQ2058",
      severity: "warning",
      message: `named port "${String(port.port)}" is looked up in pods, and this rule names only address blocks: it never matches`,
      at: port.origin,
      hint: "give the number of the port",
    });
    return;
  }
  // Without peers the destination can be any pod; whether one has the port is not looked for.
  if (direction === "egress" && rule.peers === "any") return;
  const found = direction === "egress" ? podPeers.map((p) => find(policy.namespace, p)) : [];
  const targets = direction === "ingress" ? selected : found.flatMap((f) => f.pods);
  if (found.some((f) => f.maybe)) return;
  if (targets.length === 0 || targets.some((pod) => declares(pod, port))) return;
  sink.diagnostics.push({
    code: "NQ2052",
    severity: "warning",
    message: `named port "${String(port.port)}" must be the name of a ${port.protocol} port of a pod that the rule concerns; none of them has it (${enumerate(targets.map(podId))})`,
    at: port.origin,
    related: [{ message: "a pod without it", at: targets[0]?.origin ?? port.origin }],
  });
}

function declares(pod: Pod, port: PolicyPort): boolean {
  return pod.containers.some((container) =>
    container.ports.some((p) => p.name === port.port && p.protocol === port.protocol),
  );
}

/** S6.25: the port of the service where that of the pods is needed. */
function lintServicePort(
  { policy, selected, id }: RulePlace,
  port: PolicyPort,
  services: readonly Service[],
  sink: Sink,
): void {
  const number = port.port;
  if (typeof number !== "number") return;
  const declared = selected.flatMap((pod) => pod.containers.flatMap((c) => c.ports));
  if (declared.some((p) => p.number === number && p.protocol === port.protocol)) return;
  const behind = services.filter(
    (service) =>
      service.namespace === policy.namespace &&
      service.ports.some((p) => p.port === number && p.protocol === port.protocol) &&
      selected.some((pod) => serves(service, pod)),
  );
  const [service] = behind;
  const reached = behind.some((s) => s.ports.some((p) => p.target === number));
  if (service === undefined || reached) return;
  const meant = service.ports.find((p) => p.port === number);
  sink.diagnostics.push({
    code: "NQ2059",
    severity: "warning",
    message: `port ${String(number)} in ${id} should be a port of the pods; it is that of ${service.namespace}/Service/${service.name}, which leads to ${String(meant?.target ?? "")}: policies see the latter`,
    at: port.origin,
    related: [{ message: "the port of the service", at: meant?.origin ?? service.origin }],
  });
}

function serves(service: Service, pod: Pod): boolean {
  const selector = service.selector;
  return (
    selector !== undefined &&
    pod.namespace === service.namespace &&
    [...selector].every(([key, value]) => pod.labels.get(key) === value)
  );
}

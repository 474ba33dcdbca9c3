/**
 * Facts of an otherwise modelled input that the API leaves open: labels whose values controllers make
 * up, and names that two ports of one pod share. What reads them is undecided.
 */
import { type Pod, podId, type Service } from "../../models/kubernetes/cluster.ts";
import type { Direction, NetworkPolicy, PolicyRule } from "../../models/kubernetes/policy.ts";
import type { LabelSelector } from "../../models/kubernetes/selector.ts";
import type { Footprint } from "../../models/kubernetes/unknowns.ts";
import type { UndecidableService } from "./frontends.ts";
import type { PodIndex } from "./pod-index.ts";
import type { Population } from "./pods.ts";
import { compareOrigins, counted, type Sink } from "./sink.ts";

/** Which labels have made-up values: of the pods of each namespace, and of any pod. */
export interface MadeUpLabels {
  readonly inNamespace: ReadonlyMap<string, ReadonlySet<string>>;
  readonly anywhere: ReadonlySet<string>;
}

/** The labels with made-up values that some pod of each namespace has. */
export function madeUpLabels(population: Population): MadeUpLabels {
  const found = new Map<string, Set<string>>();
  for (const draft of population.draftOf.values()) {
    if (draft.madeUpLabels.size === 0) continue;
    const keys = found.get(draft.namespace) ?? new Set();
    for (const key of draft.madeUpLabels) keys.add(key);
    found.set(draft.namespace, keys);
  }
  return {
    inNamespace: found,
    anywhere: new Set([...found.values()].flatMap((keys) => [...keys])),
  };
}

function keysOf(selector: LabelSelector | undefined): readonly string[] {
  if (selector === undefined) return [];
  return [...selector.matchLabels.keys(), ...selector.matchExpressions.map((e) => e.key)];
}

/** The first made-up label of `namespace` (of any, when absent) that `selector` reads. */
function doubtfulKey(
  selector: LabelSelector | undefined,
  namespace: string | undefined,
  madeUp: MadeUpLabels,
): string | undefined {
  const keys = namespace === undefined ? madeUp.anywhere : madeUp.inNamespace.get(namespace);
  return keys === undefined ? undefined : keysOf(selector).find((key) => keys.has(key));
}

/**
 * Footprints of the policies that read made-up labels: the pods that `policy` may select, in the
 * directions that depend on it.
 */
export function madeUpFootprints(
  policies: readonly NetworkPolicy[],
  madeUp: MadeUpLabels,
  index: PodIndex,
  sink: Sink,
): readonly Footprint[] {
  return policies.flatMap((policy) => {
    const { namespace, podSelector } = policy;
    const own = doubtfulKey(podSelector, namespace, madeUp);
    const inRules = (direction: Direction): string | undefined =>
      policy[direction]
        .map((rule) => doubtfulPeer(rule, namespace, madeUp))
        .find((k) => k !== undefined);
    const directions = policy.isolates.filter((d) => own !== undefined || inRules(d) !== undefined);
    const key = own ?? inRules("ingress") ?? inRules("egress");
    if (directions.length === 0 || key === undefined) return [];
    const pods =
      own === undefined ? index.selected(namespace, podSelector) : index.inNamespace(namespace);
    sink.diagnostics.push({
      code: "NQ2015",
      severity: "warning",
      message: `${namespace}/NetworkPolicy/${policy.name} selects by label ${key}, whose value a controller makes up: answers about ${counted(pods.length, "pod")} are undecided`,
      at: policy.origin,
      hint: "select by labels of the pod template, or give the pods as they run",
    });
    return [footprintOf(policy, "NQ2015", pods, directions)];
  });
}

function doubtfulPeer(
  rule: PolicyRule,
  namespace: string,
  madeUp: MadeUpLabels,
): string | undefined {
  if (rule.peers === "any") return undefined;
  return rule.peers
    .map((peer) => {
      if (peer.kind === "ipBlock") return undefined;
      const scope = peer.namespaceSelector === undefined ? namespace : undefined;
      return doubtfulKey(peer.podSelector, scope, madeUp);
    })
    .find((key) => key !== undefined);
}

function footprintOf(
  policy: NetworkPolicy,
  code: "NQ2015" | "NQ2060",
  pods: readonly Pod[],
  directions: readonly Direction[],
): Footprint {
  return {
    code,
    object: `${policy.namespace}/NetworkPolicy/${policy.name}`,
    origin: policy.origin,
    pods: new Set(pods.map(podId)),
    effect: Object.fromEntries(directions.map((direction) => [direction, "any"])),
  };
}

/** Services whose selector reads a made-up label. */
export function madeUpServices(
  services: readonly Service[],
  madeUp: MadeUpLabels,
  sink: Sink,
): readonly UndecidableService[] {
  return services.flatMap((service) => {
    const { namespace, name, selector, origin } = service;
    if (selector === undefined) return [];
    const key = doubtfulKey({ matchLabels: selector, matchExpressions: [] }, namespace, madeUp);
    if (key === undefined) return [];
    sink.diagnostics.push({
      code: "NQ2015",
      severity: "warning",
      message: `${namespace}/Service/${name} selects by label ${key}, whose value a controller makes up: answers about connections to it are undecided`,
      at: origin,
      hint: "select by labels of the pod template, or give the pods as they run",
    });
    return [
      { service, code: "NQ2015", why: `which selects by the made-up label ${key}`, at: origin },
    ];
  });
}

/** Names of ports that two containers of a pod give to different numbers, as `name/protocol`. */
function sharedPortNames(pod: Pod): ReadonlySet<string> {
  const shared = new Set<string>();
  // The names within one container are distinct.
  if (pod.containers.length < 2) return shared;
  const numbers = new Map<string, number>();
  for (const port of pod.containers.filter((c) => c.kind !== "init").flatMap((c) => c.ports)) {
    if (port.name === undefined) continue;
    const key = `${port.name}/${port.protocol}`;
    const other = numbers.get(key);
    if (other !== undefined && other !== port.number) shared.add(key);
    numbers.set(key, other ?? port.number);
  }
  return shared;
}

/**
 * Footprints of the policies that read a port name which two ports of one pod share: which of them it
 * means is not defined (S6.31).
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec (ports.port; v1.34; S1.13, S6.31)
 */
export function sharedNameFootprints(
  policies: readonly NetworkPolicy[],
  pods: readonly Pod[],
  index: PodIndex,
  sink: Sink,
): readonly Footprint[] {
  const shared = new Map<Pod, ReadonlySet<string>>();
  const reported = new Set<string>();
  for (const pod of pods) {
    const names = sharedPortNames(pod);
    if (names.size > 0) shared.set(pod, names);
    for (const name of names) reportSharedName(pod, name, reported, sink);
  }
  if (shared.size === 0) return [];
  const anywhere = new Set([...shared.values()].flatMap((names) => [...names]));
  return policies.flatMap((policy) => {
    const selected = index.selected(policy.namespace, policy.podSelector);
    const into = namedPorts(policy.ingress);
    const outOf = namedPorts(policy.egress);
    const doubtful = selected.filter((pod) =>
      into.some((key) => shared.get(pod)?.has(key) === true),
    );
    const egress = policy.isolates.includes("egress") && outOf.some((key) => anywhere.has(key));
    return [
      ...(doubtful.length > 0 && policy.isolates.includes("ingress")
        ? [footprintOf(policy, "NQ2060", doubtful, ["ingress"])]
        : []),
      ...(egress && selected.length > 0
        ? [footprintOf(policy, "NQ2060", selected, ["egress"])]
        : []),
    ];
  });
}

function namedPorts(rules: readonly PolicyRule[]): readonly string[] {
  return rules.flatMap((rule) =>
    rule.ports === "any"
      ? []
      : rule.ports
          .filter((port) => typeof port.port === "string")
          .map((port) => `${String(port.port)}/${port.protocol}`),
  );
}

function reportSharedName(pod: Pod, name: string, reported: Set<string>, sink: Sink): void {
  const { namespace, kind, name: workload } = pod.workload;
  const key = `${namespace}/${kind}/${workload} ${name}`;
  if (reported.has(key)) return;
  reported.add(key);
  const [first, second] = pod.containers
    .flatMap((container) => container.ports)
    .filter((port) => `${port.name ?? ""}/${port.protocol}` === name)
    .map((port) => port.origin)
    .sort(compareOrigins);
  sink.diagnostics.push({
    code: "NQ2060",
    severity: "warning",
    message: `the ports of a pod must have different names; in pods of ${namespace}/${kind}/${workload} two are called ${name}, and policies that use the name are undecided`,
    at: second ?? pod.origin,
    ...(first === undefined ? {} : { related: [{ message: "the other port", at: first }] }),
  });
}

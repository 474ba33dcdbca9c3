/**
 * Laws of building a cluster from resources, over generated inputs: manifests and dumps, stated and
 * assumed facts, configured and default addressing mixed.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Address, prefixContains } from "../../models/base/address.ts";
import type { Cluster, Pod } from "../../models/kubernetes/cluster.ts";
import { type ClusterSettings, DEFAULT_CLUSTER_SETTINGS } from "../../src/base/cluster-settings.ts";
import { compareText } from "../../src/base/diagnostic.ts";
import { formatAddress } from "../../src/base/ip.ts";
import { buildCluster } from "../../src/cluster/build-cluster.ts";
import type { ClusterInput } from "../../src/cluster/cluster-input.ts";
import type { Resource, WorkloadKind } from "../../src/manifest/resources.ts";
import { scaled } from "../support/law-settings.ts";
import {
  block,
  blockPeer,
  endpoints,
  located,
  namespace,
  networkPolicy,
  node,
  origin,
  pod,
  podPeer,
  policyPort,
  rule,
  selector,
  service,
  unmodelled,
  workload,
} from "../support/resource-values.ts";

const NAMES = ["a", "b", "a-1", "web"];
const id = fc
  .tuple(fc.constantFrom("shop", "far", "default"), fc.constantFrom(...NAMES))
  .map(([ns, name]) => `${ns}/${name}`);
const label = fc.constantFrom("app=a", "app=b", "tier=x");
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Addresses in and around the default blocks, so that stated ones meet assumed ones. */
const ip = fc.oneof(
  fc.nat(7).map((n) => `10.244.1.${String(n)}`),
  fc.nat(7).map((n) => `10.96.0.${String(n + 1)}`),
  fc.nat(7).map((n) => `172.18.0.${String(n + 1)}`),
  fc.nat(3).map((n) => `11.0.${String(n)}.9`),
  fc.nat(7).map((n) => `fd00:10:244:1::${String(n + 1)}`),
);

const spec = fc.record(
  {
    ports: fc.constantFrom([], ["http:80"], ["http:8080", "80"]),
    hostNetwork: fc.boolean(),
    nodeName: fc.constantFrom("n1", "gone"),
    nodeSelector: fc.constantFrom(["disk=ssd"], ["kubernetes.io/os=linux"]),
    constrained: fc.boolean(),
  },
  { requiredKeys: [] },
);

const workloads = fc
  .record({
    kind: fc.constantFrom<WorkloadKind>(
      "Deployment",
      "ReplicaSet",
      "StatefulSet",
      "DaemonSet",
      "Job",
      "CronJob",
      "ReplicationController",
    ),
    id,
    spec,
    podLabels: fc.uniqueArray(label, { maxLength: 2 }),
    replicas: optional(fc.integer({ min: 0, max: 4 })),
  })
  .map(
    (w): Resource =>
      workload(w.kind, w.id, {
        ...w.spec,
        podLabels: w.podLabels,
        ...(w.replicas === undefined ? {} : { replicas: w.replicas }),
      }),
  );

const pods = fc
  .record({
    id,
    spec,
    labels: fc.uniqueArray(label, { maxLength: 2 }),
    controller: optional(
      fc.record({ kind: fc.constantFrom("ReplicaSet", "Job"), name: fc.constantFrom(...NAMES) }),
    ),
    status: optional(
      fc.record(
        {
          phase: fc.constantFrom("Running", "Pending", "Succeeded"),
          ips: fc.array(ip, { maxLength: 2 }),
          hostIps: fc.array(ip, { maxLength: 1 }),
          ready: fc.boolean(),
        },
        { requiredKeys: ["ips"] },
      ),
    ),
  })
  .map(
    (p): Resource =>
      pod(p.id, {
        ...p.spec,
        labels: p.labels,
        ...(p.controller === undefined ? {} : { controller: p.controller }),
        ...(p.status === undefined ? {} : { status: p.status }),
      }),
  );

const services = fc
  .record({
    id,
    selector: fc.constantFrom(["app=a"], [], ["app=b"]),
    type: optional(fc.constantFrom("NodePort", "LoadBalancer", "ExternalName")),
    clusterIps: fc.array(ip, { maxLength: 1 }),
    policy: optional(fc.constantFrom("PreferDualStack", "RequireDualStack")),
    headless: fc.boolean(),
  })
  .map(
    (s): Resource =>
      service(s.id, ["web:80>http", "53/UDP"], {
        selector: s.selector,
        ...(s.type === undefined ? {} : { type: s.type }),
        clusterIps: s.headless ? [] : s.clusterIps,
        more: {
          headless: s.headless && s.type === undefined,
          ...(s.policy === undefined ? {} : { ipFamilyPolicy: located(s.policy) }),
        },
      }),
  );

const others: fc.Arbitrary<Resource> = fc.oneof(
  fc.constantFrom("shop", "far").map((name) => namespace(name, "team=a")),
  fc
    .record({ ips: fc.array(ip, { maxLength: 2 }), own: fc.boolean(), ssd: fc.boolean() })
    .map((n) =>
      node("n1", {
        ips: n.ips,
        podCidrs: n.own ? ["10.244.5.0/24"] : [],
        labels: n.ssd ? ["disk=ssd"] : [],
      }),
    ),
  fc
    .tuple(id, fc.constantFrom("a", "web"), ip)
    .map(([own, of, to]) =>
      endpoints("EndpointSlice", own, of, [to], [{ name: "web", number: 9 }]),
    ),
  fc.tuple(id, label).map(([own, l]) =>
    networkPolicy(own, selector(l), {
      ingress: [rule([podPeer(selector(), selector("team=a"))], [policyPort("http")])],
      egress: [rule([blockPeer("10.0.0.0/8")])],
    }),
  ),
  id.map((own) =>
    unmodelled("policy", "cilium.io/v2", "CiliumNetworkPolicy", own, {
      spec: { endpointSelector: { matchLabels: { app: "a" } }, ingress: [{}] },
    }),
  ),
);

/** Inputs in which each object occurs once, as reading leaves them, on lines of their own. */
const inputs = fc
  .uniqueArray(
    fc.oneof({ arbitrary: workloads, weight: 3 }, { arbitrary: pods, weight: 3 }, services, others),
    {
      maxLength: 14,
      selector: ({ meta }) => `${meta.kind} ${meta.namespace?.value ?? ""}/${meta.name}`,
    },
  )
  .map((resources) =>
    resources.map((r, i) => ({ ...r, meta: { ...r.meta, at: origin(r.meta.at.path, i + 1) } })),
  );

const settings = fc
  .record(
    {
      nodes: fc.constantFrom(1, 3),
      podCidrs: fc.constantFrom(["10.244.0.0/16"], ["10.1.0.0/16", "fd00:1::/56"]),
      serviceCidrs: fc.constantFrom(["10.96.0.0/16"]),
    },
    { requiredKeys: [] },
  )
  .map((s): ClusterSettings => {
    const blocks = (texts: readonly string[]): ClusterSettings["podCidrs"] => ({
      value: texts.map((text) => block(text).value),
      from: "config",
    });
    return {
      ...DEFAULT_CLUSTER_SETTINGS,
      ...(s.nodes === undefined ? {} : { nodes: { value: s.nodes, from: "config" } }),
      ...(s.podCidrs === undefined ? {} : { podCidrs: blocks(s.podCidrs) }),
      ...(s.serviceCidrs === undefined ? {} : { serviceCidrs: blocks(s.serviceCidrs) }),
    };
  });

/** A text of a cluster and its unknowns, for comparing. */
function textOf(value: ClusterInput | undefined): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return part.toString();
    if (part instanceof Map) return [...part] as unknown[];
    return part instanceof Set ? ([...part] as unknown[]) : part;
  });
}

const sorted = (keys: readonly (readonly [string, string])[]): boolean =>
  keys.every((key, i) => {
    const before = keys[i - 1];
    return (
      before === undefined || (compareText(before[0], key[0]) || compareText(before[1], key[1])) < 0
    );
  });

/** What of the invariants of `models/kubernetes/cluster.ts` does not hold. */
function faults({ cluster, unknowns }: ClusterInput): readonly string[] {
  const named = (list: readonly { namespace: string; name: string }[]): boolean =>
    sorted(list.map((o) => [o.namespace, o.name]));
  const plain = (list: readonly { name: string }[]): boolean =>
    sorted(list.map((o) => ["", o.name]));
  const nodeOf = (p: Pod): Cluster["nodes"][number] | undefined =>
    cluster.nodes.find((n) => n.name === p.node);
  const oneOfEachFamily = (own: readonly Address[]): boolean =>
    new Set(own.map((a) => a.family)).size === own.length;
  const ids = new Set(cluster.pods.map((p) => `${p.namespace}/${p.name}`));
  const claims: readonly (readonly [boolean, string])[] = [
    [plain(cluster.namespaces) && plain(cluster.nodes), "names are sorted"],
    [[cluster.pods, cluster.services, cluster.policies].every(named), "objects are sorted"],
    [
      cluster.namespaces.every((n) => n.labels.get("kubernetes.io/metadata.name") === n.name),
      "namespaces have their label",
    ],
    [
      [cluster.pods, cluster.services, cluster.policies]
        .flat()
        .every((o) => cluster.namespaces.some((n) => n.name === o.namespace)),
      "namespaces exist",
    ],
    [cluster.pods.every((p) => nodeOf(p) !== undefined), "pods are on nodes"],
    [
      [...cluster.pods, ...cluster.nodes].every((o) => o.addresses.length > 0),
      "pods and nodes have addresses",
    ],
    [
      [...cluster.pods, ...cluster.nodes, ...cluster.services].every((o) =>
        oneOfEachFamily(o.addresses),
      ),
      "at most one address of each family",
    ],
    [
      cluster.pods
        .filter((p) => p.hostNetwork)
        .every((p) => formatAll(p.addresses) === formatAll(nodeOf(p)?.addresses ?? [])),
      "host-network pods have their node's addresses",
    ],
    [
      [...unknowns.podAddresses, ...unknowns.placements].every((p) => ids.has(p)),
      "unknowns are about pods of the cluster",
    ],
    [
      unknowns.footprints.every((f) => f.pods.size > 0 && [...f.pods].every((p) => ids.has(p))),
      "footprints are about pods of the cluster",
    ],
    [
      cluster.frontends.every(
        (f) => (f.ports.length === 0) === (f.addresses.IPv4.length + f.addresses.IPv6.length === 0),
      ),
      "frontends claim ports iff they claim addresses",
    ],
    [
      cluster.frontends.every((f) => (f.leadsTo ?? []).every((p) => ids.has(p))),
      "frontends lead to pods of the cluster",
    ],
  ];
  return claims.flatMap(([holds, text]) => (holds ? [] : [text]));
}

function formatAll(own: readonly Address[]): string {
  return own.map(formatAddress).join(" ");
}

describe("buildCluster", () => {
  test("gives the same for the same resources in any order", () => {
    fc.assert(
      fc.property(
        inputs.chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
          ),
        ),
        settings,
        ([list, shuffled], how) => {
          const one = buildCluster(list, how);
          const two = buildCluster(shuffled, how);
          expect(textOf(two.value)).toBe(textOf(one.value));
          expect(two.diagnostics).toEqual(one.diagnostics);
        },
      ),
      { numRuns: scaled(200) },
    );
  });

  test("keeps the invariants of clusters", () => {
    fc.assert(
      fc.property(inputs, settings, (list, how) => {
        const { value, diagnostics } = buildCluster(list, how);
        if (value === undefined) expect(diagnostics.some((d) => d.severity === "error")).toBe(true);
        else expect(faults(value)).toEqual([]);
      }),
      { numRuns: scaled(300) },
    );
  });

  test("assumes addresses that nobody else has", () => {
    fc.assert(
      fc.property(inputs, settings, (list, how) => {
        const { value } = buildCluster(list, how);
        if (value === undefined) return;
        const { cluster, unknowns } = value;
        const owners = [
          ...cluster.pods
            .filter((p) => !p.hostNetwork)
            .map((p) => ({
              own: p,
              assumed: unknowns.podAddresses.has(`${p.namespace}/${p.name}`),
            })),
          ...cluster.nodes.map((n) => ({ own: n, assumed: unknowns.nodeAddresses.has(n.name) })),
          ...cluster.services.map((s) => ({ own: s, assumed: false })),
        ];
        for (const { own } of owners.filter((o) => o.assumed)) {
          const others = new Set(
            owners.filter((o) => o.own !== own).flatMap((o) => o.own.addresses.map(formatAddress)),
          );
          expect(own.addresses.map(formatAddress).filter((a) => others.has(a))).toEqual([]);
        }
      }),
      { numRuns: scaled(200) },
    );
  });

  test("gives assumed pods addresses of the pod blocks, and nodes others", () => {
    fc.assert(
      fc.property(inputs, settings, (list, how) => {
        const { value } = buildCluster(list, how);
        if (value === undefined) return;
        const { cluster, unknowns } = value;
        const inside = (a: Address): boolean => cluster.podCidrs.some((c) => prefixContains(c, a));
        const assumed = cluster.pods.filter((p) =>
          unknowns.podAddresses.has(`${p.namespace}/${p.name}`),
        );
        expect(assumed.flatMap((p) => p.addresses).every(inside)).toBe(true);
        const nodes = cluster.nodes.filter((n) => unknowns.nodeAddresses.has(n.name));
        expect(nodes.flatMap((n) => n.addresses).some(inside)).toBe(false);
      }),
      { numRuns: scaled(200) },
    );
  });
});

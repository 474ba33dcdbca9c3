/**
 * Tables of what becomes of connections, against the definition and against the network that is compiled.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Connection, Outcome } from "../../../models/base/connection.ts";
import { type Protocol, PROTOCOLS } from "../../../models/base/family.ts";
import { admits } from "../../../models/kubernetes/admits.ts";
import { type Cluster, OUTSIDE } from "../../../models/kubernetes/cluster.ts";
import {
  DEFAULT_PROFILE,
  KUBE_PROXY_DEFAULTS,
  KUBE_PROXY_MODES,
  type Profile,
} from "../../../models/kubernetes/profile.ts";
import { sourceTowards } from "../../../models/kubernetes/source.ts";
import { outcomeOf } from "../../../models/network/connection.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { defaultSetting } from "../../../src/base/setting.ts";
import { formatAddress } from "../../../src/base/ip.ts";
import { speakers } from "../../../src/check/processes.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { compile } from "../../../src/compile/compile.ts";
import { createEngine } from "../../../src/engine/engine.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";
import { address } from "../../support/small-cluster.ts";
import { BRIDGED, BRIDGED_OVERLAY, ROUTED_OVERLAY } from "./dataplane-rows.ts";
import { PROXIES } from "./proxy-rows.ts";
import { HOST_PORTS, OBSERVED, type Row, WORKED } from "./rows.ts";

/** How pods are joined to their node, and nodes to each other. */
interface Links {
  readonly dataplane: "ptp" | "bridge";
  readonly overlay: "none" | "vxlan";
}

/** The cluster as it is, and with the policy that closes e1 and e2. */
interface Pair {
  readonly open: Cluster;
  readonly closed: Cluster;
}

function pairOf(links: Links): Pair {
  const open = clusterOf(links, "cluster.yaml");
  return { open, closed: clusterOf(links, "cluster.yaml", "closed.yaml") };
}

function clusterOf({ dataplane, overlay }: Links, ...names: readonly string[]): Cluster {
  const { value } = readManifests(
    names.map((name) => ({
      name,
      text: readFileSync(join(import.meta.dirname, name), "utf8"),
      named: true,
    })),
  );
  const built = buildCluster(value?.resources ?? [], {
    ...DEFAULT_CLUSTER_SETTINGS,
    dataplane: defaultSetting(dataplane),
    overlay: defaultSetting(overlay),
  });
  if (built.value === undefined) throw new Error("no cluster");
  return built.value.cluster;
}

function connectionOf(cluster: Cluster, profile: Profile, { from, to }: Row): Connection {
  const [called = "", named = "TCP"] = to.split("/");
  const colon = called.lastIndexOf(":");
  const destination = address(called.slice(0, colon));
  const protocol: Protocol = PROTOCOLS.find((one) => one === named) ?? "TCP";
  const isInside = from.includes(":");
  const own = [
    ...cluster.pods.map((pod) => [`pod:${pod.namespace}/${pod.name}`, pod.addresses[0]] as const),
    ...cluster.nodes.map(
      (node) =>
        [`node:${node.name}`, sourceTowards(cluster, profile, node, destination)] as const,
    ),
  ].find(([id]) => id === from)?.[1];
  const isLoopback = called.startsWith("127.");
  const source = isLoopback || !isInside ? address(isInside ? "127.0.0.1" : from) : own;
  if (source === undefined) throw new Error(`nobody is ${from}`);
  return {
    from: isInside ? from : OUTSIDE,
    family: destination.family,
    protocol,
    source: source.bits,
    sourcePort: 49_152,
    destination: destination.bits,
    destinationPort: Number(called.slice(colon + 1)),
  };
}

/** What the definition says, then what the packet did in the compiled network. */
function both(
  cluster: Cluster,
  profile: Profile,
  row: Row,
): readonly (readonly Outcome[])[] {
  const connection = connectionOf(cluster, profile, row);
  const network = compile(cluster, profile);
  const process = speakers(network).get(connection.from);
  if (process === undefined) throw new Error(`nobody speaks for ${connection.from}`);
  const { from: _endpoint, ...header } = connection;
  const traces = createEngine(network).run({ from: process.id, header });
  return [admits(cluster, profile, connection), traces.map((trace) => outcomeOf(network, trace))];
}

function told({ fate, to = "", sourceSeen, reply }: Outcome): string {
  if (fate !== "delivered") return fate;
  const who = to.replace(/^(pod|node):/, "");
  const seen = sourceSeen === undefined ? who : `${who} sees ${formatAddress(sourceSeen)}`;
  return reply === "returned" ? seen : `${seen} and its reply is ${reply ?? "unknown"}`;
}

function receivers(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes
    .filter(({ fate }) => fate === "delivered")
    .map(({ to = "" }) => to.replace(/^(pod|node):/, ""));
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

const PLAIN: Links = { dataplane: "ptp", overlay: "none" };
const TABLES: readonly (readonly [string, Links, readonly Row[]])[] = [
  ["worked examples", PLAIN, WORKED],
  ["observed", PLAIN, OBSERVED],
  ["host ports", PLAIN, HOST_PORTS],
  ["proxies", PLAIN, PROXIES],
  ["bridges", { dataplane: "bridge", overlay: "none" }, BRIDGED],
  ["bridges and an overlay", { dataplane: "bridge", overlay: "vxlan" }, BRIDGED_OVERLAY],
  ["an overlay", { dataplane: "ptp", overlay: "vxlan" }, ROUTED_OVERLAY],
];

describe.each(TABLES)("%s", (_title, links, rows) => {
  const { open, closed } = pairOf(links);
  describe.each(KUBE_PROXY_MODES)("%s", (mode) => {
    test.each(rows.map((row) => [`${row.from} to ${row.to}`, row] as const))("%s", (_name, row) => {
      const profile: Profile = {
        ...DEFAULT_PROFILE,
        kubeProxyMode: mode,
        ...KUBE_PROXY_DEFAULTS[mode],
        overlay: links.overlay,
        ...row.profile,
      };
      const { then, exempt = [] } = row.instead?.[mode] ?? row;
      for (const outcomes of both(open, profile, row)) {
        expect(sorted(outcomes.map(told))).toEqual(sorted(then));
      }
      for (const outcomes of both(closed, profile, row)) {
        expect(sorted(receivers(outcomes))).toEqual(sorted(exempt));
      }
    });
  });
});

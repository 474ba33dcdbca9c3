/**
 * What upstream's own tests of kube-proxy expect to become of packets on one node, in both modes, against the
 * definition: the endpoints that it may choose, rejection, drop, and masquerade.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Address, prefixContains, sameAddress } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import type { Cluster, Node } from "../../models/kubernetes/cluster.ts";
import { serviceAt } from "../../models/kubernetes/ends.ts";
import {
  DEFAULT_PROFILE,
  KUBE_PROXY_DEFAULTS,
  type Profile,
} from "../../models/kubernetes/profile.ts";
import { frontendAt, lead } from "../../models/kubernetes/translation.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../src/base/cluster-settings.ts";
import { formatAddress, parseAddress, parsePrefix } from "../../src/base/ip.ts";
import { buildCluster } from "../../src/cluster/build-cluster.ts";
import { readManifests } from "../../src/manifest/read-manifests.ts";
import { corpus } from "../support/shared.ts";
import { say } from "./shared.ts";
import { skipped } from "../support/skipped.ts";

type Mode = "iptables" | "nftables";

interface Expected {
  readonly endpoints?: readonly string[];
}

interface Flow {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly expect: Expected | "reject" | "drop" | "none" | "accept";
  readonly masquerade: boolean;
  readonly modes: readonly Mode[];
}

interface ModeSettings {
  /** Empty: all addresses. */
  readonly nodePortAddresses?: readonly string[];
  readonly localhostNodePorts?: boolean;
}

interface Case {
  readonly id: string;
  readonly observedFromNode: string;
  readonly node: {
    readonly ips: readonly string[];
    readonly perMode?: {
      readonly iptables?: ModeSettings;
      readonly nftables?: ModeSettings & { readonly serviceCIDRs?: readonly string[] };
    };
    readonly clusterCIDR: string | null;
    readonly detectLocalMode: string;
    readonly masqueradeAll: boolean;
  };
  readonly flows: readonly Flow[];
}

const root = corpus("kube-proxy") ?? "";
const folder = join(root, "manifests");
const cases = existsSync(folder)
  ? readdirSync(folder).map((id) => {
      const text = readFileSync(join(folder, id, "expected.json"), "utf8");
      // The corpus documents this format.
      return JSON.parse(text) as Case;
    })
  : [];

function addressOf(text: string): Address {
  const address = parseAddress(text.trim());
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
}

function clusterOf({ id, node }: Case): Cluster {
  const file = join(folder, id, "manifests.yaml");
  const { value } = readManifests([
    { name: `${id}.yaml`, text: readFileSync(file, "utf8"), named: true },
  ]);
  const built = buildCluster(value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS);
  if (built.value === undefined) throw new Error(`no cluster of ${id}`);
  const pods = (node.clusterCIDR ?? "")
    .split(",")
    .flatMap((t) => parsePrefix(t.trim())?.prefix ?? []);
  const stated = node.perMode?.nftables?.serviceCIDRs ?? [];
  const serviceCidrs = stated.flatMap((text) => parsePrefix(text)?.prefix ?? []);
  return { ...built.value.cluster, podCidrs: pods, serviceCidrs };
}

function profileOf({ node }: Case, mode: Mode): Profile {
  const isDetecting = node.detectLocalMode === "ClusterCIDR" && (node.clusterCIDR ?? "") !== "";
  const stated = node.perMode?.[mode];
  const blocks = (stated?.nodePortAddresses ?? []).flatMap((t) => parsePrefix(t)?.prefix ?? []);
  return {
    ...DEFAULT_PROFILE,
    masqueradeAll: node.masqueradeAll,
    detectLocalMode: isDetecting ? "ClusterCIDR" : "none",
    kubeProxyMode: mode,
    ...KUBE_PROXY_DEFAULTS[mode],
    nodePortAddresses: blocks.length === 0 ? "all" : blocks,
    localhostNodePorts: stated?.localhostNodePorts ?? KUBE_PROXY_DEFAULTS[mode].localhostNodePorts,
  };
}

/** What netqed says of `flow`, in the words of the corpus. */
function answered(cluster: Cluster, node: Node, profile: Profile, flow: Flow, mode: Mode) {
  const call = {
    source: addressOf(flow.from),
    address: addressOf(flow.to),
    protocol: flow.protocol,
    port: flow.port,
  };
  const nothing = { masquerade: false };
  const frontend = frontendAt(cluster, profile, node, call);
  if (frontend === undefined) {
    const isService = serviceAt(cluster, call.address) !== undefined;
    if (profile.undefinedServicePort === "rejected" && isService)
      return { expect: "reject", ...nothing };
    // What is left of the blocks leads nowhere in the network: a drop, which iptables leaves to routing.
    const isLeft = cluster.serviceCidrs.some((block) => prefixContains(block, call.address));
    return { expect: mode === "nftables" && isLeft ? "drop" : "none", ...nothing };
  }
  const led = lead(cluster, profile, node, frontend, call);
  switch (led.kind) {
    case "rejected":
      return { expect: "reject", ...nothing };
    case "dropped":
      return { expect: "drop", ...nothing };
    case "endpoints": {
      const shown = led.endpoints.map(({ address, port }) => {
        const text = formatAddress(address);
        return `${address.family === "IPv6" ? `[${text}]` : text}:${String(port)}`;
      });
      const isHairpin = led.endpoints.some((e) => sameAddress(e.address, call.source));
      return { expect: { endpoints: shown.sort() }, masquerade: led.masquerade || isHairpin };
    }
  }
}

/**
 * The rule of docs/disagreements.md that explains why `flow` is answered differently; undefined: none does.
 */
function explanation({ id }: Case, flow: Flow): string | undefined {
  const manifests = readFileSync(join(folder, id, "manifests.yaml"), "utf8");
  if (/loadBalancerSourceRanges:/.test(manifests) && manifests.includes(`ip: ${flow.from}\n`)) {
    return "S3.10";
  }
  return undefined;
}

function wanted({ expect: what, masquerade }: Flow) {
  // What the filter accepts without translation goes its usual way.
  if (what === "accept") return { expect: "none", masquerade };
  if (typeof what === "string") return { expect: what, masquerade };
  return { expect: { endpoints: [...(what.endpoints ?? [])].sort() }, masquerade };
}

let checked = 0;
let agreed = 0;
const explained = new Map<string, number>();

// The corpus lies beside the repository on some machines only; NETQED_SHARED names it elsewhere.
describe.skipIf(skipped(cases.length === 0, "there is no corpus kube-proxy"))(
  "packet flows of kube-proxy",
  () => {
    test.each(cases.map((one) => [one.id, one] as const))("%s", (_id, one) => {
      const cluster = clusterOf(one);
      const node = cluster.nodes.find(({ name }) => name === one.observedFromNode);
      if (node === undefined) throw new Error(`no node ${one.observedFromNode}`);
      const wrong: string[] = [];
      for (const flow of one.flows) {
        for (const mode of flow.modes) {
          const found = answered(cluster, node, profileOf(one, mode), flow, mode);
          checked += 1;
          if (JSON.stringify(found) === JSON.stringify(wanted(flow))) {
            agreed += 1;
            continue;
          }
          const rule = explanation(one, flow);
          if (rule !== undefined) explained.set(rule, (explained.get(rule) ?? 0) + 1);
          else
            wrong.push(
              `${mode} ${flow.name}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted(flow))}`,
            );
        }
      }
      expect(wrong).toEqual([]);
    });

    afterAll(() => {
      const others = [...explained].map(([rule, count]) => `${rule}: ${String(count)}`).sort();
      say(`kube-proxy: ${String(agreed)} of ${String(checked)} facts agree; ${others.join(", ")}`);
    });
  },
);

import { describe, expect, test } from "vitest";
import { outcomeOf } from "../../../models/network/connection.ts";
import { run } from "../../../models/network/run.ts";
import type { Cluster } from "../../../models/kubernetes/cluster.ts";
import type { NetworkPolicy } from "../../../models/kubernetes/policy.ts";
import { DEFAULT_PROFILE, type Profile } from "../../../models/kubernetes/profile.ts";
import { type Bound, NO_UNKNOWNS, type Unknowns } from "../../../models/kubernetes/unknowns.ts";
import { present } from "../../../src/base/assert.ts";
import { compile } from "../../../src/compile/compile.ts";
import {
  AGENT,
  API,
  NODE1,
  NODE2,
  WEB,
  block,
  exampleCluster,
  pods,
  policy,
  rule,
  selector,
} from "../../support/example-cluster.ts";
import { SOMEWHERE, address } from "../../support/small-cluster.ts";

interface Asked {
  readonly policies: readonly NetworkPolicy[];
  readonly unknowns?: Partial<Unknowns>;
  readonly profile?: Partial<Profile>;
}

/** The fates under least, assumed and most, and the codes that the traces of least and most met. */
function fates(
  { policies, unknowns, profile }: Asked,
  from: string,
  source: string,
  to: string,
  port = 80,
): { readonly fates: readonly string[]; readonly codes: readonly string[] } {
  const cluster: Cluster = exampleCluster({ policies });
  const all = (["least", "assumed", "most"] as const).map((bound: Bound) => {
    const network = compile(
      cluster,
      { ...DEFAULT_PROFILE, ...profile },
      { ...NO_UNKNOWNS, ...unknowns },
      bound,
    );
    const header = {
      family: "IPv4",
      protocol: "TCP",
      source: address(source).bits,
      sourcePort: 40_000,
      destination: address(to).bits,
      destinationPort: port,
    } as const;
    const [trace] = run(network, { from, header });
    return { network, trace: present(trace, "no trace") };
  });
  const codes = all.flatMap(({ trace }) => trace.hops.map((hop) => hop.because.uncertain));
  return {
    fates: all.map(({ network, trace }) => outcomeOf(network, trace).fate),
    codes: [...new Set(codes.filter((code) => code !== undefined))],
  };
}

const API_PROCESS = "pod:shop/api/main";
const AGENT_PROCESS = "pod:ops/agent/main";
const intoWeb = (...peers: Parameters<typeof rule>[0][]): NetworkPolicy =>
  policy("shop", "web", ["ingress"], { ingress: peers.map((p) => rule(p)) });

const agentToWeb = (asked: Asked): ReturnType<typeof fates> =>
  fates(asked, AGENT_PROCESS, AGENT, WEB);
const apiToWeb = (asked: Asked): ReturnType<typeof fates> => fates(asked, API_PROCESS, API, WEB);
const node2ToWeb = (asked: Asked): ReturnType<typeof fates> =>
  fates(asked, "node:n2/daemon", NODE2, WEB);

describe("labels of namespaces that are not known", () => {
  const namespaceLabels = new Set(["ops"]);
  const byTeam = (team: string): NetworkPolicy => intoWeb([pods(undefined, selector({ team }))]);

  test("leave open whether a selector of such a label selects", () => {
    const open = { policies: [byTeam("ops")], unknowns: { namespaceLabels } };
    expect(agentToWeb(open)).toEqual({
      fates: ["undecided", "delivered", "delivered"],
      codes: ["NQ3001"],
    });
    const other = { policies: [byTeam("red")], unknowns: { namespaceLabels } };
    expect(agentToWeb(other).fates).toEqual(["undecided", "dropped", "delivered"]);
  });

  test("do not matter to a selector of the namespace's name", () => {
    const byName = (name: string): NetworkPolicy =>
      intoWeb([pods(undefined, selector({ "kubernetes.io/metadata.name": name }))]);
    const asked = (name: string) =>
      agentToWeb({ policies: [byName(name)], unknowns: { namespaceLabels } });
    expect(asked("ops").fates).toEqual(["delivered", "delivered", "delivered"]);
    expect(asked("shop").fates).toEqual(["dropped", "dropped", "dropped"]);
  });

  test("do not matter where the name already rules the namespace out", () => {
    const policies = [
      intoWeb([pods(undefined, selector({ "kubernetes.io/metadata.name": "shop", team: "ops" }))]),
    ];
    expect(agentToWeb({ policies, unknowns: { namespaceLabels } }).fates).toEqual([
      "dropped",
      "dropped",
      "dropped",
    ]);
  });

  test("do not matter to other namespaces", () => {
    const policies = [byTeam("ops")];
    expect(apiToWeb({ policies, unknowns: { namespaceLabels } }).fates).toEqual([
      "dropped",
      "dropped",
      "dropped",
    ]);
  });
});

describe("addresses of pods that are assumed", () => {
  const podAddresses = new Set(["shop/api"]);
  const asked = (cidr: string, ...except: readonly string[]): ReturnType<typeof fates> =>
    apiToWeb({ policies: [intoWeb([block(cidr, ...except)])], unknowns: { podAddresses } });

  test("leave open whether a block matches that cuts through the pod CIDR", () => {
    expect(asked("10.244.1.0/24")).toEqual({
      fates: ["undecided", "delivered", "delivered"],
      codes: ["NQ3002"],
    });
    expect(asked("10.244.0.0/24").fates).toEqual(["undecided", "dropped", "delivered"]);
    expect(asked("0.0.0.0/0", "10.244.1.0/24").fates).toEqual([
      "undecided",
      "dropped",
      "delivered",
    ]);
  });

  test("do not matter to a block with all of the pod CIDR, or none of it", () => {
    expect(asked("10.0.0.0/8").fates).toEqual(["delivered", "delivered", "delivered"]);
    expect(asked("0.0.0.0/0", "10.244.0.0/16").fates).toEqual(["dropped", "dropped", "dropped"]);
    expect(asked("192.168.0.0/16").fates).toEqual(["dropped", "dropped", "dropped"]);
  });

  test("do not matter to pods whose address is known", () => {
    const policies = [intoWeb([block("10.244.0.0/24")])];
    expect(agentToWeb({ policies, unknowns: { podAddresses } }).fates).toEqual([
      "delivered",
      "delivered",
      "delivered",
    ]);
  });
});

describe("addresses of nodes that are assumed", () => {
  const nodeAddresses = new Set(["n2"]);
  const asked = (cidr: string, ...except: readonly string[]): ReturnType<typeof fates> =>
    node2ToWeb({ policies: [intoWeb([block(cidr, ...except)])], unknowns: { nodeAddresses } });

  test("leave open whether a block of some outside addresses matches", () => {
    expect(asked("172.18.0.0/16")).toEqual({
      fates: ["undecided", "delivered", "delivered"],
      codes: ["NQ3003"],
    });
    expect(asked("192.168.0.0/16").fates).toEqual(["undecided", "dropped", "delivered"]);
  });

  test("do not matter to a block of all, of none, or without addresses that no node can have", () => {
    expect(asked("0.0.0.0/0").fates).toEqual(["delivered", "delivered", "delivered"]);
    expect(asked("0.0.0.0/0", "169.254.169.254/32").fates).toEqual([
      "delivered",
      "delivered",
      "delivered",
    ]);
    expect(asked("10.244.0.0/16").fates).toEqual(["dropped", "dropped", "dropped"]);
  });
});

describe("nodes of pods that are assumed", () => {
  const isolated = [policy("shop", "web", ["ingress", "egress"])];

  test("leave open whether a node is the pod's own", () => {
    const asked = { policies: isolated, unknowns: { placements: new Set(["shop/web"]) } };
    expect(node2ToWeb(asked)).toEqual({
      fates: ["undecided", "dropped", "delivered"],
      codes: ["NQ3004"],
    });
    expect(fates(asked, "node:n1/daemon", NODE1, WEB).fates).toEqual([
      "undecided",
      "delivered",
      "delivered",
    ]);
    expect(fates(asked, "pod:shop/web/main", WEB, NODE2, 22).fates).toEqual([
      "undecided",
      "dropped",
      "delivered",
    ]);
  });

  test("do not matter where the profile has no exemption, or a rule admits anyway", () => {
    const unknowns = { placements: new Set(["shop/web"]) };
    const policed = {
      policies: isolated,
      unknowns,
      profile: { ownNodeIngress: "policed" } as const,
    };
    expect(node2ToWeb(policed).fates).toEqual(["dropped", "dropped", "dropped"]);
    const admitting = { policies: [intoWeb("any")], unknowns };
    expect(node2ToWeb(admitting).fates).toEqual(["delivered", "delivered", "delivered"]);
  });

  test("of a host-network pod leave open whether its traffic is the own node's", () => {
    const asked = { policies: isolated, unknowns: { placements: new Set(["ops/exporter"]) } };
    const exporter = "pod:ops/exporter/main";
    expect(fates(asked, exporter, NODE1, WEB)).toEqual({
      fates: ["undecided", "delivered", "delivered"],
      codes: ["NQ3004"],
    });
    // The daemon of the pod's node is the daemon of the pod's node, whoever else runs there.
    expect(fates(asked, "node:n1/daemon", NODE1, WEB).fates).toEqual([
      "delivered",
      "delivered",
      "delivered",
    ]);
    const out = (port: number): readonly string[] =>
      fates(asked, "pod:shop/web/main", WEB, NODE1, port).fates;
    expect(out(9100)).toEqual(["undecided", "delivered", "delivered"]);
    expect(out(22)).toEqual(["delivered", "delivered", "delivered"]);
  });

  test("of a host-network pod leave open whether a block with some nodes matches it", () => {
    const asked = {
      policies: [intoWeb([block("172.18.0.3/32")])],
      unknowns: { placements: new Set(["ops/exporter"]) },
      profile: { ownNodeIngress: "policed" } as const,
    };
    expect(fates(asked, "pod:ops/exporter/main", NODE1, WEB).fates).toEqual([
      "undecided",
      "dropped",
      "delivered",
    ]);
  });
});

describe("host-network pods that the profile leaves undecided", () => {
  const profile = { hostNetworkPods: "undecided" } as const;
  const exporter = "pod:ops/exporter/main";

  test("are perhaps isolated by policies that would select them", () => {
    const asked = { policies: [policy("ops", "exporter", ["egress", "ingress"])], profile };
    expect(fates(asked, exporter, NODE1, API)).toEqual({
      fates: ["undecided", "delivered", "delivered"],
      codes: ["NQ3005"],
    });
    expect(fates(asked, API_PROCESS, API, NODE1, 9100).fates).toEqual([
      "undecided",
      "delivered",
      "delivered",
    ]);
    expect(fates(asked, API_PROCESS, API, NODE1, 22).fates).toEqual([
      "delivered",
      "delivered",
      "delivered",
    ]);
  });

  test("are perhaps named by label peers, and perhaps not exempt on their node", () => {
    const byLabel = policy("shop", "api", ["ingress"], {
      ingress: [rule([pods(selector({ app: "exporter" }), selector({ team: "ops" }))])],
    });
    expect(fates({ policies: [byLabel], profile }, exporter, NODE1, API).fates).toEqual([
      "undecided",
      "dropped",
      "delivered",
    ]);
    const isolated = { policies: [policy("shop", "web", ["ingress"])], profile };
    expect(fates(isolated, exporter, NODE1, WEB).fates).toEqual([
      "undecided",
      "delivered",
      "delivered",
    ]);
  });
});

describe("footprints of what is not modelled", () => {
  const footprint = (effect: "any" | "narrow", ...ids: readonly string[]): Partial<Unknowns> => ({
    footprints: [
      {
        code: "NQ2001",
        object: "/AdminNetworkPolicy/all",
        origin: SOMEWHERE,
        pods: new Set(ids),
        effect: { ingress: effect },
      },
    ],
  });
  const denied = [policy("shop", "web", ["ingress"])];

  test("that can admit more or less leave everything open in their direction", () => {
    const unknowns = footprint("any", "shop/web");
    expect(apiToWeb({ policies: [], unknowns })).toEqual({
      fates: ["undecided", "delivered", "delivered"],
      codes: ["NQ2001"],
    });
    expect(apiToWeb({ policies: denied, unknowns }).fates).toEqual([
      "undecided",
      "dropped",
      "delivered",
    ]);
    expect(fates({ policies: [], unknowns }, "pod:shop/web/main", WEB, API).fates).toEqual([
      "delivered",
      "delivered",
      "delivered",
    ]);
  });

  test("that can only narrow leave a denial standing", () => {
    const unknowns = footprint("narrow", "shop/web");
    expect(apiToWeb({ policies: [], unknowns }).fates[2]).toBe("delivered");
    expect(apiToWeb({ policies: denied, unknowns }).fates[2]).toBe("dropped");
  });

  test("reach host-network pods, at the ports that they declare", () => {
    const unknowns = footprint("narrow", "ops/exporter");
    expect(fates({ policies: [], unknowns }, API_PROCESS, API, NODE1, 9100).fates).toEqual([
      "undecided",
      "delivered",
      "delivered",
    ]);
  });
});

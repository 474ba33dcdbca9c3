import { describe, expect, test } from "vitest";
import type { Resource } from "../../../src/manifest/resources.ts";
import {
  blockPeer,
  container,
  deployment,
  namespace,
  networkPolicy,
  policyPort,
  podPeer,
  rule,
  selector,
  service,
} from "../../support/resource-values.ts";
import { build, type Built } from "./helpers.ts";

const web = deployment("shop/web", { ports: ["http:8080"] });
const shop = namespace("shop", "team=a");

/** The codes of the policy lints. */
function lints(resources: readonly Resource[]): readonly string[] {
  return build([shop, web, ...resources]).codes.filter((c) => c.includes("NQ205"));
}

describe("policies", () => {
  test.each([
    { given: { ingress: [rule()] }, isolates: ["ingress"] },
    { given: {}, isolates: ["ingress"] },
    { given: { egress: [] }, isolates: ["ingress"] },
    { given: { egress: [rule()] }, isolates: ["ingress", "egress"] },
    { given: { types: ["Egress" as const] }, isolates: ["egress"] },
    {
      given: { types: ["Egress" as const, "Egress" as const, "Ingress" as const] },
      isolates: ["ingress", "egress"],
    },
  ])("default policyTypes: $given isolates $isolates", ({ given, isolates }) => {
    const [policy] = build([shop, web, networkPolicy("shop/p", selector(), given)]).cluster
      .policies;
    expect(policy?.isolates).toEqual(isolates);
  });

  test("say which line isolates: the type, else the section, else the spec", () => {
    const origins = (
      given: Parameters<typeof networkPolicy>[2],
    ): readonly (string | undefined)[] => {
      const built = build([shop, web, networkPolicy("shop/p", selector(), given)]);
      const at = built.cluster.policies[0]?.isolationOrigin;
      return [at?.ingress.path, at?.egress.path];
    };
    expect(origins({ types: ["Egress"], ingress: [] })).toEqual(["ingress", "type Egress"]);
    expect(origins({ egress: [rule()] })).toEqual(["spec", "egress"]);
  });

  test("write absent peers and ports as any, and default the protocol", () => {
    const given = {
      types: ["Ingress" as const],
      ingress: [
        rule(),
        rule(
          [blockPeer("10.0.0.0/8", "10.1.0.0/16")],
          [policyPort(undefined), policyPort("http", "UDP")],
        ),
      ],
    };
    const [policy] = build([shop, web, networkPolicy("shop/p", selector(), given)]).cluster
      .policies;
    expect(policy?.ingress[0]).toMatchObject({ peers: "any", ports: "any" });
    expect(policy?.ingress[1]?.ports).toMatchObject([
      { protocol: "TCP" },
      { protocol: "UDP", port: "http" },
    ]);
    expect(policy?.ingress[1]?.peers).toMatchObject([
      { kind: "ipBlock", except: [{ length: 16 }] },
    ]);
  });
});

describe("policy lints", () => {
  const policy = (given: Parameters<typeof networkPolicy>[2], app = "web"): Resource =>
    networkPolicy("shop/p", selector(`app=${app}`), given);
  const ingress = (
    ...rules: readonly ReturnType<typeof rule>[]
  ): Parameters<typeof networkPolicy>[2] => ({
    types: ["Ingress"],
    ingress: rules,
  });
  const egress = (
    ...rules: readonly ReturnType<typeof rule>[]
  ): Parameters<typeof networkPolicy>[2] => ({
    types: ["Egress"],
    egress: rules,
  });

  test("say once that there are no pods", () => {
    const policies = ["shop/a", "shop/b"].map((id) =>
      networkPolicy(id, selector("app=x"), ingress(rule([podPeer(selector("app=y"))]))),
    );
    const { diagnostics } = build([shop, ...policies]);
    expect(diagnostics.map((d) => `${d.code}: ${d.message}`)).toEqual([
      "NQ2050: policies must select pods; the input has no pod and no workload: the 2 policies have no effect",
    ]);
  });

  test.each([
    [podPeer(selector("app=x")), "a pod with app=x of namespace shop; the input has no such pod"],
    [
      podPeer(selector("app=x"), selector("kubernetes.io/metadata.name=shop")),
      "a pod with app=x of a namespace with kubernetes.io/metadata.name=shop; the input has no such pod",
    ],
    [
      podPeer(undefined, selector("kubernetes.io/metadata.name=z")),
      "a pod of a namespace with kubernetes.io/metadata.name=z; the input has no such namespace",
    ],
  ])("name what a peer asks for (%#)", (peer, wanted) => {
    const { diagnostics } = build([shop, web, policy(ingress(rule([peer])))]);
    expect(diagnostics.map((d) => d.message)).toEqual([`this peer must select ${wanted}`]);
  });

  test("are silent on a plain policy", () => {
    expect(
      lints([
        policy(
          ingress(rule([podPeer(selector("app=web"))], [policyPort("http"), policyPort(8080)])),
        ),
      ]),
    ).toEqual([]);
  });

  test.each([
    ["a selector without pods", [policy({}, "wbe")], "warning NQ2050"],
    [
      "a peer without pods",
      [policy(ingress(rule([podPeer(selector("app=x"))])))],
      "warning NQ2051",
    ],
    [
      "a peer without namespaces",
      [policy(ingress(rule([podPeer(undefined, selector("kubernetes.io/metadata.name=x"))])))],
      "note NQ2051",
    ],
    [
      "a named port that nobody has",
      [policy(ingress(rule([], [policyPort("https")])))],
      "warning NQ2052",
    ],
    [
      "a named port that the peers lack",
      [policy(egress(rule([podPeer(selector())], [policyPort("http", "UDP")])))],
      "warning NQ2052",
    ],
    [
      "only host-network pods",
      [deployment("shop/host", { hostNetwork: true }), policy({}, "host")],
      "warning NQ2053",
    ],
    [
      "a peer of host-network pods",
      [
        deployment("shop/host", { hostNetwork: true }),
        policy(ingress(rule([podPeer(selector("app=host"))]))),
      ],
      "warning NQ2053",
    ],
    [
      "rules without their type",
      [policy({ types: ["Egress"], ingress: [rule()] })],
      "warning NQ2054",
    ],
    ["egress that isolates ingress", [policy({ egress: [rule()] })], "warning NQ2055"],
    [
      "a suspicious dash",
      [
        policy(
          ingress(rule([podPeer(undefined, selector("team=a")), podPeer(selector("app=web"))])),
        ),
      ],
      "warning NQ2056",
    ],
    ["a block of services", [policy(egress(rule([blockPeer("10.96.0.0/16")])))], "warning NQ2057"],
    [
      "a named port with blocks",
      [policy(egress(rule([blockPeer("192.0.2.0/24")], [policyPort("http")])))],
      "warning NQ2058",
    ],
    [
      "the port of the service",
      [service("shop/web", ["80>http"]), policy(ingress(rule([], [policyPort(80)])))],
      "warning NQ2059",
    ],
  ] as const)("show %s", (_, resources, code) => {
    expect(lints(resources)).toEqual([code]);
  });

  test("say nothing of peers whose namespaces may have more labels", () => {
    const peer = podPeer(undefined, selector("env=prod"));
    const built = build([shop, web, deployment("far/away"), policy(ingress(rule([peer])))]);
    expect(built.codes).toEqual(["warning NQ2002"]);
  });
});

describe("doubts", () => {
  const footprints = (built: Built): readonly string[] =>
    built.unknowns.footprints.map(
      (f) => `${f.code} ${f.object} ${[...f.pods].join(" ")} ${JSON.stringify(f.effect)}`,
    );

  test("cover the pods of a policy that selects by a made-up label", () => {
    const own = networkPolicy("shop/p", selector("pod-template-hash=5d8f"), { types: ["Egress"] });
    const built = build([shop, web, deployment("shop/api"), own]);
    expect(footprints(built)).toEqual([
      'NQ2015 shop/NetworkPolicy/p shop/api-1 shop/web-1 {"egress":"any"}',
    ]);
    expect(built.codes).toEqual(["warning NQ2015"]);
  });

  test("cover the direction of a peer that selects by a made-up label", () => {
    const own = networkPolicy("shop/p", selector("app=web"), {
      types: ["Ingress", "Egress"],
      ingress: [rule([podPeer(selector("pod-template-hash=5d8f"))])],
    });
    expect(footprints(build([shop, web, deployment("shop/api"), own]))).toEqual([
      'NQ2015 shop/NetworkPolicy/p shop/web-1 {"ingress":"any"}',
    ]);
  });

  test("cover a port name that two containers of a pod share", () => {
    const containers = [container("a", ["http:80"]), container("b", ["http:81"])];
    const two = deployment("shop/two", { containers });
    const into = networkPolicy("shop/in", selector(), {
      types: ["Ingress"],
      ingress: [rule([], [policyPort("http")])],
    });
    const outOf = networkPolicy("shop/out", selector("app=web"), {
      types: ["Egress"],
      egress: [rule([], [policyPort("http")])],
    });
    const built = build([shop, web, two, into, outOf]);
    expect(footprints(built)).toEqual([
      'NQ2060 shop/NetworkPolicy/in shop/two-1 {"ingress":"any"}',
      'NQ2060 shop/NetworkPolicy/out shop/web-1 {"egress":"any"}',
    ]);
    expect(built.codes).toEqual(["warning NQ2060"]);
  });
});

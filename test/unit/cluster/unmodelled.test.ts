import { describe, expect, test } from "vitest";
import type { UnmodelledResource } from "../../../src/manifest/resources.ts";
import { readCalicoSelector } from "../../../src/cluster/unmodelled/calico-selector.ts";
import { deployment, namespace, service, unmodelled } from "../../support/resource-values.ts";
import { build } from "./helpers.ts";

const base = [
  namespace("a", "team=a"),
  namespace("b", "team=b"),
  deployment("a/web", { podLabels: ["app=web"] }),
  deployment("a/db", { podLabels: ["app=db"] }),
  deployment("b/web", { podLabels: ["app=web"] }),
  deployment("b/host", { podLabels: ["app=web"], hostNetwork: true }),
];

/** The footprints of one object in a small cluster: code, pods and effect. */
function footprints(resource: UnmodelledResource): readonly string[] {
  return build([...base, resource]).unknowns.footprints.map((f) => {
    const effect = Object.entries(f.effect).map(([direction, how]) => `${direction}:${how}`);
    return `${f.code} ${[...f.pods].join(" ")} ${effect.join(" ")}`;
  });
}

const web = { matchLabels: { app: "web" } };
const ALL = "a/db-1 a/web-1 b/host-1 b/web-1";

describe("footprints", () => {
  const admin = (spec: unknown, kind = "AdminNetworkPolicy"): UnmodelledResource =>
    unmodelled("policy", "policy.networking.k8s.io/v1alpha1", kind, "p", { spec });

  test.each([
    [
      "namespaces",
      { subject: { namespaces: { matchLabels: { team: "a" } } }, ingress: [{}] },
      ["NQ2101 a/db-1 a/web-1 ingress:any"],
    ],
    [
      "pods",
      { subject: { pods: { namespaceSelector: {}, podSelector: web } }, egress: [{}] },
      ["NQ2101 a/web-1 b/web-1 egress:any"],
    ],
    [
      "a subject that cannot be told",
      { subject: { new: {} }, ingress: [{}] },
      ["NQ2101 a/db-1 a/web-1 b/web-1 ingress:any"],
    ],
    ["no rules", { subject: { namespaces: {} }, ingress: [] }, []],
  ])("of admin policies: %s", (_, spec, expected) => {
    expect(footprints(admin(spec))).toEqual(expected);
    expect(footprints(admin(spec, "ClusterNetworkPolicy"))).toEqual(expected);
  });

  const cilium = (
    content: Record<string, unknown>,
    kind = "CiliumNetworkPolicy",
  ): UnmodelledResource =>
    unmodelled(
      "policy",
      "cilium.io/v2",
      kind,
      kind === "CiliumNetworkPolicy" ? "a/p" : "p",
      content,
    );

  test("of Cilium policies: the selector in its namespace, in the directions that it mentions", () => {
    expect(
      footprints(
        cilium({ spec: { endpointSelector: { matchLabels: { "k8s:app": "web" } }, ingress: [] } }),
      ),
    ).toEqual(["NQ2102 a/web-1 ingress:any"]);
    expect(
      footprints(
        cilium({
          specs: [
            { endpointSelector: {}, egressDeny: [{}] },
            { endpointSelector: web, enableDefaultDeny: { ingress: true } },
          ],
        }),
      ),
    ).toEqual(["NQ2102 a/db-1 a/web-1 egress:any", "NQ2102 a/web-1 ingress:any"]);
  });

  test("of Cilium policies: namespaces by label, and labels that only the agent knows", () => {
    const wide = (key: string, value: string): readonly string[] =>
      footprints(
        cilium(
          { spec: { endpointSelector: { matchLabels: { [key]: value } }, ingress: [{}] } },
          "CiliumClusterwideNetworkPolicy",
        ),
      );
    expect(wide("k8s:io.kubernetes.pod.namespace", "b")).toEqual(["NQ2102 b/web-1 ingress:any"]);
    expect(wide("io.cilium.k8s.namespace.labels.team", "a")).toEqual([
      "NQ2102 a/db-1 a/web-1 ingress:any",
    ]);
    expect(wide("io.cilium.k8s.policy.serviceaccount", "x")).toEqual([
      "NQ2102 a/db-1 a/web-1 b/web-1 ingress:any",
    ]);
  });

  test("of Cilium host policies: all pods", () => {
    expect(
      footprints(
        cilium({ spec: { nodeSelector: {}, ingress: [{}] } }, "CiliumClusterwideNetworkPolicy"),
      ),
    ).toEqual([`NQ2102 ${ALL} ingress:any egress:any`]);
  });

  const calico = (spec: unknown, kind = "NetworkPolicy"): UnmodelledResource =>
    unmodelled("policy", "projectcalico.org/v3", kind, kind === "NetworkPolicy" ? "a/p" : "p", {
      spec,
    });

  test("of Calico policies", () => {
    expect(footprints(calico({ selector: "app == 'web'" }))).toEqual([
      "NQ2103 a/web-1 ingress:any",
    ]);
    expect(footprints(calico({ selector: "app == 'web'", egress: [{}] }))).toEqual([
      "NQ2103 a/web-1 egress:any",
    ]);
    expect(footprints(calico({ selector: "app ==", types: ["Ingress", "Egress"] }))).toEqual([
      "NQ2103 a/db-1 a/web-1 ingress:any egress:any",
    ]);
    expect(footprints(calico({ namespaceSelector: "team == 'b'" }, "GlobalNetworkPolicy"))).toEqual(
      ["NQ2103 b/host-1 b/web-1 ingress:any"],
    );
    expect(
      footprints(calico({ serviceAccountSelector: "x == 'y'" }, "GlobalNetworkPolicy")),
    ).toEqual([`NQ2103 ${ALL} ingress:any`]);
    expect(footprints(calico({ applyOnForward: true }, "GlobalNetworkPolicy"))).toEqual([
      `NQ2103 ${ALL} ingress:any egress:any`,
    ]);
  });

  const istio = (id: string, spec: unknown): UnmodelledResource =>
    unmodelled("narrows", "security.istio.io/v1", "AuthorizationPolicy", id, { spec });

  test("of Istio policies only narrow ingress", () => {
    expect(footprints(istio("a/p", { selector: web }))).toEqual(["NQ2104 a/web-1 ingress:narrow"]);
    expect(footprints(istio("a/p", {}))).toEqual(["NQ2104 a/db-1 a/web-1 ingress:narrow"]);
    expect(footprints(istio("istio-system/p", { selector: web }))).toEqual([
      "NQ2104 a/web-1 b/host-1 b/web-1 ingress:narrow",
    ]);
    expect(footprints(istio("a/p", { action: "AUDIT" }))).toEqual([]);
  });

  test("of other kinds are their namespace, or everything", () => {
    const other = (id: string): UnmodelledResource =>
      unmodelled("policy", "crd.antrea.io/v1beta1", "NetworkPolicy", id, {});
    expect(footprints(other("a/p"))).toEqual(["NQ2105 a/db-1 a/web-1 ingress:any egress:any"]);
    expect(footprints(other("p"))).toEqual([`NQ2105 ${ALL} ingress:any egress:any`]);
    const consul = unmodelled("narrows", "consul.hashicorp.com/v1", "ServiceIntentions", "a/p", {});
    expect(footprints(consul)).toEqual([`NQ2104 ${ALL} ingress:narrow`]);
    const groups = unmodelled(
      "narrows",
      "vpcresources.k8s.aws/v1",
      "SecurityGroupPolicy",
      "a/p",
      {},
    );
    expect(footprints(groups)).toEqual(["NQ2105 a/db-1 a/web-1 ingress:narrow egress:narrow"]);
  });

  test("take labels of namespaces that are not known for possible", () => {
    const spec = { subject: { namespaces: { matchLabels: { team: "z" } } }, ingress: [{}] };
    const built = build([...base, deployment("far/away"), admin(spec)]);
    expect(built.unknowns.footprints.map((f) => [...f.pods])).toEqual([["far/away-1"]]);
  });

  test("are named by a diagnostic in any case", () => {
    expect(build([...base, cilium({ spec: { endpointSelector: {} } })]).codes).toEqual([
      "note NQ2017",
      "note NQ2102",
    ]);
    expect(
      build([...base, cilium({ spec: { endpointSelector: {}, ingress: [{}] } })]).codes,
    ).toEqual(["note NQ2017", "warning NQ2102"]);
  });
});

describe("routes", () => {
  test("claim the addresses that they state", () => {
    const gateway = unmodelled("frontend", "gateway.networking.k8s.io/v1", "Gateway", "a/gw", {
      spec: { listeners: [{ port: 8443 }] },
      status: { addresses: [{ value: "203.0.113.7" }] },
    });
    const built = build([...base, gateway]);
    expect(
      built.cluster.frontends.filter((f) => f.code === "NQ2122").map((f) => [f.protocol, f.ports]),
    ).toEqual([
      ["TCP", [[8443, 8443]]],
      ["UDP", [[8443, 8443]]],
    ]);
    expect(built.codes).toEqual(["note NQ2017", "note NQ2122"]);
  });

  test("of a mesh leave the services that they are attached to undecided, and nothing else", () => {
    const route = unmodelled("frontend", "gateway.networking.k8s.io/v1", "HTTPRoute", "a/r", {
      spec: { parentRefs: [{ group: "", kind: "Service", name: "web" }] },
    });
    const services = ["a/web", "a/api"].map((id) => service(id, ["80"], { selector: ["app=web"] }));
    const built = build([...base, ...services, route]);
    expect(built.codes.filter((code) => code.includes("NQ2122"))).toEqual(["warning NQ2122"]);
    const [api, web] = built.cluster.services;
    expect(api?.ports).toHaveLength(1);
    expect(web?.ports).toEqual([]);
    const claims = built.cluster.frontends.filter((f) => f.code === "NQ2122");
    expect(claims.map((f) => [f.protocol, f.ports, f.text])).toEqual([
      ["TCP", [[80, 80]], "port 80 of a/Service/web, which HTTPRoute r may lead elsewhere,"],
    ]);
  });

  test("without addresses are noted", () => {
    const ingress = unmodelled("frontend", "networking.k8s.io/v1", "Ingress", "a/i", {});
    expect(build([...base, ingress]).codes).toEqual(["note NQ2017", "note NQ2122"]);
  });
});

describe("readCalicoSelector", () => {
  const labels: Readonly<Record<string, string>> = { app: "web", tier: "front-end", empty: "" };
  const lookup = (key: string): string | undefined => labels[key];

  test.each([
    ["", "yes"],
    ["all()", "yes"],
    ["global()", "no"],
    ["has(app)", "yes"],
    ["!has(app)", "no"],
    ["!!has(app)", "yes"],
    ["app == 'web'", "yes"],
    ['app=="web"', "yes"],
    ["app != 'web'", "no"],
    ["nope != 'web'", "yes"],
    ["nope == 'web'", "no"],
    ["app in {'web', 'db'}", "yes"],
    ["app not in {'web'}", "no"],
    ["app notin {'db'}", "yes"],
    ["nope not in {'db'}", "yes"],
    ["tier contains 'end'", "yes"],
    ["tier starts with 'front'", "yes"],
    ["tier ends with 'front'", "no"],
    ["app == 'x' && nope == 'y' || has(tier)", "yes"],
    ["app == 'x' && (nope == 'y' || has(tier))", "no"],
    ["projectcalico.org/name == 'x'", "no"],
    ["app ==", "maybe"],
    ["app == 'web' junk", "maybe"],
    ["(app == 'web'", "maybe"],
    ["app in {}", "maybe"],
    [`${"(".repeat(5000)}all()${")".repeat(5000)}`, "maybe"],
  ])("evaluates %s to %s", (text, truth) => {
    expect(readCalicoSelector(text)(lookup)).toBe(truth);
  });
});

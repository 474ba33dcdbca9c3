import { describe, expect, test } from "vitest";
import { readManifests } from "../../../src/manifest/read-manifests.ts";
import type { Resource } from "../../../src/manifest/resources.ts";
import { readFiles, readText } from "../../support/manifest-text.ts";

const namespace = (name: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;
const policy = (name: string, spec = "{podSelector: {}}"): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}\n`;
const names = (resources: readonly Resource[]): readonly string[] =>
  resources.map((r) => `${r.kind}/${r.meta.name}`);

describe("readManifests on lists", () => {
  test("flattens lists, nested ones and typed ones, in order", () => {
    const text = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: NamespaceList
    items:
      - metadata: {name: a}
      - apiVersion: v1
        kind: Namespace
        metadata: {name: b}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
`;
    const { manifests, problems } = readText(text);
    expect(problems).toEqual([]);
    expect(names(manifests.resources)).toEqual(["Namespace/a", "Namespace/b", "ignored/c"]);
    expect(manifests.resources[0]?.meta).toMatchObject({
      apiVersion: "v1",
      kind: "Namespace",
      at: { line: 7, column: 9, path: "items[0].items[0]" },
    });
  });

  test("accepts a list without items", () => {
    expect(readText("apiVersion: v1\nkind: List\n").problems).toEqual([]);
    expect(readText("apiVersion: v1\nkind: PodList\nitems: []\n").problems).toEqual([]);
  });

  test("refuses items that are no objects, and keeps the others", () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n  - a\n  - ${namespace("b").trim().replaceAll("\n", "\n    ")}\n  - {a: 1}\n`;
    const { manifests, problems } = readText(text);
    expect(problems).toEqual(["NQ1020@4:5", "NQ1007@8:5"]);
    expect(names(manifests.resources)).toEqual(["Namespace/b"]);
    expect(readText("apiVersion: v1\nkind: List\nitems: {}\n").problems).toEqual(["NQ1020@3:8"]);
  });

  test("does not take every kind that ends in List for a list", () => {
    const { manifests } = readText(
      "apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\n",
    );
    expect(names(manifests.resources)).toEqual(["ignored/a"]);
  });
});

describe("readManifests on what is no manifest", () => {
  const others = {
    "values.yaml": "replicaCount: 2\n",
    "patch.json": '[{"op": "remove", "path": "/spec"}]',
    "word.yaml": "hello\n",
    "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "patch.yaml": "$patch: delete\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n",
  };

  test("skips and counts it in a folder", () => {
    const { manifests, problems } = readFiles(others);
    expect(problems).toEqual([]);
    expect(manifests.skipped.map((at) => at.file)).toEqual(Object.keys(others));
    expect(manifests.filesRead).toBe(5);
  });

  test("refuses it where the file was named", () => {
    const { manifests, problems } = readFiles(others, true);
    expect(problems).toEqual(Array.from(problems, () => "NQ1007@1:1"));
    expect(problems).toHaveLength(5);
    expect(manifests.skipped).toHaveLength(5);
  });

  test("refuses an empty file where it was named", () => {
    expect(readFiles({ "a.yaml": "" }).problems).toEqual([]);
    expect(readFiles({ "a.yaml": "# nothing\n---\n" }, true).problems).toEqual(["NQ1007@1:1"]);
    expect(readFiles({ "a.yaml": "" }, true).problems).toEqual(["NQ1007@1:1"]);
  });

  test("leaves configuration and intents alone", () => {
    const files = {
      "netqed.yaml": "profile: {}\n",
      "deep/.netqed.yaml": "a: {{ b }}\n",
      "intent.yaml": "version: 1\nproperties: []\n",
      "sets.yaml": "version: 1\ndefine: {}\n",
    };
    const { manifests, problems } = readFiles(files);
    expect([manifests.resources, manifests.skipped, problems]).toEqual([[], [], []]);
    expect(readFiles({ "intent.yaml": files["intent.yaml"] }, true).problems).toEqual([
      "NQ1007@1:1",
    ]);
  });

  test("does not skip what was meant to be a manifest", () => {
    expect(readText("kind: NetworkPolicy\nmetadata: {name: a}\n").problems).toEqual(["NQ1021@1:1"]);
    expect(readText("kind: CiliumNetworkPolicy\nmetadata: {name: a}\n").problems).toEqual([
      "NQ1021@1:1",
    ]);
    expect(readText("apiVersion: apps/v1\nmetadata: {name: a}\nspec: {}\n").problems).toEqual([
      "NQ1021@1:1",
    ]);
    expect(readText("apiVersion: v1\nkindt: PodList\nitems: []\n").problems).toEqual([
      "NQ1021@1:1",
    ]);
    expect(readText("kind: Kustomization\nresources: []\n").problems).toEqual([]);
  });
});

describe("readManifests on versions and kinds", () => {
  const object = (apiVersion: string, kind: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec: {}\n`;
  const kindOf = (apiVersion: string, kind: string): readonly string[] => {
    const { manifests, problems } = readText(object(apiVersion, kind));
    return [
      ...problems,
      ...manifests.resources.map((r) => (r.kind === "unmodelled" ? r.role : r.kind)),
    ];
  };

  test.each([
    ["extensions/v1beta1", "NetworkPolicy"],
    ["extensions/v1beta1", "Deployment"],
    ["extensions/v1beta1", "Ingress"],
    ["networking.k8s.io/v1beta1", "Ingress"],
    ["apps/v1beta2", "StatefulSet"],
    ["batch/v1beta1", "CronJob"],
    ["discovery.k8s.io/v1beta1", "EndpointSlice"],
    ["v1", "Deployment"],
    ["apps/v1", "Pod"],
    ["k8sV1", "NetworkPolicy"],
    ["networking.k8s.io/v1", "NetworkPolcy"],
    ["v1", "Servce"],
  ])("refuses %s %s", (apiVersion, kind) => {
    expect(kindOf(apiVersion, kind)).toEqual(["NQ1010@1:1"]);
  });

  test.each([
    ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "policy"],
    ["policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", "policy"],
    ["policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", "policy"],
    ["cilium.io/v2", "CiliumNetworkPolicy", "policy"],
    ["cilium.io/v2", "CiliumClusterwideNetworkPolicy", "policy"],
    ["projectcalico.org/v3", "NetworkPolicy", "policy"],
    ["crd.projectcalico.org/v1", "GlobalNetworkPolicy", "policy"],
    ["crd.antrea.io/v1beta1", "NetworkPolicy", "policy"],
    ["k8s.ovn.org/v1", "EgressFirewall", "policy"],
    ["network.openshift.io/v1", "EgressNetworkPolicy", "policy"],
    ["security.istio.io/v1", "AuthorizationPolicy", "narrows"],
    ["policy.linkerd.io/v1beta3", "Server", "narrows"],
    ["kuma.io/v1alpha1", "MeshTrafficPermission", "narrows"],
    ["consul.hashicorp.com/v1alpha1", "ServiceIntentions", "narrows"],
    ["gateway.networking.k8s.io/v1", "HTTPRoute", "frontend"],
    ["projectcalico.org/v3", "StagedNetworkPolicy", "ignored"],
    ["cilium.io/v2", "CiliumNode", "ignored"],
    ["gateway.networking.k8s.io/v1", "GatewayClass", "ignored"],
    ["networking.k8s.io/v1", "IPAddress", "ignored"],
    ["v1", "ConfigMap", "ignored"],
    ["serving.knative.dev/v1", "Service", "workload"],
    ["autoscaling/v2", "HorizontalPodAutoscaler", "ignored"],
    ["constructor", "toString", "ignored"],
  ])("takes %s %s for %s", (apiVersion, kind, expected) => {
    expect(kindOf(apiVersion, kind)).toEqual([expected]);
  });

  test("keeps the content of what is not modelled, with positions", () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: cilium.io/v2\n  kind: CiliumNetworkPolicy\n  metadata: {name: a, namespace: b}\n  spec:\n    endpointSelector: {}\n`;
    const [resource] = readText(text).manifests.resources;
    if (resource?.kind !== "unmodelled") throw new Error("expected an unmodelled resource");
    expect(resource.meta.namespace?.value).toBe("b");
    expect(resource.content).toMatchObject({ spec: { endpointSelector: {} } });
    expect(resource.positionOf(["spec", "endpointSelector"])).toEqual({
      file: "input.yaml",
      line: 8,
      column: 23,
      path: "items[0].spec.endpointSelector",
    });
    expect(resource.positionOf(["spec", "ingress", 3])).toMatchObject({
      line: 8,
      path: "items[0].spec",
    });
  });
});

describe("readManifests on duplicates", () => {
  test("warns of identical ones and counts them once", () => {
    const { manifests, problems, messages } = readFiles({
      "a/p.yaml": policy("p"),
      // Other order of keys, and what the server adds, make no difference.
      "b/p.yaml": `kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nspec: {podSelector: {}}\nmetadata: {namespace: shop, name: p, uid: x, generation: 2}\nstatus: {}\n`,
    });
    expect(problems).toEqual(["warning NQ1012@1:1"]);
    expect(messages[0]).toContain("shop/NetworkPolicy.networking.k8s.io/p (a/p.yaml, b/p.yaml)");
    expect(names(manifests.resources)).toEqual(["NetworkPolicy/p"]);
  });

  test("makes one error of all that differ, and names the folders", () => {
    const { diagnostics } = readManifests(
      [
        ["base/a.yaml", policy("a") + "---\n" + policy("b")],
        ["prod/a.yaml", policy("a", "{podSelector: {matchLabels: {x: y1}}}")],
        ["test/b.yaml", policy("b", "{podSelector: {matchLabels: {x: y2}}}")],
      ].map(([name, text]) => ({ name: name ?? "", text: text ?? "", named: false })),
    );
    expect(diagnostics.map((d) => d.code)).toEqual(["NQ1011"]);
    const [only] = diagnostics;
    expect(only?.at).toMatchObject({ file: "prod/a.yaml", line: 1 });
    expect(only?.message).toContain("2 objects are defined more than once, and differently");
    expect(only?.message).toContain("The folders that disagree: base, prod, test");
    expect(only?.hint).toContain("netqed verify base or netqed verify prod");
    expect(only?.related?.map((r) => r.at.file)).toEqual([
      "base/a.yaml",
      "prod/a.yaml",
      "base/a.yaml",
      "test/b.yaml",
    ]);
  });

  describe("compares what is read of them", () => {
    const workload = (change: (text: string) => string): string =>
      change(
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {a: "1"}, labels: {v: "1"}}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: "web:1", ports: [{containerPort: 80}]}]}\n`,
      );
    const both = (from: string, to: string): readonly string[] => {
      const text = `${workload((t) => t)}---\n${workload((t) => t.replace(from, to))}`;
      return readText(text).problems;
    };
    test.each([
      ["an image", "web:1", "web:2"],
      ["an annotation", 'a: "1"', 'a: "2"'],
      ["a label that no selector reads", 'v: "1"', 'v: "2"'],
      [
        "a namespace that is stated",
        "name: web, annotations",
        "name: web, namespace: default, annotations",
      ],
    ])("%s makes no difference", (_, from, to) => {
      expect(both(from, to)).toEqual(["warning NQ1012@11:1"]);
    });
    test.each([
      ["replicas", "replicas: 2", "replicas: 3"],
      ["a port", "containerPort: 80", "containerPort: 81"],
      ["a label of the pods", "labels: {app: web}", "labels: {app: web, v: x}"],
      ["the network of the node", "spec: {containers", "spec: {hostNetwork: true, containers"],
    ])("%s makes a difference", (_, from, to) => {
      expect(both(from, to)).toEqual(["NQ1011@11:1"]);
    });
  });

  test("knows that no namespace is the namespace default", () => {
    const text = (meta: string): string =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a${meta}}\nspec: {}\n`;
    expect(readText(`${text("")}---\n${text(", namespace: default")}`).problems).toEqual([
      "warning NQ1012@6:1",
    ]);
    expect(readText(`${text("")}---\n${text(", namespace: shop")}`).problems).toEqual([]);
  });

  test("tells kinds of one name and several groups apart", () => {
    const calico = policy("a").replace("networking.k8s.io/v1", "projectcalico.org/v3");
    expect(readText(`${policy("a")}---\n${calico}`).problems).toEqual([]);
  });

  test("keeps all variants of what is not modelled, with a warning", () => {
    const cilium = (spec: string): string =>
      policy("a", spec)
        .replace("networking.k8s.io/v1", "cilium.io/v2")
        .replace("NetworkPolicy", "CiliumNetworkPolicy");
    const { manifests, problems } = readText(`${cilium("{}")}---\n${cilium("{egress: []}")}`);
    expect(problems).toEqual(["warning NQ1011@6:1"]);
    expect(names(manifests.resources)).toEqual(["unmodelled/a", "unmodelled/a"]);
  });

  test("does not mind repeated objects that have no say", () => {
    const map = (value: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: ${value}}\n`;
    expect(readText(`${map("a")}---\n${map("b")}`).problems).toEqual([]);
  });
});

describe("readManifests in general", () => {
  test("lets no bad document hide another, and sorts what it says", () => {
    const { manifests, problems } = readFiles({
      "b.yaml": `${namespace("b")}---\n${namespace("B")}---\nx: [\n---\n${namespace("c")}`,
      "a.yaml": `${namespace("A")}---\n${namespace("a")}`,
    });
    expect(problems).toEqual(["NQ1025@3:18", "NQ1025@7:18", "NQ1001@10:1"]);
    expect(names(manifests.resources)).toEqual(["Namespace/b", "Namespace/c", "Namespace/a"]);
  });

  test("warns once in a file of a word that readers disagree on", () => {
    const text = `${policy("a").replace("shop", "y")}---\n${policy("b").replace("shop", "y")}`;
    expect(readText(text).problems).toEqual(["warning NQ1013@3:32"]);
    expect(readText(text.replaceAll(": y}", ': "y"}')).problems).toEqual([]);
  });

  test("remembers which file a template was read from", () => {
    const text = `---\n# Source: shop/templates/ns.yaml\n${namespace("a")}`;
    const { value } = readManifests([{ name: "<stdin>", text, named: true }]);
    expect(value?.shownAs).toEqual(new Map([["shop/templates/ns.yaml", "<stdin>"]]));
    expect(value?.resources[0]?.meta.at).toMatchObject({ file: "shop/templates/ns.yaml", line: 3 });
  });

  test("reads ten megabytes of JSON in a few seconds", { timeout: 60_000 }, () => {
    const item = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a" },
      data: { text: "x".repeat(900) },
    };
    const text = JSON.stringify({
      apiVersion: "v1",
      kind: "List",
      items: Array.from({ length: 10_000 }, () => item),
    });
    const start = performance.now();
    expect(readText(text, "dump.json").manifests.resources).toHaveLength(10_000);
    expect(text.length).toBeGreaterThan(9_000_000);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

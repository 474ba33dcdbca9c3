import { describe, expect, test } from "vitest";
import { onlyResource, readText } from "../../support/manifest-text.ts";

/** A pod whose spec is `spec`, which starts on line 7. */
const pod = (spec: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n${spec}`;
const problems = (text: string): readonly string[] => readText(text).problems;

/** A Deployment with the given selector, labels and other lines of its spec. */
const deployment = (selector: string, labels: string, more = ""): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n${more}  selector: ${selector}\n  template:\n    metadata: {labels: ${labels}}\n    spec: {containers: [{name: web}]}\n`;

describe("decodePod", () => {
  test("reads containers, ports, placement and status", () => {
    const result = onlyResource(
      `${pod(`  nodeName: node-1
  hostNetwork: false
  nodeSelector: {disk: ssd}
  tolerations: [{operator: Exists}]
  initContainers:
    - {name: proxy, restartPolicy: Always, ports: [{containerPort: 15001}]}
  containers:
    - name: web
      ports:
        - {name: http, containerPort: 8080, protocol: TCP, hostPort: 80, hostIP: 10.0.0.1}
`)}status:
  phase: Running
  podIP: 10.244.0.7
  podIPs: [{ip: 10.244.0.7}, {ip: 'fd00::7'}]
  hostIP: 192.168.0.2
  conditions: [{type: Initialized, status: "True"}, {type: Ready, status: "False"}]
`,
      "Pod",
    );
    expect(result.spec).toMatchObject({
      nodeName: { value: "node-1", at: { line: 7, column: 13 } },
      hostNetwork: { value: false },
      constrained: true,
      containers: [
        {
          name: "proxy",
          init: true,
          restartPolicy: "Always",
          ports: [{ containerPort: { value: 15001 } }],
        },
        {
          name: "web",
          init: false,
          ports: [
            {
              name: { value: "http" },
              containerPort: { value: 8080, at: { line: 16, column: 39 } },
              hostPort: { value: 80 },
              hostIP: { value: "10.0.0.1" },
            },
          ],
        },
      ],
    });
    expect(result.status).toMatchObject({
      phase: "Running",
      podIPs: [{ value: { family: "IPv4" } }, { value: { family: "IPv6" } }],
      hostIPs: [{ value: { bits: 0xc0a8_0002n } }],
      ready: false,
    });
  });

  test("takes zero and empty text for absent where the API does", () => {
    const result = onlyResource(
      pod(
        "  nodeName: ''\n  containers: [{name: a, ports: [{name: '', containerPort: 1, hostPort: 0, protocol: ''}]}]\n",
      ),
      "Pod",
    );
    expect(result.spec.nodeName).toBeUndefined();
    expect(Object.keys(result.spec.containers[0]?.ports[0] ?? {})).toEqual(["containerPort"]);
  });

  test("names a pod that only has generateName", () => {
    const text = pod("  containers: [{name: a}]\n").replace("name: web", "generateName: web-");
    const { manifests, problems: found } = readText(`${text}---\n${text}`);
    expect(found).toEqual([]);
    const names = manifests.resources.map((r) => r.meta.name);
    expect(names).toEqual(["web-bbbbb", "web-bbbbc"]);
  });

  test.each<readonly [name: string, spec: string, expected: readonly string[]]>([
    ["a pod without containers", "  nodeName: a\n", ["NQ1021@7:3"]],
    ["an empty list of containers", "  containers: []\n", ["NQ1021@7:15"]],
    ["two containers of one name", "  containers: [{name: a}, {name: a}]\n", ["NQ1031@7:27"]],
    ["an invalid container name", "  containers: [{name: A}]\n", ["NQ1025@7:23"]],
    [
      "a port out of range",
      "  containers: [{name: a, ports: [{containerPort: 70000}]}]\n",
      ["NQ1024@7:50"],
    ],
    ["a port without number", "  containers: [{name: a, ports: [{name: web}]}]\n", ["NQ1021@7:34"]],
    [
      "a quoted port number",
      "  containers: [{name: a, ports: [{containerPort: '80'}]}]\n",
      ["NQ1020@7:50"],
    ],
    [
      "an unknown protocol",
      "  containers: [{name: a, ports: [{containerPort: 80, protocol: HTTP}]}]\n",
      ["NQ1023@7:64"],
    ],
    [
      "a port name that is too long",
      "  containers: [{name: a, ports: [{containerPort: 80, name: a234567890123456}]}]\n",
      ["NQ1027@7:60"],
    ],
    [
      "two ports of one name",
      "  containers: [{name: a, ports: [{containerPort: 80, name: b}, {containerPort: 81, name: b}]}]\n",
      ["NQ1031@7:64"],
    ],
    ["ports that are a map", "  containers: [{name: a, ports: {}}]\n", ["NQ1020@7:33"]],
    [
      "another host port on the host network (S1.9)",
      "  hostNetwork: true\n  containers: [{name: a, ports: [{containerPort: 80, hostPort: 81}]}]\n",
      ["NQ1036@8:64"],
    ],
    [
      "one host port for two containers (S1.6)",
      "  containers: [{name: a, ports: [{containerPort: 80, hostPort: 8}]}, {name: b, ports: [{containerPort: 81, hostPort: 8}]}]\n",
      ["NQ1031@7:3"],
    ],
    [
      "one port of the host for two containers",
      "  hostNetwork: true\n  containers: [{name: a, ports: [{containerPort: 80}]}, {name: b, ports: [{containerPort: 80}]}]\n",
      ["NQ1031@7:3"],
    ],
    [
      "a bad restart policy of an init container",
      "  containers: [{name: a}]\n  initContainers: [{name: b, restartPolicy: Never}]\n",
      ["NQ1023@8:45"],
    ],
    [
      "hostNetwork in quotes",
      "  hostNetwork: 'true'\n  containers: [{name: a}]\n",
      ["NQ1020@7:16"],
    ],
  ])("refuses %s", (_, spec, expected) => {
    expect(problems(pod(spec))).toEqual(expected);
    expect(readText(pod(spec)).manifests.resources).toEqual([]);
  });

  test("allows the host port of a regular container to an init container as well", () => {
    const port = "ports: [{containerPort: 80, hostPort: 8}]";
    const spec = `  initContainers: [{name: a, ${port}}]\n  containers: [{name: b, ${port}}]\n`;
    expect(problems(pod(spec))).toEqual([]);
  });

  test("warns of what the API server would drop or merely dislikes", () => {
    expect(problems(pod("  hostNetworks: true\n  containers: [{name: a}]\n"))).toEqual([
      "warning NQ1022@7:3",
    ]);
    expect(problems(pod("  containers: [{image: a}]\n"))).toEqual(["warning NQ1038@7:16"]);
    const twice = "  containers: [{name: a, ports: [{containerPort: 80}, {containerPort: 80}]}]\n";
    expect(problems(pod(twice))).toEqual(["warning NQ1041@7:55"]);
  });

  test("reads a boolean as kubectl does, with a warning", () => {
    const { manifests, problems: found } = readText(
      pod("  hostNetwork: yes\n  containers: [{name: a}]\n"),
    );
    expect(found).toEqual(["warning NQ1013@7:16"]);
    expect(manifests.resources).toMatchObject([{ spec: { hostNetwork: { value: true } } }]);
  });

  test("reads an octal number as kubectl does, with a warning", () => {
    const { manifests, problems: found } = readText(
      pod("  containers: [{name: a, ports: [{containerPort: 0100}]}]\n"),
    );
    expect(found).toEqual(["warning NQ1013@7:50"]);
    expect(manifests.resources).toMatchObject([
      { spec: { containers: [{ ports: [{ containerPort: { value: 64 } }] }] } },
    ]);
  });

  test("refuses two addresses of one family", () => {
    const text = `${pod("  containers: [{name: a}]\n")}status: {podIPs: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]}\n`;
    expect(problems(text)).toEqual(["NQ1031@8:18"]);
  });
});

describe("decodeWorkload", () => {
  test("reads size and template", () => {
    const result = onlyResource(
      deployment("{matchLabels: {app: web}}", "{app: web, tier: a}", "  replicas: 3\n"),
      "Deployment",
    );
    expect(result).toMatchObject({
      kind: "Deployment",
      replicas: { value: 3, at: { line: 5, column: 13 } },
    });
    expect(result.template.labels.get("tier")).toMatchObject({
      value: "a",
      at: { line: 8, column: 41 },
    });
  });

  test.each<readonly [name: string, text: string, expected: readonly string[]]>([
    [
      "a selector that selects other pods (S2.3)",
      deployment("{matchLabels: {app: web}}", "{app: api}"),
      ["NQ1032@5:13"],
    ],
    ["an empty selector", deployment("{}", "{app: api}"), ["NQ1032@5:13"]],
    ["a missing selector", deployment("", "{app: api}"), ["NQ1021@5:3"]],
    [
      "negative replicas",
      deployment("{matchLabels: {app: web}}", "{app: web}", "  replicas: -1\n"),
      ["NQ1024@5:13"],
    ],
    [
      "replicas in quotes",
      deployment("{matchLabels: {app: web}}", "{app: web}", "  replicas: '1'\n"),
      ["NQ1020@5:13"],
    ],
    [
      "an invalid template label",
      deployment("{matchLabels: {app: web}}", "{app: web, a: b c}"),
      ["NQ1026@7:38"],
    ],
  ])("refuses %s", (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test("finds the template of a CronJob and whether it is suspended", () => {
    const text = `apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "* * * * *"
  suspend: true
  jobTemplate:
    spec:
      parallelism: 2
      template:
        metadata: {labels: {app: tick}}
        spec: {restartPolicy: Never, containers: [{name: tick}]}
`;
    expect(onlyResource(text, "CronJob")).toMatchObject({
      suspended: true,
      replicas: { value: 2 },
      template: { spec: { containers: [{ name: "tick" }] } },
    });
  });

  test("reads a StatefulSet's first ordinal", () => {
    const text = deployment(
      "{matchLabels: {app: web}}",
      "{app: web}",
      "  ordinals: {start: 5}\n",
    ).replace("Deployment", "StatefulSet");
    expect(onlyResource(text, "StatefulSet").firstOrdinal).toBe(5);
  });

  test("lets a ReplicationController take the labels of its template", () => {
    const text = `apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec:
  template:
    metadata: {labels: {app: old}}
    spec: {containers: [{name: old}]}
`;
    expect(onlyResource(text, "ReplicationController").template.labels.size).toBe(1);
    const wrong = text.replace("spec:\n  template", "spec:\n  selector: {app: new}\n  template");
    expect(problems(wrong)).toEqual(["NQ1032@5:13"]);
  });

  test("leaves the selector of a job to the server", () => {
    const text = `apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: once}]}
`;
    expect(onlyResource(text, "Job").template.labels.size).toBe(0);
  });

  test("refuses names that the kind does not allow", () => {
    const named = (name: string, kind: string): readonly string[] =>
      problems(
        deployment("{matchLabels: {app: web}}", "{app: web}")
          .replace("name: web", `name: ${name}`)
          .replace("Deployment", kind),
      );
    expect(named("a.b", "Deployment")).toEqual([]);
    expect(named("a.b", "StatefulSet")).toEqual(["NQ1025@3:18"]);
    expect(named("a_b", "Deployment")).toEqual(["NQ1025@3:18"]);
    expect(named("'{{ .Release.Name }}'", "Deployment")).toEqual(["NQ1004@3:18"]);
  });
});

/**
 * Laws of reading manifests: what a text means does not depend on the language it is written in, and no
 * input makes the reader throw or point outside the text.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { readManifests } from "../../src/manifest/read-manifests.ts";
import { scaled } from "../support/law-settings.ts";
import { withoutPositions } from "../support/manifest-text.ts";

/** Values that sit at the edge of some rule. */
const oddLeaf = fc.constantFrom<unknown>(
  null,
  "",
  "a",
  "web",
  "Web",
  "80",
  0,
  1,
  80,
  65_535,
  65_536,
  -1,
  1.5,
  true,
  false,
  [],
  {},
  [null],
  "yes",
  "0777",
  "None",
  "10.0.0.0/8",
  "10.0.0.1",
  "::/0",
  "TCP",
  "tcp",
  "{{ x }}",
  "${X}",
  "In",
  "Exists",
  "IPv4",
  "Ingress",
  1e21,
);
const labels = fc.dictionary(
  fc.constantFrom("app", "tier", "a/b"),
  fc.constantFrom("web", "api", ""),
  { maxKeys: 2 },
);
const selector = fc.record(
  {
    matchLabels: labels,
    matchExpressions: fc.array(
      fc.record(
        {
          key: fc.constantFrom("app", "tier"),
          operator: fc.constantFrom("In", "NotIn", "Exists"),
          values: fc.array(fc.constantFrom("a", "b"), { maxLength: 2 }),
        },
        { requiredKeys: ["key", "operator"] },
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);
const port = fc.record(
  {
    protocol: fc.constantFrom("TCP", "UDP"),
    port: fc.constantFrom<unknown>(80, "http", 443),
    endPort: fc.constantFrom(80, 500),
  },
  { requiredKeys: [] },
);
const peer = fc.oneof(
  fc.record({ podSelector: selector, namespaceSelector: selector }, { requiredKeys: [] }),
  fc.record({
    ipBlock: fc.record(
      { cidr: fc.constantFrom("10.0.0.0/8", "10.1.2.3/8"), except: fc.constant(["10.1.0.0/16"]) },
      { requiredKeys: ["cidr"] },
    ),
  }),
);
const rule = (peers: string) =>
  fc.record(
    { [peers]: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) },
    { requiredKeys: [] },
  );
const metadata = fc.record(
  { name: fc.constantFrom("a", "b", "web"), namespace: fc.constantFrom("shop", "default"), labels },
  { requiredKeys: ["name"] },
);
const podSpec = fc.record(
  {
    hostNetwork: fc.boolean(),
    containers: fc.array(
      fc.record(
        {
          name: fc.constantFrom("a", "b"),
          ports: fc.array(
            fc.record(
              { containerPort: fc.constantFrom(80, 443), name: fc.constantFrom("http", "x") },
              { requiredKeys: ["containerPort"] },
            ),
            { maxLength: 2 },
          ),
        },
        { requiredKeys: ["name"] },
      ),
      { minLength: 1, maxLength: 2 },
    ),
  },
  { requiredKeys: ["containers"] },
);
const object: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({
    apiVersion: fc.constant("networking.k8s.io/v1"),
    kind: fc.constant("NetworkPolicy"),
    metadata,
    spec: fc.record(
      {
        podSelector: selector,
        policyTypes: fc.subarray(["Ingress", "Egress"]),
        ingress: fc.array(rule("from"), { maxLength: 2 }),
        egress: fc.array(rule("to"), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({ apiVersion: fc.constant("v1"), kind: fc.constant("Pod"), metadata, spec: podSpec }),
  fc.record({
    apiVersion: fc.constant("apps/v1"),
    kind: fc.constantFrom("Deployment", "StatefulSet"),
    metadata,
    spec: fc.record({
      selector,
      template: fc.record({ metadata: fc.record({ labels }), spec: podSpec }),
    }),
  }),
  fc.record({
    apiVersion: fc.constant("v1"),
    kind: fc.constant("Service"),
    metadata,
    spec: fc.record(
      {
        selector: labels,
        clusterIP: fc.constantFrom("None", "10.96.0.1"),
        type: fc.constantFrom("ClusterIP", "NodePort", "ExternalName"),
        ports: fc.array(
          fc.record(
            {
              port: fc.constantFrom(80, 443),
              targetPort: fc.constantFrom<unknown>(8080, "http"),
              name: fc.constantFrom("a", "b"),
              nodePort: fc.constant(30_080),
            },
            { requiredKeys: ["port"] },
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant("cilium.io/v2"),
    kind: fc.constant("CiliumNetworkPolicy"),
    metadata,
    spec: oddLeaf,
  }),
);

/** `root` with the value at one place, chosen by `pick`, replaced by `leaf`. */
function mutated(root: unknown, pick: number, leaf: unknown): unknown {
  const places: (readonly [holder: Record<string, unknown>, key: string])[] = [];
  const copy = structuredClone(root);
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const holder = value as Record<string, unknown>;
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      walk(holder[key]);
    }
  };
  walk(copy);
  const place = places[pick % Math.max(1, places.length)];
  if (place !== undefined) place[0][place[1]] = leaf;
  return copy;
}

/** Objects, some of them damaged in one place. */
const damaged = fc
  .tuple(object, fc.nat(200), oddLeaf, fc.boolean())
  .map(([whole, pick, leaf, hurt]) => (hurt ? mutated(whole, pick, leaf) : whole));

const read = (name: string, text: string) => readManifests([{ name, text, named: false }]);

describe("reading manifests", () => {
  test("YAML and JSON of the same data give the same resources and diagnostics", () => {
    let sound = 0;
    fc.assert(
      fc.property(fc.array(damaged, { minLength: 1, maxLength: 3 }), (items) => {
        const data = { apiVersion: "v1", kind: "List", items };
        const json = read("a.json", JSON.stringify(data));
        const yaml = read(
          "a.json",
          stringify(data, { compat: "yaml-1.1", aliasDuplicateObjects: false }),
        );
        expect(withoutPositions(yaml.value)).toEqual(withoutPositions(json.value));
        const said = ({ diagnostics }: typeof json): readonly string[] =>
          diagnostics.map((d) => `${d.code} ${d.message}`).sort();
        expect(said(yaml)).toEqual(said(json));
        sound += json.diagnostics.some((d) => d.severity === "error") ? 0 : 1;
      }),
      { numRuns: scaled(300) },
    );
    // A law about refused inputs only would say little.
    expect(sound).toBeGreaterThan(scaled(300) / 20);
  });

  test("every position lies in the text, whatever is wrong with the data", () => {
    fc.assert(
      fc.property(damaged, fc.boolean(), (data, asJson) => {
        const text = asJson ? JSON.stringify(data, null, 1) : stringify(data);
        const { value, diagnostics } = read("a.yaml", text);
        const lines = text.split("\n");
        const places = [
          ...diagnostics.flatMap((d) => [d.at, ...(d.related ?? []).map((r) => r.at)]),
          ...positionsIn(value?.resources),
        ];
        for (const { line, column } of places) {
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 1);
        }
      }),
      { numRuns: scaled(300) },
    );
  });

  test("a resource that is refused has an error, and only then", () => {
    fc.assert(
      fc.property(damaged, (data) => {
        const { value, diagnostics } = read("a.json", JSON.stringify(data));
        const errors = diagnostics.filter((d) => d.severity === "error");
        const kept = (value?.resources.length ?? 0) + (value?.skipped.length ?? 0);
        expect(kept > 0 ? errors : "refused").toEqual(kept > 0 ? [] : "refused");
        if (kept === 0) expect(errors.length).toBeGreaterThan(0);
      }),
      { numRuns: scaled(300) },
    );
  });

  test("what an object means does not depend on what stands beside it", () => {
    fc.assert(
      fc.property(damaged, damaged, (a, b) => {
        const alone = read("a.json", JSON.stringify(a)).diagnostics.map((d) => d.message);
        const both = read("a.json", `${JSON.stringify(a)}\n${JSON.stringify(b)}`).diagnostics.map(
          (d) => d.message,
        );
        for (const message of alone) expect(both).toContain(message);
      }),
    );
  });
});

/** Every origin that `value` holds. */
function positionsIn(
  value: unknown,
): readonly { readonly line: number; readonly column: number }[] {
  if (value instanceof Map) return [...value.values()].flatMap(positionsIn);
  if (Array.isArray(value)) return value.flatMap(positionsIn);
  if (typeof value !== "object" || value === null) return [];
  const { line, column } = value as { readonly line?: unknown; readonly column?: unknown };
  if (typeof line === "number" && typeof column === "number") return [{ line, column }];
  return Object.values(value).flatMap(positionsIn);
}

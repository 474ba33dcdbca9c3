import { describe, expect, test } from "vitest";
import type { IntentFile } from "../../../src/intent/ast.ts";
import { duplicateIds } from "../../../src/intent/intent-reader.ts";
import { readIntentFile } from "../../../src/intent/intent-file.ts";
import { looksLikeIntents } from "../../../src/intent/looks-like-intents.ts";

/** The problems of `text`, as `line:column code message (hint)`. */
function problems(text: string): readonly string[] {
  return readIntentFile("intent.yaml", text).diagnostics.map(
    (d) =>
      `${String(d.at.line)}:${String(d.at.column)} ${d.code} ${d.message}${d.hint === undefined ? "" : ` (${d.hint})`}`,
  );
}

/** The intents of `text`, which must be free of problems. */
function clean(text: string): IntentFile {
  const { value, diagnostics } = readIntentFile("intent.yaml", text);
  expect(diagnostics).toEqual([]);
  if (value === undefined) throw new Error("no value");
  return value;
}

const property = (claim: string): string => `version: 1
properties:
  - id: p
    ${claim}
`;

describe("readIntentFile", () => {
  test("reads claims with their definitions, ports and positions", () => {
    const { properties } = clean(`version: 1
define:
  web: shop/web
  api: { namespace: shop, labels: { app: api } }
properties:
  - id: web-to-api
    why: Checkout breaks without it.
    owner: "@shop"
    tags: [pci]
    severity: warn
    allow: { from: web, to: { any: api }, ports: [tcp/8080, udp/53] }
  - id: db-private
    only: { into: shop/StatefulSet/db, flows: [{ from: api, ports: 5432 }] }
  - id: no-metadata
    allowEmpty: true
    deny: { from: cluster, to: 169.254.169.254, except: [{ from: web }] }
`);
    expect(properties.map((p) => [p.id, p.claim.kind, p.severity, p.at.line, p.at.column])).toEqual(
      [
        ["web-to-api", "allow", "warn", 6, 9],
        ["db-private", "only", "error", 12, 9],
        ["no-metadata", "deny", "error", 14, 9],
      ],
    );
    const [allow, only, deny] = properties;
    expect(allow).toMatchObject({
      why: "Checkout breaks without it.",
      owner: "@shop",
      tags: ["pci"],
      allowEmpty: false,
      claim: {
        from: { quantifier: "all", endpoint: { text: "web", expression: { name: "web" } } },
        to: { quantifier: "any", endpoint: { text: "api", expression: { kind: "intersection" } } },
        ports: [
          { protocol: "TCP", ports: [[8080, 8080]] },
          { protocol: "UDP", ports: [[53, 53]] },
        ],
      },
    });
    expect(only).toMatchObject({
      claim: {
        direction: "into",
        target: { expression: { workloadKind: "StatefulSet", name: "db" } },
        flows: [{ from: { text: "api" }, ports: [{ ports: [[5432, 5432]] }] }],
      },
    });
    expect(deny).toMatchObject({
      allowEmpty: true,
      claim: { ports: "any", except: [{ from: { text: "web" } }] },
    });
  });

  test("reads lists as or, maps as and, and not beside other keys as taking away", () => {
    const { properties } = clean(
      property(
        "deny: { from: [shop/web, { labels: 'env in (a, b)' }], to: { cidr: 10.0.0.0/8, not: 10.1.0.0/16 } }",
      ),
    );
    expect(properties[0]?.claim).toMatchObject({
      from: {
        text: "shop/web or labels env in (a, b)",
        expression: { kind: "union", members: [{ text: "shop/web" }, {}] },
      },
      to: {
        text: "10.0.0.0/8 and not 10.1.0.0/16",
        expression: { kind: "difference", from: { text: "10.0.0.0/8" }, without: {} },
      },
    });
  });

  test.each([
    ["isolate: [a/b, c/d]", "4:5 NQ4012 isolate is not supported yet"],
    ["via: { from: a/b, to: c/d, through: e/f }", "4:5 NQ4012 via is not supported yet"],
    ['noNew: { from: "*", to: a/b }', "4:5 NQ4012 noNew is not supported yet"],
  ])("refuses the planned claim %s", (claim, expected) => {
    expect(problems(property(claim))).toEqual([expected]);
  });

  test.each(["world: open", "expect: fail", "waive: { reason: x }", "forEach: { as: t }"])(
    "refuses the planned modifier %s and drops the property",
    (modifier) => {
      const text = property(`deny: { from: a/b, to: c/d }\n    ${modifier}`);
      const key = modifier.split(":")[0] ?? "";
      expect(problems(text)).toEqual([`5:5 NQ4012 ${key} is not supported yet`]);
      expect(readIntentFile("intent.yaml", text).value?.properties).toEqual([]);
    },
  );

  test("refuses planned endpoints, variables, icmp and invariants", () => {
    const text = `version: 1
invariants: { no-dead-rule: warn }
properties:
  - id: p
    deny: { from: apiserver, to: { namespace: $t }, ports: icmp }
`;
    expect(problems(text)).toEqual([
      "2:1 NQ4012 invariants is not supported yet",
      "5:19 NQ4012 the endpoint apiserver is not supported yet",
      "5:47 NQ4012 the variable $t is not supported yet",
      "5:60 NQ4012 icmp is not supported yet",
    ]);
  });

  test.each([
    [
      "deni: { from: a/b, to: c/d }",
      [
        "4:5 NQ4011 unknown key deni: expected id, why, owner, tags, severity, allowEmpty, allow, deny, only (did you mean deny?)",
      ],
    ],
    ["why: x", ["3:5 NQ4013 the property claims nothing: expected one of allow, deny, only"]],
    [
      "allow: { from: a/b, to: c/d }\n    deny: { from: a/b, to: c/d }",
      ["5:5 NQ4013 the property makes several claims: expected one, found allow and deny"],
    ],
    ["deny: { from: a/b }", ["4:11 NQ4010 to is missing: expected an endpoint"]],
    [
      "deny: { from: a/b, to: c/d, port: 80 }",
      ["4:33 NQ4011 unknown key port: expected from, to, ports, except (did you mean ports?)"],
    ],
    ["only: { flows: [] }", ["4:5 NQ4010 only needs exactly one of into and outOf, found neither"]],
    [
      "only: { into: a/b, flows: [{ to: c/d }] }",
      [
        "4:34 NQ4010 the to of a flow into the target is the target itself: expected from and ports",
        "4:32 NQ4010 the flow has no from: expected who may call",
      ],
    ],
    [
      "severity: warning\n    deny: { from: a/b, to: c/d }",
      ['4:15 NQ4010 severity: expected error or warn, found the text "warning"'],
    ],
    ["deny: { from: a/b, to: c/d, ports: 0 }", ["4:40 NQ4023 0 is no port: expected 1 to 65535"]],
    [
      "deny: { from: a/b, to: c/d, ports: [] }",
      [
        "4:40 NQ4023 the list of ports is empty, so it selects nothing: expected at least one port (leave `ports` out for every port)",
      ],
    ],
    [
      "deny: { from: [], to: c/d }",
      ["4:19 NQ4020 the list is empty, so it selects nothing: expected at least one endpoint"],
    ],
    [
      "deny: { from: {}, to: c/d }",
      [
        "4:19 NQ4020 the map is empty: expected at least one of namespace, labels, namespaceLabels, cidr, not (write * for every workload)",
      ],
    ],
    [
      "deny: { from: 5, to: c/d }",
      [
        "4:19 NQ4020 expected an endpoint such as shop/web, { namespace: shop } or a list of them, found the number 5",
      ],
    ],
    [
      "deny: { from: { any: a/b }, to: c/d }",
      [
        "4:21 NQ4011 `any` says that one of several suffices: expected it alone, as a side of `allow` such as to: { any: dns }",
      ],
    ],
    [
      "deny: { from: { label: { a: b } }, to: c/d }",
      [
        "4:21 NQ4011 an endpoint has no key label: expected namespace, labels, namespaceLabels, cidr, not (did you mean labels?)",
      ],
    ],
    [
      "deny: { from: { labels: { a: 1 } }, to: c/d }",
      [
        '4:34 NQ4020 expected a label\'s value, or a list of values any of which suffices, found the number 1 (labels are text: write "1")',
      ],
    ],
    [
      'deny: { from: "svc:a/b", to: c/d }',
      [
        "4:19 NQ4032 svc:a/b opens no connections: expected a workload, node or address as the source (name the workload behind it, such as a/b)",
      ],
    ],
    [
      "deny: { from: 10.0.0.1/8, to: c/d }",
      ["4:19 NQ4024 10.0.0.1/8 has bits set beyond its length; they are ignored"],
    ],
    [
      "deny: { from: a/b, to: c/d, except: [{}] }",
      ["4:42 NQ4010 the flow is empty: expected from, to or ports"],
    ],
    [
      "deny: { from: { cidr: shop/web }, to: c/d }",
      ['4:27 NQ4020 expected an address or CIDR block, found the text "shop/web"'],
    ],
  ])("says what is wrong with %s", (claim, expected) => {
    expect(problems(property(claim))).toEqual(expected);
  });

  test("reports every property's problems, and keeps the good ones", () => {
    const text = `version: 2
properties:
  - id: a
    deny: { from: x/y }
  - id: b
    deny: { from: x/y, to: x/z }
  - 5
`;
    expect(problems(text)).toEqual([
      "1:10 NQ4010 version: expected 1, found the number 2",
      "4:11 NQ4010 to is missing: expected an endpoint",
      "7:5 NQ4010 properties[2]: expected a map, found the number 5",
    ]);
    expect(readIntentFile("i", text).value?.properties.map((p) => p.id)).toEqual(["b"]);
  });

  test("refuses two properties with one id, of whichever file", () => {
    const { properties } = clean(property("deny: { from: x/y, to: x/z }"));
    const found = duplicateIds([...properties, ...properties]);
    expect(found.map((d) => [d.code, d.message])).toEqual([
      ["NQ4014", "the id p is taken: expected a different one"],
    ]);
    expect(duplicateIds(properties)).toEqual([]);
  });

  test("finds circles, wrong names and unused definitions once", () => {
    const text = `version: 1
define:
  a: b
  b: [c, shop/web]
  c: a
  internet: shop/web
  bad name: shop/web
  spare: shop/api
  wrong: shop
properties:
  - { id: p, deny: { from: a, to: b } }
  - { id: q, deny: { from: c, to: wrong } }
`;
    expect(problems(text)).toEqual([
      "6:3 NQ4020 internet already means an endpoint: expected another name",
      '7:3 NQ4020 "bad name" cannot be the name of a definition: expected letters, digits, - and _, beginning with a letter',
      expect.stringMatching(/^9:10 NQ4020 shop is no endpoint/) as unknown as string,
      "5:6 NQ4021 a needs itself: a → b → c → a",
      "6:3 NQ4022 nothing uses the definition internet",
      "7:3 NQ4022 nothing uses the definition bad name",
      "8:3 NQ4022 nothing uses the definition spare",
    ]);
  });

  test("reads definitions that double each other in no time", () => {
    const doubling = Array.from(
      { length: 60 },
      (_, i) => `  d${String(i + 1)}: [d${String(i)}, d${String(i)}]`,
    );
    const text = `version: 1\ndefine:\n  d0: shop/web\n${doubling.join("\n")}\nproperties:\n  - { id: p, deny: { from: d60, to: x/y } }\n`;
    expect(clean(text).properties).toHaveLength(1);
  });

  test.each([
    ["", "1:1 NQ4010 the file is empty"],
    [
      "version: 1\nproperties: []\n---\nversion: 1\nproperties: []\n",
      "4:1 NQ4010 the file holds several documents: expected one",
    ],
    ["- a\n", "1:1 NQ4010 the file: expected a map, found a list"],
    ["version: 1\n", "1:1 NQ4010 properties is missing: expected a list"],
  ])("refuses %j", (text, expected) => {
    expect(problems(text)).toContain(expected);
  });

  test("keys such as __proto__ are data", () => {
    expect(problems(property("__proto__: { allow: 1 }"))).toEqual([
      expect.stringContaining("NQ40") as unknown as string,
    ]);
  });
});

describe("looksLikeIntents", () => {
  test("tells intents from manifests and other files", () => {
    expect(looksLikeIntents("version: 1\nproperties:\n  - id: a\n")).toBe(true);
    expect(looksLikeIntents("apiVersion: v1\nkind: X\nversion: 1\nproperties: []\n")).toBe(false);
    expect(looksLikeIntents("version: 3\nservices: {}\n")).toBe(false);
  });
});

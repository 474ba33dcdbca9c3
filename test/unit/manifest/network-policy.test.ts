import { describe, expect, test } from "vitest";
import { onlyResource, readText } from "../../support/manifest-text.ts";

/** A policy whose spec is `spec`, which starts on line 7. */
const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: web\n  namespace: shop\nspec:\n${spec}`;
const problems = (spec: string): readonly string[] => readText(policy(spec)).problems;
const decoded = (spec: string) => onlyResource(policy(spec), "NetworkPolicy");

describe("decodeNetworkPolicy", () => {
  test("keeps what is written, with the line and column of every leaf", () => {
    const result = decoded(`  podSelector:
    matchLabels: {app: db}
    matchExpressions:
      - {key: tier, operator: NotIn, values: [edge]}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
          namespaceSelector:
            matchLabels: {team: a}
        - ipBlock:
            cidr: 10.0.0.0/8
            except: [10.1.0.0/16]
      ports:
        - port: 5432
          endPort: 5440
        - protocol: UDP
          port: dns
`);
    expect(result.meta).toMatchObject({
      name: "web",
      namespace: { value: "shop", at: { line: 5, column: 14, path: "metadata.namespace" } },
      at: { line: 1, column: 1 },
    });
    expect(result.podSelector).toEqual({
      matchLabels: new Map([["app", "db"]]),
      matchExpressions: [{ key: "tier", operator: "NotIn", values: ["edge"] }],
    });
    expect(result.policyTypes).toMatchObject([{ value: "Ingress", at: { line: 11, column: 17 } }]);
    expect(result.egress).toBeUndefined();
    const [rule] = result.ingress?.rules ?? [];
    expect(rule?.at).toMatchObject({ line: 13, column: 7, path: "spec.ingress[0]" });
    expect(rule?.peers).toMatchObject([
      {
        kind: "pods",
        podSelector: { matchExpressions: [] },
        namespaceSelector: { matchLabels: new Map([["team", "a"]]) },
        at: { line: 14, column: 11, path: "spec.ingress[0].from[0]" },
      },
      {
        kind: "ipBlock",
        cidr: { value: { family: "IPv4", length: 8 }, at: { line: 18, column: 19 } },
        except: [{ value: { length: 16 }, at: { line: 19, column: 22 } }],
      },
    ]);
    expect(rule?.ports).toMatchObject([
      { port: { value: 5432 }, endPort: { value: 5440, at: { line: 22, column: 20 } } },
      { protocol: { value: "UDP", at: { line: 23 } }, port: { value: "dns" } },
    ]);
    expect(rule?.ports[0]).not.toHaveProperty("protocol");
  });

  test("tells an absent section from an empty one", () => {
    expect(decoded("  podSelector: {}\n").ingress).toBeUndefined();
    expect(decoded("  podSelector: {}\n  ingress:\n").ingress).toBeUndefined();
    expect(decoded("  podSelector: {}\n  ingress: []\n").ingress?.rules).toEqual([]);
    expect(decoded("  podSelector: {}\n  ingress: [{}]\n").ingress?.rules).toMatchObject([
      { peers: [], ports: [] },
    ]);
  });

  test("takes null for absent, and a null rule for one that admits everything", () => {
    expect(decoded("  podSelector:\n  policyTypes:\n").podSelector.matchLabels.size).toBe(0);
    expect(decoded("  ingress: [null]\n").ingress?.rules).toMatchObject([{ peers: [], ports: [] }]);
    expect(decoded("  ingress: [{from: null, ports: [null]}]\n").ingress?.rules).toMatchObject([
      { peers: [], ports: [{}] },
    ]);
    expect(decoded("  podSelector: {matchLabels: {app: }}\n").podSelector.matchLabels).toEqual(
      new Map([["app", ""]]),
    );
  });

  test("accepts what the API server accepts", () => {
    expect(problems("  policyTypes: [Egress, Egress]\n")).toEqual([]);
    expect(problems("  ingress: [{ports: [{port: 80, endPort: 80}, {protocol: SCTP}]}]\n")).toEqual(
      [],
    );
    expect(
      problems("  ingress: [{from: [{ipBlock: {cidr: '::/0', except: ['fe80::/10']}}]}]\n"),
    ).toEqual([]);
    expect(problems("  ingress: [{from: [{podSelector: {}}]}]\n")).toEqual([]);
    expect(problems("  podSelector: {matchLabels: {app.kubernetes.io/name: A_b.c-D}}\n")).toEqual(
      [],
    );
    expect(problems("  ingress: [{ports: [{port: 80.0}]}]\n")).toEqual([]);
  });

  test("does not read the status", () => {
    expect(problems("  podSelector: {}\nstatus: {anything: [1]}\n")).toEqual([]);
  });

  test("warns of a policy without a spec, which isolates everything", () => {
    const text = policy("").replace("spec:\n", "");
    expect(readText(text).problems).toEqual(["warning NQ1039@1:1"]);
    expect(readText(text).manifests.resources).toHaveLength(1);
  });

  test.each<readonly [name: string, spec: string, expected: readonly string[]]>([
    ["an unknown field of the spec", "  podSelecter: {}\n", ["NQ1022@7:3"]],
    ["a field of the other direction", "  ingress: [{to: []}]\n", ["NQ1022@7:14"]],
    ["an unknown field of a peer", "  ingress: [{from: [{podSelectors: {}}]}]\n", ["NQ1022@7:22"]],
    ["an unknown field of a port", "  ingress: [{ports: [{ports: 1}]}]\n", ["NQ1022@7:23"]],
    [
      "an unknown field of a block",
      "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, x: 1}}]}]\n",
      ["NQ1022@7:50"],
    ],
    ["an unknown field of a selector", "  podSelector: {matchLabel: {}}\n", ["NQ1022@7:17"]],
    [
      "an unknown field of an expression",
      "  podSelector: {matchExpressions: [{key: a, operator: Exists, value: b}]}\n",
      ["NQ1022@7:63"],
    ],
    ["an unknown protocol (S6.50)", "  ingress: [{ports: [{protocol: tcp}]}]\n", ["NQ1023@7:33"]],
    ["an empty protocol", "  ingress: [{ports: [{protocol: ''}]}]\n", ["NQ1023@7:33"]],
    ["port 0 (S6.51)", "  ingress: [{ports: [{port: 0}]}]\n", ["NQ1024@7:29"]],
    ["port 65536", "  ingress: [{ports: [{port: 65536}]}]\n", ["NQ1024@7:29"]],
    ["endPort 65536", "  ingress: [{ports: [{port: 1, endPort: 65536}]}]\n", ["NQ1024@7:41"]],
    ["endPort without port (S6.52)", "  ingress: [{ports: [{endPort: 80}]}]\n", ["NQ1030@7:32"]],
    ["endPort after a name", "  ingress: [{ports: [{port: web, endPort: 80}]}]\n", ["NQ1030@7:43"]],
    ["endPort below port", "  ingress: [{ports: [{port: 80, endPort: 79}]}]\n", ["NQ1024@7:42"]],
    [
      "a port name without letters (S6.53)",
      "  ingress: [{ports: [{port: '80'}]}]\n",
      ["NQ1027@7:29"],
    ],
    [
      "a port name that is too long",
      "  ingress: [{ports: [{port: a234567890123456}]}]\n",
      ["NQ1027@7:29"],
    ],
    [
      "a port name with two dashes in a row",
      "  ingress: [{ports: [{port: a--b}]}]\n",
      ["NQ1027@7:29"],
    ],
    ["a fractional port", "  ingress: [{ports: [{port: 80.5}]}]\n", ["NQ1020@7:29"]],
    ["a port that is a boolean", "  ingress: [{ports: [{port: true}]}]\n", ["NQ1020@7:29"]],
    ["an empty peer (S6.54)", "  egress: [{to: [{}]}]\n", ["NQ1034@7:18"]],
    ["a null peer", "  egress: [{to: [null]}]\n", ["NQ1034@7:18"]],
    [
      "a block beside a selector (S6.55)",
      "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, namespaceSelector: {}}]}]\n",
      ["NQ1030@7:31"],
    ],
    ["an empty cidr (S6.56)", "  ingress: [{from: [{ipBlock: {cidr: ''}}]}]\n", ["NQ1028@7:38"]],
    [
      "an address for a cidr",
      "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}]}]\n",
      ["NQ1028@7:38"],
    ],
    [
      "an exception equal to its block",
      "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]}]\n",
      ["NQ1033@7:59"],
    ],
    [
      "an exception outside its block",
      "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}}]}]\n",
      ["NQ1033@7:59"],
    ],
    [
      "an exception of the other family",
      "  ingress: [{from: [{ipBlock: {cidr: '::/0', except: [11.0.0.0/9]}}]}]\n",
      ["NQ1033@7:55"],
    ],
    ["three policy types (S6.57)", "  policyTypes: [Ingress, Egress, Ingress]\n", ["NQ1024@7:16"]],
    ["an unknown policy type", "  policyTypes: [ingress]\n", ["NQ1023@7:17"]],
    [
      "In without values (S6.58)",
      "  podSelector: {matchExpressions: [{key: a, operator: In, values: []}]}\n",
      ["NQ1035@7:67"],
    ],
    [
      "Exists with values",
      "  podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}\n",
      ["NQ1035@7:71"],
    ],
    [
      "an unknown operator",
      "  podSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}\n",
      ["NQ1023@7:55"],
    ],
    [
      "an expression without a key",
      "  podSelector: {matchExpressions: [{operator: Exists}]}\n",
      ["NQ1021@7:36"],
    ],
    ["an invalid label key", "  podSelector: {matchLabels: {a b: c}}\n", ["NQ1026@7:31"]],
    ["an invalid label value", "  podSelector: {matchLabels: {a: -c}}\n", ["NQ1026@7:34"]],
    ["a number for a label value", "  podSelector: {matchLabels: {a: 6}}\n", ["NQ1020@7:34"]],
    ["a map for a list", "  ingress: {from: []}\n", ["NQ1020@7:12"]],
    ["a list for a map", "  podSelector: [a]\n", ["NQ1020@7:16"]],
    ["text for a list", "  policyTypes: Ingress\n", ["NQ1020@7:16"]],
  ])("refuses %s", (_, spec, expected) => {
    expect(problems(spec)).toEqual(expected);
    expect(readText(policy(spec)).manifests.resources).toEqual([]);
  });

  test.each<readonly [name: string, cidr: string]>([
    ["host bits", "10.1.2.3/8"],
    ["leading zeros", "010.0.0.0/8"],
    ["an IPv4-mapped block", "::ffff:10.0.0.0/104"],
  ])("warns of %s and takes the masked network (S6.59)", (_, cidr) => {
    const { problems: found, manifests } = readText(
      policy(`  ingress: [{from: [{ipBlock: {cidr: '${cidr}'}}]}]\n`),
    );
    expect(found).toEqual(["warning NQ1029@7:38"]);
    expect(manifests.resources).toMatchObject([
      {
        ingress: {
          rules: [
            { peers: [{ cidr: { value: { family: "IPv4", bits: 10n << 24n, length: 8 } } }] },
          ],
        },
      },
    ]);
  });

  test("proposes the field that was meant", () => {
    const { manifests, messages } = readText(policy("  podselector: {}\n  ingres: []\n"));
    expect(manifests.resources).toEqual([]);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toContain("expected one of podSelector, policyTypes, ingress, egress");
  });

  test("only warns outside the spec", () => {
    expect(readText(policy("  podSelector: {}\nspecs: []\n")).problems).toEqual([
      "warning NQ1022@8:1",
    ]);
  });
});

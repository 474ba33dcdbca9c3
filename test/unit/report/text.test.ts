import { describe, expect, test } from "vitest";
import { codeLines } from "../../../src/report/explain-text.ts";
import { diagnosticLines } from "../../../src/report/diagnostics-text.ts";
import { endpointNames, graphLines } from "../../../src/report/graph-text.ts";
import { type Line, render } from "../../../src/report/line.ts";
import { reachLines } from "../../../src/report/reach-text.ts";
import { plural } from "../../../src/report/run-context.ts";
import { verifyLines } from "../../../src/report/verify-text.ts";
import { ANSWER, CONTEXT, FINDINGS, GRAPH } from "./samples.ts";

const plain = (lines: readonly Line[]): string => render(lines, false);
const SHOW = { all: false, quiet: false };

describe("verifyLines", () => {
  test("shows refutations with packet, trace and blame, and a line for each property", () => {
    expect(`\n${plain(verifyLines(FINDINGS, CONTEXT, SHOW))}`).toMatchInlineSnapshot(`
      "
      read 12 objects from 2 files: 1 namespace, 3 workloads, 2 policies (1 kind ignored: ConfigMap 5; 1 document without apiVersion and kind skipped; 2 files left out)

      warning[NQ4407] b.yaml:1:1: a link was not followed
      note[NQ9000] a.yaml:2:3: remarked
        do something

      undecided: no-black-hole
       = what is sent is never lost without a reason
       = NQ9000: the solver ran out of time
         --> k8s/db.yaml:1:1

      error[NQ4001]: db-private is refuted: shop/web can reach shop/db on tcp/5432
       --> intent.yaml:3:5
        |
      3 |   - id: db-private # for PCI
        |     ^^^^^^^^^^^^^^ only shop/api may open shop/db
       = packet: pod:shop/web/main sends tcp 10.244.0.7:49152 -> 10.96.0.9:80
       = ingress: allowed, shop/NetworkPolicy/db admits every pod of every namespace
       --> policy.yaml:7:11
        |
      4 |     - from:
      5 |         - podSelector:
      6 |             matchLabels: { app: api }
      7 |         - namespaceSelector: {}
        |           ^^^^^^^^^^^^^^^^^^^^^
       = egress: allowed, no policy selects shop/web
       = trace:
           pod:shop/web/main  send     tcp 10.244.0.7:49152 -> 10.96.0.9:80
           node:n1            dnat     destination 10.96.0.9:80 => 10.244.0.9:5432  shop/Service/db leads to shop/db (k8s/db.yaml:3:5)
           node:n1            egress   pass                                         no policy selects shop/web for egress
           node:n1            fib      forward node:n1>pod:shop/db                  shop/db runs here
           pod:shop/db        fib      deliver pod:shop/db/main                     main declares tcp/5432
           pod:shop/db/main   receive  tcp 10.244.0.7:49152 -> 10.244.0.9:5432
       = 12 other pairs break it in the same way (show all: --all)

      warning[NQ4001]: two is refuted: ground fact
       --> elsewhere.yaml:1:1
        = a warning

      proved    unique-addresses  computed, 1 fact
      undecided no-black-hole     what is sent is never lost without a reason
      refuted   db-private        only shop/api may open shop/db
      refuted   two               a warning
      left out  connections to nodePort 30080 of shop/Service/web (1 property)
      profile   podCIDRs 10.20.0.0/16 (read at node.yaml:3:5); netqed config lists all
      assumed   two nodes

      4 properties: 1 proved, 2 refuted, 1 undecided
      "
    `);
  });

  test("quiet leaves out what is proved and assumed", () => {
    const text = plain(verifyLines(FINDINGS, CONTEXT, { all: false, quiet: true }));
    expect(text).not.toContain("unique-addresses");
    expect(text).not.toContain("two nodes");
    expect(text).toContain("4 properties: 1 proved, 2 refuted, 1 undecided");
  });

  test("all shows every counterexample", () => {
    const text = plain(verifyLines(FINDINGS, CONTEXT, { all: true, quiet: false }));
    expect(text).toContain("also: shop/cart can reach shop/db on tcp/5432");
    expect(text).toContain("11 other pairs break it in the same way");
  });
});

describe("reachLines", () => {
  test("gives the answer, who decides, and every outcome with its trace", () => {
    expect(`\n${plain(reachLines(ANSWER, CONTEXT, SHOW))}`).toMatchInlineSnapshot(`
      "
      DEPENDS   shop/Deployment/web -> svc:shop/db:80 tcp/80
        ingress denied    none of 1 rules matches
                          policy.yaml:3:3
        name    db.shop.svc.cluster.local.  no address
                db.svc.cluster.local.       is db.data.svc.cluster.local.
                db.data.svc.cluster.local.  10.96.0.9
        dns     asks kube-system/Service/kube-dns (assumed): DEPENDS, over TCP NO
       = NQ9000: placement is assumed

      outcome 1: delivered to shop/Pod/db at 10.244.0.9:5432, from 10.244.0.7, reply delivered, no declared listener
        pod:shop/web/main  send     tcp 10.244.0.7:49152 -> 10.96.0.9:80
        node:n1            dnat     destination 10.96.0.9:80 => 10.244.0.9:5432  shop/Service/db leads to shop/db (k8s/db.yaml:3:5)
        node:n1            egress   pass                                         no policy selects shop/web for egress
        node:n1            fib      forward node:n1>pod:shop/db                  shop/db runs here
        pod:shop/db        fib      deliver pod:shop/db/main                     main declares tcp/5432
        pod:shop/db/main   receive  tcp 10.244.0.7:49152 -> 10.244.0.9:5432

      outcome 2: dropped at [fd00::9]:5432
        pod:shop/web/main  send     tcp 10.244.0.7:49152 -> 10.96.0.9:80
        node:n1            dnat     destination 10.96.0.9:80 => 10.244.0.9:5432  shop/Service/db leads to shop/db (k8s/db.yaml:3:5)
        node:n1            ingress  discard: filtered                            no rule matches (policy.yaml:3:3)
        node:n1            end      tcp 10.244.0.7:49152 -> 10.244.0.9:5432 is discarded

      closest yes: shop/api -> svc:shop/db:80 tcp/80

      warning[NQ4407] b.yaml:1:1: a link was not followed
      note[NQ9000] a.yaml:2:3: remarked
        do something

      profile   podCIDRs 10.20.0.0/16 (read at node.yaml:3:5); netqed config lists all
      assumed   two nodes
      assumed   The cluster's DNS is not given.
      assumed   The name leads outside.
      "
    `);
  });

  test("quiet is the answer alone", () => {
    const text = plain(reachLines(ANSWER, CONTEXT, { all: false, quiet: true }));
    expect(text).toBe("DEPENDS   shop/Deployment/web -> svc:shop/db:80 tcp/80\n");
  });
});

describe("graphLines", () => {
  test("is an arrow for each pair", () => {
    expect(`\n${plain(graphLines(GRAPH, CONTEXT, SHOW))}`).toMatchInlineSnapshot(`
      "
      read 12 objects from 2 files: 1 namespace, 3 workloads, 2 policies (1 kind ignored: ConfigMap 5; 1 document without apiVersion and kind skipped; 2 files left out)

      warning[NQ4407] b.yaml:1:1: a link was not followed
      note[NQ9000] a.yaml:2:3: remarked
        do something

      shop/web#1 => shop/Pod/api : tcp/80,8000-8999, udp/53 (IPv4)
      external => shop/StatefulSet/api : sctp/any

      undecided shop/Pod/api => external : tcp/1-2 (NQ9000)

      profile   podCIDRs 10.20.0.0/16 (read at node.yaml:3:5); netqed config lists all
      assumed   two nodes
      "
    `);
  });

  test("says so when there is nothing", () => {
    const empty = { endpoints: [], connections: [], undecided: [] };
    expect(plain(graphLines(empty, CONTEXT, SHOW))).toContain("nothing can reach anything else");
  });

  test("names are short where they are unique", () => {
    expect([...endpointNames(GRAPH.endpoints).values()]).toEqual([
      "shop/web#1",
      "shop/web#2",
      "shop/Pod/api",
      "shop/StatefulSet/api",
      "external",
    ]);
  });
});

describe("diagnosticLines", () => {
  const many = Array.from({ length: 8 }, (_, i) => ({
    code: "NQ4407" as const,
    severity: "warning" as const,
    message: `link ${String(i)}`,
    at: { file: "a", line: i + 1, column: 1, path: "" },
  }));

  test("shows five warnings of a code and counts the rest", () => {
    const text = plain(diagnosticLines(many, new Map(), false));
    expect(text).toContain("link 4\n");
    expect(text).not.toContain("link 5");
    expect(text).toContain("… and 3 more NQ4407 (show all: --all)");
    expect(plain(diagnosticLines(many, new Map(), true))).toContain("link 7");
  });

  test("does not depend on the order of discovery", () => {
    expect(plain(diagnosticLines(many.toReversed(), new Map(), true))).toBe(
      plain(diagnosticLines(many, new Map(), true)),
    );
  });

  test("a hostile message stays on its line", () => {
    const [first] = many;
    if (first === undefined) throw new Error("none");
    const hostile = { ...first, message: "x\n\u001b[31merror[NQ0000]: fake" };
    expect(plain(diagnosticLines([hostile], new Map(), false)).split("\n")).toHaveLength(3);
  });
});

describe("codeLines", () => {
  test("wraps the explanation", () => {
    const text = plain(codeLines("NQ1", { title: "t", explanation: "word ".repeat(40).trim() }));
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe("plural", () => {
  test.each([
    [1, "file", "1 file"],
    [2, "policy", "2 policies"],
    [0, "day", "0 days"],
    [3, "property", "3 properties"],
  ])("%i %s is %s", (count, noun, text) => {
    expect(plural(count, noun)).toBe(text);
  });
});

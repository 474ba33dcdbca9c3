/**
 * A solver that gives no answer never lets the whole tool say "proved": the property is undecided, says why,
 * and the exit code is 3; nothing hangs.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openSolver } from "../../src/smt/solver.ts";
import { demandBuild, runShell } from "../support/run-netqed.ts";
import { BROKEN, SLOW, answering } from "../support/solver-trouble.ts";
import { runFake } from "../unit/cli/fake-io.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const SHOP = join(import.meta.dirname, "..", "..", "examples", "shop");
const VERIFY = ["verify", "--intent", "intent.yaml"];

describe("verify with a solver that gives no answer", () => {
  test.each([
    ["a time-out", SLOW, "NQ5001"],
    ["a failure", answering({ kind: "unknown", why: "failure", reason: "incomplete" }), "NQ5002"],
    ["a broken worker", BROKEN, "NQ5002"],
  ])("%s: every proof that needs it is undecided, exit 3", async (_, connect, code) => {
    const real = { openSolver: () => openSolver({ connect }) };
    const ran = await runFake(SHOP, VERIFY, { real });
    expect(ran.code).toBe(3);
    expect(ran.out).toContain(`= ${code}: `);
    expect(ran.out).toMatch(/^undecided +policy-enforced-exactly /m);
    // What took no proof stands; no line says "proved" with one.
    expect(ran.out).not.toMatch(/^proved.* [1-9]\d* proofs?$/m);
    expect(ran.out).toMatch(/^\d+ properties: \d+ proved, 0 refuted, [1-9]\d* undecided$/m);
  });

  test("a refutation stands beside what is undecided, exit 1", async () => {
    const folder = join(SHOP, "..", "..", "test", "golden", "port-collision");
    const real = { openSolver: () => openSolver({ connect: SLOW }) };
    expect((await runFake(folder, ["verify"], { real })).code).toBe(1);
  });
});

describe("the whole process", { timeout: 60_000 }, () => {
  beforeAll(demandBuild);

  test("a time-out of the solver itself is told, exit 3", () => {
    const folder = temporaryFolder("slow");
    writeFileSync(join(folder, "a.yaml"), manyRanges(250));
    const ran = runShell(folder, "netqed verify --timeout 1");
    expect(ran.out).toContain("= NQ5001: the solver did not finish in time");
    expect(ran.out).toMatch(/^undecided +policy-enforced-exactly /m);
    expect(ran.code).toBe(3);
    expect(runShell(folder, "netqed verify").code).toBe(0);
  });
});

/** A pod whose policy names `count` port ranges, so that one question takes more than a millisecond. */
function manyRanges(count: number): string {
  const pod = (name: string): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec:
  containers: [{ name: main, image: x, ports: [{ containerPort: 80 }] }]
---
`;
  const ports = Array.from({ length: count }, (_, i) => {
    const low = 100 + i * 50;
    return `        - { protocol: ${i % 2 === 0 ? "TCP" : "UDP"}, port: ${String(low)}, endPort: ${String(low + 7)} }\n`;
  });
  return `${pod("db")}${pod("web")}apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports:
${ports.join("")}`;
}

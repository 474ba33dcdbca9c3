/**
 * `netqed replay` and `verify --replay`, as a process: where no laboratory can be opened they say so.
 */
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { isUnable } from "../support/lab.ts";
import { demandBuild, runNetqed } from "../support/run-netqed.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));

beforeAll(demandBuild);

describe.skipIf(isUnable)("in the kernel", () => {
  test("replay says that the kernel agrees, and what it did", () => {
    const cluster = ["-f", "walkthroughs/cluster.yaml"];
    const ran = runNetqed(EXAMPLES, ["replay", "shop/web", "shop/db", ...cluster]);
    expect(ran.out).toBe(
      "the kernel agrees: shop/web (10.244.1.10) to 10.244.2.10 tcp/5432: delivered to shop/db, seen source 10.244.1.10, reply returned\n",
    );
    expect(ran.code).toBe(0);
    const json = runNetqed(EXAMPLES, ["replay", "shop/web", "shop/db", ...cluster, "-o", "json"]);
    expect(JSON.parse(json.out)).toMatchObject({ replay: { packets: [{ agrees: true }] } });
  });

  test("verify sends every counterexample", () => {
    const ran = runNetqed(
      EXAMPLES,
      ["verify", "shop-mistake", "--replay"].concat(["--intent", "shop/intent.yaml"]),
    );
    expect(ran.out).toContain("the kernel agrees: ");
    expect(ran.out).not.toContain("the kernel differs");
  });
});

test("what cannot be replayed is said, and is no agreement", () => {
  const policed = ["replay", "k1/p1", "239.1.1.1", "80", "-f", "k1"];
  const ran = runNetqed(EXAMPLES, policed);
  expect(ran.out).toContain("not replayed: an address means something else to a kernel\n");
  expect(ran.code).toBe(3);
});

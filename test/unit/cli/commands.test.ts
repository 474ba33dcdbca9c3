import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/check/types.ts";
import { FINDINGS, GRAPH } from "../report/samples.ts";
import { folderOf, podManifest, runFake } from "./fake-io.ts";

const FILES = {
  "k8s/web.yaml": podManifest("shop/web"),
  "k8s/db.yaml": podManifest("shop/db"),
  "intent.yaml": `version: 1
properties:
  - { id: one, deny: { from: shop/web, to: shop/db } }
`,
};

const of = (
  kind: "proved" | "refuted" | "undecided",
  severity: Finding["severity"] = "error",
): Finding => {
  const found = FINDINGS.find(({ outcome }) => outcome.kind === kind);
  if (found === undefined) throw new Error(kind);
  return { ...found, severity };
};

describe("exit codes", () => {
  test.each([
    [[of("proved")], [], 0],
    [[], [], 0],
    [[of("proved"), of("refuted")], [], 1],
    [[of("proved"), of("undecided")], [], 3],
    [[of("undecided"), of("refuted")], [], 1],
    [[of("refuted", "warning")], [], 0],
    [[of("refuted", "warning")], ["--fail-on", "warn"], 1],
    [[of("undecided", "warning")], [], 3],
  ])("verify, case %#", async (findings, argv, code) => {
    const ran = await runFake(folderOf(FILES), ["verify", "k8s", ...argv], { findings });
    expect(ran.code).toBe(code);
  });

  test.each([
    ["yes", 0],
    ["no", 1],
    ["depends", 3],
    ["undecided", 3],
  ] as const)("reach, %s", async (answer, code) => {
    const argv = ["reach", "shop/web", "shop/db", "80", "-f", "k8s"];
    expect((await runFake(folderOf(FILES), argv, { answer })).code).toBe(code);
  });

  test("graph: 3 when a pair is undecided", async () => {
    expect((await runFake(folderOf(FILES), ["graph", "k8s"])).code).toBe(0);
    expect((await runFake(folderOf(FILES), ["graph", "k8s"], { graph: GRAPH })).code).toBe(3);
  });

  test("a fault is 70, is told, and asks for a report", async () => {
    const ran = await runFake(folderOf(FILES), ["verify", "k8s"], { fails: true });
    expect(ran.code).toBe(70);
    expect(ran.err).toContain("error[NQ9000]: unexpected a fault");
    expect(ran.err).toContain("please report it");
  });
});

describe("usage", () => {
  test.each([
    [["verfy"], "unknown command 'verfy'"],
    [["verify", "--intnt", "x"], "Did you mean --intent?"],
    [["diff", "a", "b"], "unknown command"],
    [["verify", "-o", "sarif"], "there is no output format sarif: expected text or json"],
    [["verify", "-o", "text", "-o", "json"], "two reports cannot both go to standard output"],
    [["verify", "-o", "json="], "has no name"],
    [["verify", "--fail-on", "x"], "Allowed choices are error, warn"],
    [["verify", "--timeout", "0"], "at least 1"],
    [["reach", "shop/web"], "missing required argument 'to'"],
    [["reach", "shop/web", "a", "b", "c"], "too many arguments"],
    [["reach", "web", "shop/db", "80"], "web is no endpoint"],
    [["reach", "shop/web", "shop/db", "0"], "0 is no port"],
    [["reach", "shop/web", "shop/db", "any"], "one port"],
    [["reach", "shop/web", "shop/db", "1-2"], "one port"],
    [["reach", "shop/web", "shop/db", "udp/53", "--protocol", "tcp"], "--protocol says TCP"],
    [["reach", "shop/web", "shop/db", "53", "--protocol", "icmp"], "there is no protocol icmp"],
    [["explain", "NQ4002x"], "there is no code or property NQ4002x"],
    [["explain", "no-black-hol"], "did you mean no-black-hole?"],
  ])("%j is 2 and says why", async (argv, message) => {
    const ran = await runFake(folderOf(FILES), argv);
    expect(ran.code).toBe(2);
    expect(ran.out).toBe("");
    expect(ran.err).toContain(message);
  });

  test("help and version are 0 and go to standard output", async () => {
    const help = await runFake(folderOf(FILES), ["--help"]);
    expect([help.code, help.err]).toEqual([0, ""]);
    expect(help.out).toContain("Exit codes: 0 all proved");
    const version = await runFake(folderOf(FILES), ["--version"]);
    expect([version.code, version.out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+/)]);
    const reach = await runFake(folderOf(FILES), ["help", "reach"]);
    expect(reach.out).toContain("--protocol");
  });
});

describe("verify", () => {
  test("checks the intents that are named, and notes those that are not", async () => {
    const cwd = folderOf(FILES);
    const named = await runFake(cwd, ["verify", "--intent", "./intent.yaml"]);
    expect(named.asked).toEqual(["2 pods", "one"]);
    expect(named.out).not.toContain("NQ4406");
    const unnamed = await runFake(cwd, ["verify"]);
    expect(unnamed.asked).toEqual(["2 pods"]);
    expect(unnamed.out).toContain(
      "note[NQ4406] intent.yaml:1:1: intent.yaml looks like an intent file",
    );
  });

  test("refuses to check anything with intents that cannot be read as they are", async () => {
    for (const text of [
      "version: 1\nproperties: [{ id: x, isolate: [] }]\n",
      FILES["intent.yaml"].replace("shop/db", "shop/dbx"),
    ]) {
      const cwd = folderOf({ ...FILES, "intent.yaml": text });
      const ran = await runFake(cwd, ["verify", "--intent", "intent.yaml"]);
      expect([ran.code, ran.asked, ran.out]).toEqual([2, [], ""]);
      expect(ran.err).toMatch(/error\[NQ40(12|30)\]/);
      expect(ran.err).toMatch(/--> intent\.yaml:\d+:\d+\n +\|\n\d \|/);
    }
  });

  test("ids are unique across files", async () => {
    const cwd = folderOf({ ...FILES, "more.yaml": FILES["intent.yaml"] });
    const ran = await runFake(cwd, ["verify", "--intent", "intent.yaml", "--intent", "more.yaml"]);
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining("NQ4014")]);
  });

  test("lists what its words mean", async () => {
    const cwd = folderOf({
      ...FILES,
      "intent.yaml": `version: 1\nproperties: [{ id: one, deny: { from: internet, to: "*" } }]\n`,
    });
    const ran = await runFake(cwd, ["verify", "--intent", "intent.yaml"]);
    expect(ran.out).toContain("assumed   *, cluster and not range over the 2 workloads read");
    expect(ran.out).toContain("assumed   internet is every address outside");
  });
});

describe("reach", () => {
  test.each([
    [["shop/web", "shop/db", "80"], "shop/Pod/web -> shop/Pod/db TCP 80"],
    [["shop/web", "shop/db"], "shop/Pod/web -> shop/Pod/db TCP 80"],
    [["shop/web", "shop/db", "http"], "shop/Pod/web -> shop/Pod/db TCP 80"],
    [["shop/web", "shop/db", "udp/53"], "shop/Pod/web -> shop/Pod/db UDP 53"],
    [["shop/web", "shop/db", "53", "--protocol", "udp"], "shop/Pod/web -> shop/Pod/db UDP 53"],
    [["internet", "shop/db", "443"], "internet -> shop/Pod/db TCP 443"],
    [["shop/web", "192.0.2.1", "443"], "shop/Pod/web -> 192.0.2.1 TCP 443"],
  ])("%j asks %s", async (argv, question) => {
    const ran = await runFake(folderOf(FILES), ["reach", ...argv, "-f", "k8s"]);
    expect(ran.asked).toEqual([question]);
  });

  test.each([
    [["shop/wep", "shop/db", "80"], "did you mean shop/web?"],
    [["shop/web", "192.0.2.1"], "declares no port"],
    [["shop/web", "shop/db", "grpc"], "has no port tcp/grpc"],
    [["svc:shop/web", "shop/db", "80"], "svc:shop/web selects nothing"],
  ])("%j is refused: %s", async (argv, message) => {
    const ran = await runFake(folderOf(FILES), ["reach", ...argv, "-f", "k8s"]);
    expect([ran.code, ran.asked]).toEqual([2, []]);
    expect(ran.err).toContain(message);
  });

  test("people read what they typed, programs the full names", async () => {
    const argv = ["reach", "shop/web", "shop/db", "-f", "k8s"];
    expect((await runFake(folderOf(FILES), argv)).out).toContain("YES       shop/web -> shop/db");
    const json = JSON.parse(
      (await runFake(folderOf(FILES), [...argv, "-o", "json"])).out,
    ) as object;
    expect(json).toMatchObject({ from: "shop/Pod/web", to: "shop/Pod/db" });
  });
});

describe("outputs", () => {
  test("several in one run, into files", async () => {
    const cwd = folderOf(FILES);
    const ran = await runFake(cwd, ["verify", "k8s", "-o", "text", "-o", "json=out.json"]);
    expect(ran.out).toContain("1 property: 1 proved");
    expect(JSON.parse(readFileSync(join(cwd, "out.json"), "utf8"))).toMatchObject({
      schemaVersion: 1,
    });
  });

  test("a file that cannot be written is 2, whatever was proved", async () => {
    const ran = await runFake(folderOf(FILES), ["verify", "k8s", "-o", "json=no/such/out.json"]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(
      "error[NQ4408]: the report cannot be written to no/such/out.json: it does not exist",
    );
  });

  test("a full disk is 2, a reader that goes away is not", async () => {
    const full = await runFake(folderOf(FILES), ["verify", "k8s"], {
      written: { kind: "failed", reason: "no space is left on the device" },
    });
    expect([full.code, full.err]).toEqual([2, expect.stringContaining("no space is left")]);
    const closed = await runFake(folderOf(FILES), ["verify", "k8s"], {
      written: { kind: "closed" },
    });
    expect([closed.code, closed.err]).toEqual([0, ""]);
  });

  test("a refusal is told in JSON too, and on standard error", async () => {
    const cwd = folderOf({ "a.yaml": "kind: [" });
    const ran = await runFake(cwd, ["graph", "-o", "json"]);
    expect(ran.code).toBe(2);
    expect(JSON.parse(ran.out)).toMatchObject({
      schemaVersion: 1,
      refused: true,
      diagnostics: [{ file: "a.yaml" }],
    });
    expect(ran.err).toContain("--> a.yaml");
    expect(existsSync(join(cwd, "json"))).toBe(false);
  });

  test.each([
    [{}, [], false, false],
    [{}, [], true, true],
    [{ NO_COLOR: "1" }, [], true, false],
    [{ NO_COLOR: "" }, [], true, true],
    [{ FORCE_COLOR: "1" }, [], false, true],
    [{ FORCE_COLOR: "0" }, [], true, false],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, [], true, false],
    [{ NO_COLOR: "1" }, ["--color"], false, true],
    [{ FORCE_COLOR: "1" }, ["--no-color"], true, false],
    [{ TERM: "dumb" }, [], true, false],
    [{ CI: "true" }, [], false, false],
  ])("colour with %j %j on a terminal %s: %s", async (env, argv, tty, coloured) => {
    const ran = await runFake(folderOf(FILES), ["verify", "k8s", ...argv], { env, tty });
    expect(ran.out.includes("\u001b[")).toBe(coloured);
  });

  test("hostile names and labels are shown, not obeyed", async () => {
    const cwd = folderOf({
      "evil\u001b[2J.yaml": podManifest("shop/web", '{ "app": "a\\u001b[31m\\nb" }'),
    });
    const ran = await runFake(cwd, ["verify"]);
    expect(ran.out + ran.err).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test("the same input gives the same bytes", async () => {
    const cwd = folderOf(FILES);
    const argv = ["verify", "k8s", "-o", "json"];
    expect((await runFake(cwd, argv, { findings: FINDINGS })).out).toBe(
      (await runFake(cwd, argv, { findings: FINDINGS })).out,
    );
  });
});

describe("without arguments", () => {
  test("shows the model, what is not proved, and what to look at", async () => {
    const cwd = folderOf({ "web.yaml": podManifest("shop/web") });
    const ran = await runFake(cwd, [], { findings: FINDINGS, graph: GRAPH });
    expect(ran.code).toBe(1);
    expect(ran.out).toContain("read 1 object from 1 file: 1 workload");
    expect(ran.out).toContain("4 properties: 1 proved, 2 refuted, 1 undecided");
    expect(ran.out).toContain("  external => shop/StatefulSet/api : sctp/any");
    expect(ran.out).toContain("next: ");
  });

  test("in a folder without manifests it is 2", async () => {
    expect((await runFake(folderOf({}), [])).code).toBe(2);
  });
});

describe("explain, schema and config", () => {
  test("explain knows codes, properties, and lists both", async () => {
    const cwd = folderOf({});
    expect((await runFake(cwd, ["explain", "nq4001"])).out).toContain(
      "NQ4001: an intent is refuted",
    );
    expect((await runFake(cwd, ["explain", "no-black-hole"])).out).toContain("formula");
    const all = (await runFake(cwd, ["explain"])).out;
    expect(all).toContain("NQ9000");
    expect(all).toContain("unique-addresses");
    const json = await runFake(cwd, ["explain", "NQ4001", "-o", "json"]);
    expect(JSON.parse(json.out)).toMatchObject({ code: "NQ4001" });
  });

  test("schema prints the JSON Schema of intents", async () => {
    const ran = await runFake(folderOf({}), ["schema"]);
    expect(JSON.parse(ran.out)).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
    });
  });

  test("config prints every setting with its source", async () => {
    const ran = await runFake(folderOf({}), ["config"]);
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^profile\.hairpin +allowed +default$/m);
    expect(ran.out).toMatch(/^profile\.podCIDRs +10\.244\.0\.0\/16, fd00:10:244::\/56 +default$/m);
    const json = JSON.parse((await runFake(folderOf({}), ["config", "-o", "json"])).out) as object;
    expect(json).toMatchObject({ settings: expect.arrayContaining([]) as unknown });
  });

  test("config shows what is read from the input", async () => {
    const files = {
      "proxy.yaml":
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\n",
      "netqed.yaml": "version: 1\nprofile: { preset: flannel }\n",
    };
    const ran = await runFake(folderOf(files), ["config"]);
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^profile\.kubeProxyMode +ipvs +read at proxy\.yaml:3:7$/m);
    expect(ran.out).toMatch(/^profile\.overlay +vxlan +preset flannel, netqed\.yaml:2:20$/m);
    const json = await runFake(folderOf(files), ["config", "-o", "json"]);
    expect(JSON.parse(json.out)).toMatchObject({
      settings: expect.arrayContaining([
        {
          name: "profile.kubeProxyMode",
          value: "ipvs",
          from: "input",
          file: "proxy.yaml",
          line: 3,
          column: 7,
        },
      ]) as unknown,
    });
  });

  test("config shows the settings of an input that is refused, and says why", async () => {
    const ran = await runFake(folderOf({ "a.yaml": "a: [" }), ["config"]);
    expect(ran.code).toBe(2);
    expect(ran.out).toContain("profile.hairpin");
    expect(ran.err).toContain("a.yaml");
  });
});

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf, podManifest, runFake } from "./fake-io.ts";
import { skipped } from "../../support/skipped.ts";

const POD = podManifest("shop/web");
const isRoot = process.getuid?.() === 0;

/** The names of the files that `graph` read, told by a pod in each. */
async function podsRead(cwd: string, argv: readonly string[]): Promise<string> {
  const ran = await runFake(cwd, ["graph", ...argv]);
  return ran.asked[0] ?? `${String(ran.code)}: ${ran.err}`;
}

describe("reading a folder", () => {
  test("is recursive, skips .git and node_modules, and takes yaml, yml and json", async () => {
    const cwd = folderOf({
      "b.yml": podManifest("shop/b"),
      "deep/er/a.yaml": `\uFEFF${podManifest("shop/a").replaceAll("\n", "\r\n")}`,
      "c.json": JSON.stringify({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "c", namespace: "shop" },
        spec: { containers: [{ name: "m", image: "x" }] },
      }),
      "note.txt": "kind: [",
      ".git/x.yaml": podManifest("shop/git"),
      "node_modules/x.yaml": podManifest("shop/module"),
    });
    expect(await podsRead(cwd, [])).toBe("3 pods");
    expect(await podsRead(cwd, ["deep"])).toBe("1 pods");
    expect(await podsRead(cwd, ["b.yml", "./b.yml", "-f", "c.json"])).toBe("2 pods");
  });

  test("reads standard input, once", async () => {
    const cwd = folderOf({});
    const ran = await runFake(cwd, ["graph", "-", "-"], { stdin: POD });
    expect(ran.asked).toEqual(["1 pods"]);
  });

  test("leaves out what --ignore and netqed.yaml match, and counts it", async () => {
    const cwd = folderOf({
      "a.yaml": POD,
      "charts/x/values.yaml": "a: [",
      "test/b.yaml": podManifest("shop/b"),
      "test/deep/c.yaml": podManifest("shop/c"),
    });
    const ran = await runFake(cwd, ["graph", "--ignore", "test/**", "--ignore", "values.yaml"]);
    expect(ran.asked).toEqual(["1 pods"]);
    expect(ran.out).toContain("3 files left out");
  });

  test("a file that cannot be read is an error", async () => {
    const cwd = folderOf({ "a.yaml": POD, "b.yaml": "" });
    writeFileSync(join(cwd, "b.yaml"), Uint8Array.from([0x6b, 0x3a, 0xff, 0xfe]));
    const ran = await runFake(cwd, ["graph"]);
    expect(ran.code).toBe(2);
    expect(ran.asked).toEqual([]);
    expect(ran.err).toContain("error[NQ4401]: b.yaml cannot be read: expected text in UTF-8");
  });

  // Nothing is forbidden to root, so that no file is unreadable.
  test.skipIf(skipped(isRoot, "root reads every file"))(
    "a file or folder without permission is an error",
    async () => {
      const cwd = folderOf({ "a.yaml": POD, "b.yaml": POD, "c/d.yaml": POD });
      chmodSync(join(cwd, "b.yaml"), 0);
      chmodSync(join(cwd, "c"), 0);
      const ran = await runFake(cwd, ["graph"]);
      chmodSync(join(cwd, "c"), 0o700);
      expect(ran.code).toBe(2);
      expect(ran.err).toContain("b.yaml cannot be read: permission denied");
      expect(ran.err).toContain("the folder c cannot be read: permission denied");
    },
  );

  test("a file that is not there is an error, and suggests nothing else is wrong", async () => {
    const ran = await runFake(folderOf({ "a.yaml": POD }), ["verify", "nope.yaml"]);
    expect(ran.code).toBe(2);
    expect(ran.err.match(/^error/gm)).toHaveLength(1);
    expect(ran.err).toContain("nope.yaml cannot be read: it does not exist");
  });

  test("links are not followed, and told", async () => {
    const cwd = folderOf({ "a.yaml": POD, "elsewhere.txt": podManifest("shop/b") });
    mkdirSync(join(cwd, "real"));
    symlinkSync(join(cwd, "elsewhere.txt"), join(cwd, "b.yaml"));
    symlinkSync(join(cwd, "real"), join(cwd, "linked"));
    symlinkSync(cwd, join(cwd, "real", "circle"));
    symlinkSync(join(cwd, "elsewhere.txt"), join(cwd, "c.txt"));
    const ran = await runFake(cwd, ["graph"]);
    expect(ran.asked).toEqual(["1 pods"]);
    expect(ran.out.match(/warning\[NQ4407\] \S+/g)).toEqual([
      "warning[NQ4407] b.yaml:1:1:",
      "warning[NQ4407] linked:1:1:",
      "warning[NQ4407] real/circle:1:1:",
    ]);
  });

  test("an empty folder, and one without any object, is an error", async () => {
    const empty = await runFake(folderOf({}), ["verify"]);
    expect([empty.code, empty.err]).toEqual([2, expect.stringContaining("NQ4402")]);
    const other = await runFake(folderOf({ "values.yaml": "a: 1\n" }), ["verify"]);
    expect([other.code, other.err]).toEqual([2, expect.stringContaining("no Kubernetes object")]);
  });

  test("one bad document refuses the whole input", async () => {
    const cwd = folderOf({ "a.yaml": POD, "b.yaml": "kind: [\n" });
    for (const command of ["verify", "graph"]) {
      const ran = await runFake(cwd, [command]);
      expect([ran.code, ran.out, ran.asked]).toEqual([2, "", []]);
      expect(ran.err).toMatch(/--> b\.yaml:\d+:\d+/);
      expect(ran.err).toContain("nothing was checked: 1 error in the input");
    }
  });
});

describe("folders that have to be rendered", () => {
  const files = {
    "a.yaml": POD,
    "over/kustomization.yaml": "resources: [../base]\n",
    "over/patch.yaml": "a: [",
    "chart/Chart.yaml": "name: x\n",
    "chart/templates/a.yaml": "{{ if }}",
  };

  test("are refused with the command to pipe", async () => {
    const ran = await runFake(folderOf(files), ["graph"]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("--> over/kustomization.yaml:1:1");
    expect(ran.err).toContain("run kubectl kustomize over | netqed verify -, or add --kustomize");
    expect(ran.err).toContain("run helm template chart | netqed verify -, or add --helm");
    expect(ran.err).not.toContain("NQ1");
  });

  test("can be left out", async () => {
    expect(await podsRead(folderOf(files), ["--ignore", "over", "--ignore", "chart/"])).toBe(
      "1 pods",
    );
  });

  test("are rendered by the user's own programs when asked", async () => {
    const ran: string[] = [];
    const { asked, code } = await runFake(folderOf(files), ["graph", "--kustomize", "--helm"], {
      run: (program, args) => {
        ran.push([program, ...args].join(" "));
        return { kind: "ended", code: 0, out: podManifest(`shop/${program}`), err: "" };
      },
    });
    expect(ran.sort()).toEqual(["helm template chart", "kubectl kustomize over"]);
    expect([asked, code]).toEqual([["3 pods"], 0]);
  });

  test("a program that is missing or fails is an error that says so", async () => {
    const argv = ["graph", "over", "--kustomize"];
    const missing = await runFake(folderOf(files), argv);
    expect([missing.code, missing.err]).toEqual([
      2,
      expect.stringContaining("there is no program kubectl"),
    ]);
    const failed = await runFake(folderOf(files), argv, {
      run: () => ({ kind: "ended", code: 1, out: "", err: "no \u001b[31mbase\n" }),
    });
    expect(failed.code).toBe(2);
    expect(failed.err).toContain("kubectl kustomize over says: no \\u{1b}[31mbase");
  });
});

describe("--each", () => {
  test("treats every folder that holds manifests as an input of its own", async () => {
    const cwd = folderOf({ "a/x.yaml": POD, "b/x.yaml": POD, "b/c/y.yaml": "kind: [" });
    const ran = await runFake(cwd, ["graph", "--each", "-o", "json"]);
    expect(ran.code).toBe(2);
    expect(ran.asked).toEqual(["1 pods", "1 pods"]);
    expect(JSON.parse(ran.out)).toMatchObject({
      schemaVersion: 1,
      inputs: [
        { folder: "a" },
        { folder: "b" },
        { folder: "b/c", refused: true, diagnostics: [{ file: "b/c/y.yaml" }] },
      ],
    });
    const text = await runFake(cwd, ["graph", "--each"]);
    expect(text.out).toContain("folder a\n");
    expect(text.out).toContain("folder b\n");
    expect(text.err).toContain("nothing was checked in b/c");
  });

  test("refuses only the folder that is at fault, and passes over folders without objects", async () => {
    const cwd = folderOf({
      "a/x.yaml": POD,
      "a/chart/Chart.yaml": "name: c",
      "b/values.yaml": "replicas: 2",
      "z/x.yaml": POD,
    });
    const ran = await runFake(cwd, ["graph", "--each", "-o", "json"]);
    expect(ran.code).toBe(2);
    expect(ran.asked).toEqual(["1 pods", "1 pods"]);
    expect(JSON.parse(ran.out)).toMatchObject({
      inputs: [
        {
          folder: "a",
          diagnostics: [{ code: "NQ2002" }, { code: "NQ4402", severity: "note", file: "b" }],
        },
        { folder: "a/chart", refused: true, diagnostics: [{ code: "NQ4403" }] },
        { folder: "z" },
      ],
    });
  });

  test("is refused as a whole where nothing is found or the configuration is wrong", async () => {
    const empty = await runFake(folderOf({ "a/values.yaml": "x: 1" }), ["graph", "--each"]);
    expect(empty.code).toBe(2);
    expect(empty.err).toContain("there is no Kubernetes object");
    const files = { "a/x.yaml": POD, "b/x.yaml": POD, "netqed.yaml": "wrong: 1" };
    const ran = await runFake(folderOf(files), ["graph", "--each"]);
    expect(ran.code).toBe(2);
    expect(ran.asked).toEqual([]);
    expect(ran.err).toContain("NQ4500");
  });
});

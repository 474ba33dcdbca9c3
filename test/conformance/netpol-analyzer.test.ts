/**
 * netpol-analyzer's own list cases: every row among pods and to or from the outside agrees, or stands
 * in docs/disagreements.md with the rule that decides.
 */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  CORPUS,
  CORPUS_PRESENT,
  type GraphJson,
  ROOT,
  type Row,
  graph,
  mapPaired,
} from "./shared.ts";

interface Case {
  readonly args: readonly string[];
  readonly dir: string;
  readonly expectedFile: string;
  readonly format: string;
  readonly kind: string;
}

const base = join(CORPUS, "netpol-analyzer");

/** Kinds whose effect netqed leaves undecided: cases with one of them are out of this suite. */
const UNSUPPORTED =
  /kind"?:\s*"?(AdminNetworkPolicy|BaselineAdminNetworkPolicy|ClusterNetworkPolicy|Ingress|Route|UserDefinedNetwork|ClusterUserDefinedNetwork|NetworkAttachmentDefinition|VirtualMachine)"?\s*$/m;

function files(dir: string): string[] {
  return readdirSync(dir)
    .sort()
    .flatMap((name) => {
      const path = join(dir, name);
      if (statSync(path).isDirectory()) return files(path);
      return /\.(ya?ml|json)$/.test(name) ? [path] : [];
    });
}

interface ExpectedRow {
  readonly src: string;
  readonly dst: string;
  readonly conn: string;
}

function expectedRows(c: Case): readonly ExpectedRow[] {
  const text = readFileSync(join(base, c.expectedFile), "utf8");
  if (c.format === "json") return JSON.parse(text) as ExpectedRow[];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (c.format === "csv") {
    return lines.slice(1).map((line) => {
      const [src = "", dst = "", ...conn] = line.split(",");
      return { src, dst, conn: conn.join(",").replace(/^"|"$/g, "") };
    });
  }
  return lines.flatMap((line) => {
    const match = /^(.*) => (.*) : (.*)$/.exec(line);
    return match === null
      ? []
      : [{ src: match[1] ?? "", dst: match[2] ?? "", conn: match[3] ?? "" }];
  });
}

const PROTOCOLS = ["SCTP", "TCP", "UDP"];

/** `TCP 80,90-95,UDP 53` or `All Connections` as canonical text, one protocol after the other. */
function connText(conn: string): string {
  if (conn === "All Connections") return PROTOCOLS.map((p) => `${p} 1-65535`).join(" ");
  const ports = new Map<string, string[]>();
  let protocol = "";
  for (const part of conn.split(",").map((p) => p.trim())) {
    const match = /^(TCP|UDP|SCTP) (.*)$/.exec(part);
    const value = match?.[2] ?? part;
    protocol = match?.[1] ?? protocol;
    ports.set(protocol, [...(ports.get(protocol) ?? []), value]);
  }
  return [...ports]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([p, list]) => `${p} ${list.join(",")}`)
    .join(" ");
}

function rowsText(rows: readonly Row[]): string {
  return [...rows]
    .sort((a, b) => (a.protocol < b.protocol ? -1 : 1))
    .map((row) => {
      const ports = row.ports.map(([l, h]) => (l === h ? String(l) : `${String(l)}-${String(h)}`));
      return `${row.protocol} ${ports.join(",")}`;
    })
    .join(" ");
}

function number(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

interface Range {
  readonly low: number;
  readonly high: number;
}

function range(text: string): Range {
  const [low = "", high = low] = text.split("-");
  return { low: number(low), high: number(high) };
}

/** `ns/name[Kind]` as `ns/Kind/name`; an external range as itself; undefined for other rows. */
function peer(text: string): { readonly id?: string; readonly range?: Range } | undefined {
  const external = /^(\d[\d.]*(?:-[\d.]+)?)\[External\]$/.exec(text);
  if (external !== null) return { range: range(external[1] ?? "") };
  const workload = /^([^/{]+)\/(.*)\[(\w+)\]$/.exec(text);
  if (workload === null) return undefined;
  return { id: `${workload[1] ?? ""}/${workload[3] ?? ""}/${workload[2] ?? ""}` };
}

/** Every address at which the answer or the expectation could change, as a probe. */
function probes(answer: GraphJson, rows: readonly ExpectedRow[]): number[] {
  const cuts = new Set<number>();
  const add = ({ low, high }: Range): void => void cuts.add(low).add(high);
  for (const e of answer.endpoints) {
    for (const r of e.ranges ?? []) if (!r.includes(":")) add(range(r));
  }
  for (const row of rows) {
    for (const side of [peer(row.src), peer(row.dst)])
      if (side?.range !== undefined) add(side.range);
  }
  return [...cuts].sort((a, b) => a - b);
}

interface Graph {
  readonly externals: readonly { readonly id: string; readonly ranges: readonly Range[] }[];
  readonly workloads: readonly { readonly id: string; readonly base: string }[];
  readonly edges: ReadonlyMap<string, string>;
}

function indexed(answer: GraphJson): Graph {
  return {
    externals: answer.endpoints
      .filter((e) => e.kind === "external")
      .map((e) => ({
        id: e.id,
        ranges: (e.ranges ?? []).filter((r) => !r.includes(":")).map((r) => range(r)),
      })),
    workloads: answer.endpoints
      .filter((e) => e.kind !== "external")
      .map((e) => ({ id: e.id, base: e.id.replace(/#\d+$/, "") })),
    edges: new Map([
      ...answer.connections.map((c) => [`${c.from} ${c.to}`, rowsText(c.allowed)] as const),
      ...answer.undecided.map((c) => [`${c.from} ${c.to}`, "undecided"] as const),
    ]),
  };
}

function externalAt(g: Graph, address: number): string | undefined {
  return g.externals.find((e) => e.ranges.some((r) => r.low <= address && address <= r.high))?.id;
}

/** Every difference between `rows` and `answer`, as `src => dst : expected | found`. */
function differences(answer: GraphJson, rows: readonly ExpectedRow[], focused: boolean): string[] {
  const g = indexed(answer);
  const expected = new Map<string, string>();
  const externalRows: { from?: string; to?: string; range: Range; conn: string }[] = [];
  for (const row of rows) {
    const from = peer(row.src);
    const to = peer(row.dst);
    if (from === undefined || to === undefined) continue;
    const conn = connText(row.conn);
    if (from.id !== undefined && to.id !== undefined) expected.set(`${from.id} ${to.id}`, conn);
    else if (from.id !== undefined && to.range !== undefined)
      externalRows.push({ from: from.id, range: to.range, conn });
    else if (to.id !== undefined && from.range !== undefined)
      externalRows.push({ to: to.id, range: from.range, conn });
  }
  const found: string[] = [];
  const compare = (key: string, want: string, got: string): void => {
    if (want !== got && !(focused && want === "")) found.push(`${key} : ${want} | ${got}`);
  };
  for (const a of g.workloads) {
    for (const b of g.workloads) {
      if (a.base === b.base) continue;
      compare(
        `${a.base} => ${b.base}`,
        expected.get(`${a.base} ${b.base}`) ?? "",
        g.edges.get(`${a.id} ${b.id}`) ?? "",
      );
    }
    for (const address of probes(answer, rows)) {
      const external = externalAt(g, address);
      if (external === undefined) continue;
      const inside = (r: { range: Range }): boolean =>
        r.range.low <= address && address <= r.range.high;
      const out = externalRows.find((r) => r.from === a.base && inside(r))?.conn ?? "";
      const into = externalRows.find((r) => r.to === a.base && inside(r))?.conn ?? "";
      compare(`${a.base} => ${String(address)}`, out, g.edges.get(`${a.id} ${external}`) ?? "");
      compare(`${String(address)} => ${a.base}`, into, g.edges.get(`${external} ${a.id}`) ?? "");
    }
  }
  const known = new Set(g.workloads.map((w) => w.base));
  for (const key of expected.keys()) {
    for (const id of key.split(" ")) if (!known.has(id)) found.push(`no endpoint ${id}`);
  }
  return [...new Set(found)];
}

/** Cases that docs/disagreements.md explains: `- \`case\`` lines under its netpol-analyzer heading. */
function explained(): ReadonlySet<string> {
  const path = join(ROOT, "docs", "disagreements.md");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return new Set([...text.matchAll(/`netpol-analyzer\/([^`]+)`/g)].map((m) => m[1] ?? ""));
}

describe.skipIf(!CORPUS_PRESENT)("netpol-analyzer list cases", () => {
  test("rows agree or are explained", async () => {
    const index = JSON.parse(readFileSync(join(base, "index.json"), "utf8")) as readonly Case[];
    const cases = index.filter(
      (c) =>
        c.kind === "list" &&
        existsSync(join(base, c.expectedFile)) &&
        !files(join(base, c.dir)).some((f) => UNSUPPORTED.test(readFileSync(f, "utf8"))),
    );
    const dirs = [...new Set(cases.map((c) => c.dir))];
    const answers = new Map(
      await mapPaired(dirs, async (dir) => {
        const { run, graph: answer } = await graph([dir], base);
        return [dir, { run, answer }] as const;
      }),
    );
    const known = explained();
    const unexplained: string[] = [];
    let agreeing = 0;
    for (const c of cases) {
      const entry = answers.get(c.dir);
      if (entry === undefined) continue;
      const focused = c.args.some((a) => a.startsWith("--focus"));
      const found = differences(entry.answer, expectedRows(c), focused);
      if (found.length === 0) agreeing += 1;
      else if (!known.has(c.dir.replace(/^tests\//, ""))) {
        unexplained.push(
          `${c.dir} ${c.format}: ${String(found.length)}: ${found.slice(0, 3).join(" ;; ")}`,
        );
      }
    }
    console.log(
      `netpol-analyzer: ${String(cases.length)} cases of ${String(dirs.length)} folders, ${String(agreeing)} agree, ${String(cases.length - agreeing - unexplained.length)} explained`,
    );
    expect(unexplained).toEqual([]);
  }, 900_000);
});

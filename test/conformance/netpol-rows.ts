/**
 * netpol-analyzer's list of connections and netqed's graph, side by side: which rows differ.
 */
import type { GraphJson, Row } from "./shared.ts";

/** A row of netpol-analyzer's output, as written. */
export interface ExpectedRow {
  readonly src: string;
  readonly dst: string;
  readonly conn: string;
}

/** The rows of an output file of the given format. */
export function expectedRows(text: string, format: string): readonly ExpectedRow[] {
  if (format === "json") return JSON.parse(text) as ExpectedRow[];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (format === "csv") {
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

/** The expected rows that `--focusworkload` and its companions leave. */
export type IsListed = (from: string, to: string) => boolean;

/** Which pairs the arguments of a case ask for; the ends are `ns/Kind/name` or an address. */
export function listedBy(args: readonly string[]): IsListed {
  const valueOf = (flag: string): readonly string[] | undefined => {
    const at = args.indexOf(flag);
    return at < 0 ? undefined : (args[at + 1] ?? "").split(",");
  };
  const focus = valueOf("--focusworkload");
  if (focus === undefined) return () => true;
  const peers = valueOf("--focusworkload-peer");
  const direction = valueOf("--focus-direction")?.[0];
  const isOne = (names: readonly string[] | undefined, id: string): boolean => {
    const [namespace = "", , name = ""] = id.split("/");
    return names?.some((n) => n === name || n === `${namespace}/${name}`) ?? true;
  };
  return (from, to) =>
    (direction !== "ingress" && isOne(focus, from) && isOne(peers, to)) ||
    (direction !== "egress" && isOne(focus, to) && isOne(peers, from));
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

/** Rows for IPv4 as the same text; the cases have no other family. */
function rowsText(rows: readonly Row[]): string {
  return rows
    .filter(({ families }) => families?.includes("IPv4") ?? true)
    .sort((a, b) => (a.protocol < b.protocol ? -1 : 1))
    .map((row) => {
      const ports = row.ports.map(([l, h]) => (l === h ? String(l) : `${String(l)}-${String(h)}`));
      return `${row.protocol} ${ports.join(",")}`;
    })
    .join(" ");
}

interface Range {
  readonly low: number;
  readonly high: number;
}

function range(text: string): Range {
  const [low = "", high = low] = text.split("-");
  return { low: number(low), high: number(high) };
}

function number(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function address(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

interface Peer {
  /** `ns/Kind/name` */
  readonly id?: string;
  readonly range?: Range;
}

/** `ns/name[Kind]`, or an external range; undefined for other rows. */
function peer(text: string, workloads: ReadonlySet<string>): Peer | undefined {
  const external = /^(\d[\d.]*(?:-[\d.]+)?)\[External\]$/.exec(text);
  if (external !== null) return { range: range(external[1] ?? "") };
  const workload = /^([^/{]+)\/(.*)\[(\w+)\]$/.exec(text);
  if (workload === null) return undefined;
  const [, namespace = "", name = "", kind = ""] = workload;
  // Where pods show that a Deployment made their ReplicaSet, netqed names the Deployment.
  const deployment = `${namespace}/Deployment/${name.replace(/-[^-]+$/, "")}`;
  if (kind === "ReplicaSet" && workloads.has(deployment)) return { id: deployment };
  return { id: `${namespace}/${kind}/${name}` };
}

/** What netpol-analyzer says of each pair; the keys are `from to`. */
interface Expectation {
  readonly pairs: ReadonlyMap<string, string>;
  readonly outside: readonly {
    readonly from?: string;
    readonly to?: string;
    readonly range: Range;
    readonly conn: string;
  }[];
}

function expectation(rows: readonly ExpectedRow[], workloads: ReadonlySet<string>): Expectation {
  const pairs = new Map<string, string>();
  const outside = rows.flatMap(({ src, dst, conn }): Expectation["outside"] => {
    const [from, to] = [peer(src, workloads), peer(dst, workloads)];
    if (from === undefined || to === undefined) return [];
    const text = connText(conn);
    if (from.id !== undefined && to.id !== undefined) pairs.set(`${from.id} ${to.id}`, text);
    if (from.id !== undefined && to.range !== undefined)
      return [{ from: from.id, range: to.range, conn: text }];
    if (to.id !== undefined && from.range !== undefined)
      return [{ to: to.id, range: from.range, conn: text }];
    return [];
  });
  return { pairs, outside };
}

/** What netqed says. */
interface Answer {
  readonly externals: readonly { readonly id: string; readonly ranges: readonly Range[] }[];
  readonly workloads: readonly { readonly id: string; readonly base: string }[];
  readonly edges: ReadonlyMap<string, string>;
}

function answerOf(graph: GraphJson): Answer {
  const isExternal = (kind: string): boolean => kind === "external";
  return {
    externals: graph.endpoints
      .filter((e) => isExternal(e.kind))
      .map((e) => ({
        id: e.id,
        ranges: (e.ranges ?? []).filter((r) => !r.includes(":")).map((r) => range(r)),
      })),
    workloads: graph.endpoints
      .filter((e) => !isExternal(e.kind))
      .map((e) => ({ id: e.id, base: e.id.replace(/#\d+$/, "") })),
    edges: new Map([
      ...graph.connections.map((c) => [`${c.from} ${c.to}`, rowsText(c.allowed)] as const),
      ...graph.undecided.map((c) => [`${c.from} ${c.to}`, "undecided"] as const),
    ]),
  };
}

/** Every address at which the answer or the expectation could change. */
function probes({ externals }: Answer, { outside }: Expectation): readonly number[] {
  const ranges = [...externals.flatMap((e) => e.ranges), ...outside.map((row) => row.range)];
  return [...new Set(ranges.flatMap(({ low, high }) => [low, high]))].sort((a, b) => a - b);
}

const isWithin = ({ low, high }: Range, value: number): boolean => low <= value && value <= high;

/** A row that differs. */
export interface Difference {
  /** `ns/Kind/name`, or an address outside. */
  readonly from: string;
  readonly to: string;
  /** The ports by protocol that each lets through; empty for none. */
  readonly theirs: string;
  readonly ours: string;
}

/**
 * Every difference between `rows` and `graph` among the pairs that are `listed`. Pairs of pods of one
 * workload are left out: netpol-analyzer lists none of them.
 */
export function differences(
  graph: GraphJson,
  rows: readonly ExpectedRow[],
  listed: IsListed,
): readonly Difference[] {
  const ours = answerOf(graph);
  const known = new Set(ours.workloads.map(({ base }) => base));
  const theirs = expectation(rows, known);
  const compared = [
    ...comparedPairs(ours, theirs),
    ...comparedOutside(ours, theirs),
    ...unknownPairs(theirs, known),
  ].filter((row) => row.theirs !== row.ours && listed(row.from, row.to));
  return [...new Map(compared.map((row) => [JSON.stringify(row), row])).values()];
}

function comparedPairs({ workloads, edges }: Answer, { pairs }: Expectation): Difference[] {
  return workloads.flatMap((a) =>
    workloads
      .filter((b) => b.base !== a.base)
      .map((b) => ({
        from: a.base,
        to: b.base,
        theirs: pairs.get(`${a.base} ${b.base}`) ?? "",
        ours: edges.get(`${a.id} ${b.id}`) ?? "",
      })),
  );
}

function comparedOutside(ours: Answer, theirs: Expectation): Difference[] {
  const addresses = probes(ours, theirs).flatMap((value) => {
    const external = ours.externals.find((e) => e.ranges.some((r) => isWithin(r, value)));
    // What the cluster owns is no outside to netqed.
    return external === undefined ? [] : [{ value, external: external.id }];
  });
  const expected = (side: "from" | "to", id: string, value: number): string =>
    theirs.outside.find((row) => row[side] === id && isWithin(row.range, value))?.conn ?? "";
  return ours.workloads.flatMap(({ id, base }) =>
    addresses.flatMap(({ value, external }) => [
      {
        from: base,
        to: address(value),
        theirs: expected("from", base, value),
        ours: ours.edges.get(`${id} ${external}`) ?? "",
      },
      {
        from: address(value),
        to: base,
        theirs: expected("to", base, value),
        ours: ours.edges.get(`${external} ${id}`) ?? "",
      },
    ]),
  );
}

/** Expected rows of workloads that netqed does not have. */
function unknownPairs({ pairs }: Expectation, known: ReadonlySet<string>): Difference[] {
  return [...pairs].flatMap(([key, conn]) => {
    const [from = "", to = ""] = key.split(" ");
    if (known.has(from) && known.has(to)) return [];
    return [{ from, to, theirs: conn, ours: "no such endpoint" }];
  });
}

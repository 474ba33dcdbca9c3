/**
 * Runs the built tool on one set of manifests that others publish, and says everything that is wrong with
 * how it answered.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  distinct,
  documentsUnder,
  filesIn,
  isNetworkPolicy,
  isUnmodelledPolicy,
  mayTouch,
  objectsOf,
  type RawObject,
  RENDERED,
  usesHostNetwork,
  WORKLOAD_KINDS,
} from "./corpora-raw.ts";
import {
  type DiagnosticJson,
  type EachJson,
  type GraphJson,
  netqed,
  type RefusedJson,
  type Row,
  type Run,
} from "./shared.ts";

/** Folders of one project. */
export interface CorpusSet {
  readonly name: string;
  readonly folder: string;
}

/** The part of the contract of `verify -o json` that is read here. */
export interface VerifyJson extends RefusedJson {
  readonly input: { readonly counts: Readonly<Record<string, number>> };
  readonly properties: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly why?: readonly (Omit<DiagnosticJson, "severity" | "message"> & {
      readonly text: string;
    })[];
  }[];
}

/** What became of one set. */
export interface SetResult {
  readonly set: CorpusSet;
  readonly documents: number;
  readonly workloads: number;
  readonly policies: number;
  /** Of `graph`, `verify` and `netqed` alone, on everything together. */
  readonly wholeExits: readonly number[];
  /** Of `graph` and `verify`, folder by folder. */
  readonly eachExits: readonly number[];
  readonly graphs: readonly (RefusedJson | (GraphJson & RefusedJson))[];
  readonly verified: readonly (RefusedJson | VerifyJson)[];
  readonly seconds: number;
  /** What should not be, in words; empty when all is well. */
  readonly faults: readonly string[];
}

const RUN_LIMIT_MS = 60_000;
/** Folder by folder what belongs to another program is left out and the parts are read, so more is seen. */
const EACH: readonly string[] = [
  "--each",
  "--ignore",
  ...[...RENDERED]
    .map((name) => `**/${name}`)
    .flatMap((glob, i) => (i > 0 ? ["--ignore", glob] : [glob])),
];
const NO_INPUT = "NQ4402";

/** Runs everything on `set`. Never throws for what the tool does: that is a fault. */
export async function runSet(set: CorpusSet): Promise<SetResult> {
  const started = performance.now();
  const faults: string[] = [];
  const run = async (...args: readonly string[]): Promise<Run> => {
    const answer = await netqed(args, set.folder, RUN_LIMIT_MS);
    faults.push(...runFaults(set, args, answer));
    return answer;
  };
  const whole = [await run("graph", "-o", "json"), await run("verify"), await run()];
  const wholeExits = whole.map(({ exitCode }) => exitCode);
  if (new Set(wholeExits.map((code) => code === 2)).size > 1)
    faults.push(`one command refuses what another reads: ${wholeExits.join(" ")}`);
  const graphRun = await run("graph", ...EACH, "-o", "json");
  const verifyRun = await run("verify", ...EACH, "-o", "json");
  const graphs = inputsOf<GraphJson & RefusedJson>(graphRun, faults);
  const verified = inputsOf<VerifyJson>(verifyRun, faults);
  faults.push(...graphs.flatMap((answer) => graphFaults(set, answer)));
  faults.push(...verified.flatMap((answer) => verifyFaults(set, answer)));
  const objects = new Set(graphs.flatMap(({ folder }) => objectsIn(set, folder)));
  const all = [...objects];
  return {
    set,
    documents: documentsUnder(set.folder),
    workloads: all.filter(({ kind }) => WORKLOAD_KINDS.has(kind)).length,
    policies: all.filter(isNetworkPolicy).length,
    wholeExits,
    eachExits: [graphRun.exitCode, verifyRun.exitCode],
    graphs,
    verified,
    seconds: (performance.now() - started) / 1000,
    faults,
  };
}

/** A run ends in time, with a documented exit code, without a fault of the program, and says where. */
function runFaults(set: CorpusSet, args: readonly string[], run: Run): readonly string[] {
  const { exitCode, stderr } = run;
  const command = `netqed ${args.join(" ")}`;
  const faults: string[] = [];
  if (![0, 1, 2, 3].includes(exitCode)) faults.push(`${command}: exit ${String(exitCode)}`);
  if (/NQ9\d{3}|^\s+at .*:\d+:\d+\)?$/m.test(stderr)) faults.push(`${command}: ${stderr}`);
  if (exitCode === 2 && !hasPlace(set, stderr)) faults.push(`${command} refuses without a place`);
  return faults;
}

/** Whether the first error points into a file, or there is nothing to point into. */
function hasPlace(set: CorpusSet, stderr: string): boolean {
  if (stderr.includes(`[${NO_INPUT}]`)) return true;
  const [, file, line, column] = /^ *--> (.+):(\d+):(\d+)$/m.exec(stderr) ?? [];
  return file !== undefined && isPlace(set, file, Number(line), Number(column));
}

function isPlace({ folder }: CorpusSet, file: string, line: number, column: number): boolean {
  const path = join(folder, file);
  if (!existsSync(path)) return false;
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  return line >= 1 && line <= lines.length && column <= (lines[line - 1]?.length ?? 0) + 1;
}

function inputsOf<Report extends RefusedJson>(
  { stdout, exitCode }: Run,
  faults: string[],
): readonly (RefusedJson | Report)[] {
  try {
    // The contract is checked against its schema in test/cli; here it is trusted.
    const answer = JSON.parse(stdout) as EachJson<Report> | RefusedJson;
    return "inputs" in answer ? answer.inputs : [answer];
  } catch {
    faults.push(`no JSON; exit ${String(exitCode)}`);
    return [];
  }
}

function diagnosticFaults(set: CorpusSet, answer: RefusedJson): readonly string[] {
  const { folder = ".", diagnostics } = answer;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return [
    ...((answer.refused === true) === errors.length > 0
      ? []
      : [`${folder}: refused without error`]),
    ...errors
      .filter(({ code }) => code !== NO_INPUT)
      .filter(({ file, line, column }) => !isPlace(set, file, line, column))
      .map(({ code, file, line }) => `${folder}: ${code} at no place: ${file}:${String(line)}`),
  ];
}

function objectsIn(set: CorpusSet, folder = "."): readonly RawObject[] {
  const known = objectCache.get(join(set.folder, folder));
  if (known !== undefined) return known;
  const found = existsSync(join(set.folder, folder))
    ? filesIn(join(set.folder, folder)).flatMap(objectsOf)
    : [];
  objectCache.set(join(set.folder, folder), found);
  return found;
}
const objectCache = new Map<string, readonly RawObject[]>();

function isAnswer<Answer extends RefusedJson>(answer: RefusedJson | Answer): answer is Answer {
  return answer.refused !== true;
}

function graphFaults(
  set: CorpusSet,
  answer: RefusedJson | (GraphJson & RefusedJson),
): readonly string[] {
  const faults = [...diagnosticFaults(set, answer)];
  if (!isAnswer<GraphJson & RefusedJson>(answer)) return faults;
  const objects = objectsIn(set, answer.folder);
  const where = answer.folder ?? ".";
  return [
    ...faults,
    ...footprintFaults(answer, objects).map((fault) => `${where}: ${fault}`),
    ...(objects.some((o) => isNetworkPolicy(o) || isUnmodelledPolicy(o))
      ? []
      : closedDoors(answer).map((fault) => `${where}: no policy is given, yet ${fault}`)),
  ];
}

/**
 * Undecided pairs both of whose workloads no unmodelled policy may touch, and that are not addressed to what
 * may be a frontend: a pod on the network of its node, or the outside.
 */
function footprintFaults(answer: GraphJson, objects: readonly RawObject[]): readonly string[] {
  const policies = objects.filter(isUnmodelledPolicy);
  const workloads = objects.filter(({ kind }) => WORKLOAD_KINDS.has(kind));
  const isTouched = (id: string): boolean =>
    workloads
      .filter((workload) => isCalled(workload, id))
      .some((workload) => policies.some((policy) => mayTouch(policy, workload)));
  const isOnNode = (id: string): boolean =>
    id.startsWith("external:") || workloads.some((w) => isCalled(w, id) && usesHostNetwork(w));
  return answer.undecided
    .filter(({ from, to, because }) => {
      const reasons = because.filter((code) => !ASSUMED_FACT.test(code));
      const policy = reasons.some((code) => UNMODELLED_POLICY.test(code));
      const frontend = reasons.some((code) => UNMODELLED_FRONTEND.test(code));
      if (!policy && !frontend) return reasons.length > 0 || because.length === 0;
      return !(policy && (isTouched(from) || isTouched(to))) && !(frontend && isOnNode(to));
    })
    .map(({ from, to, because }) => `${from} => ${to} is undecided (${because.join(" ")})`);
}

/** Whether `id` is that of an endpoint of the graph that stands for `workload`, or for a part of it. */
function isCalled(workload: RawObject, id: string): boolean {
  const { namespace = "default", kind, name } = workload;
  return id.replace(/#\d+$/, "") === `${namespace}/${kind}/${name}`;
}

/** The codes of facts that the input does not state. */
const ASSUMED_FACT = /^NQ300\d$/;
/** The codes of policies that are not modelled. */
const UNMODELLED_POLICY = /^NQ210[1-5]$/;

/** Pairs of workloads between which something is neither open nor addressed to a frontend. */
function closedDoors(answer: GraphJson): readonly string[] {
  const workloads = answer.endpoints.filter(({ kind }) => kind !== "external");
  const rows = new Map<string, readonly Row[]>();
  for (const { from, to, allowed } of answer.connections) rows.set(`${from} ${to}`, allowed);
  for (const { from, to, rows: open, because } of answer.undecided) {
    if (!because.every((code) => UNMODELLED_FRONTEND.test(code))) continue;
    rows.set(`${from} ${to}`, [...(rows.get(`${from} ${to}`) ?? []), ...open]);
  }
  return workloads.flatMap(({ id: from }) =>
    workloads
      .filter(({ id: to }) => to !== from && !isEverything(rows.get(`${from} ${to}`) ?? []))
      .map(({ id: to }) => `${from} => ${to} is not open`),
  );
}

/** The codes of node ports, load balancers and the like. */
const UNMODELLED_FRONTEND = /^NQ212\d$/;
const ALL_PORTS = 65_535;

/** Whether `rows`, which do not overlap, hold every port of every protocol. */
/** The ports at which the address of a node may be a service's: pods on its network do not answer there. */
const NODE_PORTS = [30_000, 32_767] as const;

function isEverything(rows: readonly Row[]): boolean {
  const portsOf = (protocol: string): number =>
    rows
      .filter((row) => row.families === undefined && row.protocol === protocol)
      .flatMap(({ ports }) => ports)
      .map(([low, high]) => high - low + 1 - nodePortsIn(low, high))
      .reduce((sum, count) => sum + count, 0);
  const wanted = ALL_PORTS - nodePortsIn(1, ALL_PORTS);
  return ["TCP", "UDP", "SCTP"].every((protocol) => portsOf(protocol) === wanted);
}

function nodePortsIn(low: number, high: number): number {
  return Math.max(0, Math.min(high, NODE_PORTS[1]) - Math.max(low, NODE_PORTS[0]) + 1);
}

function verifyFaults(set: CorpusSet, answer: RefusedJson | VerifyJson): readonly string[] {
  const faults = [...diagnosticFaults(set, answer)];
  if (!isAnswer<VerifyJson>(answer)) return faults;
  const where = answer.folder ?? ".";
  const objects = objectsIn(set, answer.folder);
  const files = new Set(objects.filter(isUnmodelledPolicy).map(({ file }) => file));
  for (const { id, outcome, why = [] } of answer.properties) {
    if (outcome === "refuted") faults.push(`${where}: ${id} is refuted`);
    if (outcome === "undecided" && why.length === 0) faults.push(`${where}: ${id} gives no reason`);
    const strange = why.filter(
      ({ code, file }) => !UNMODELLED_POLICY.test(code) || !files.has(join(set.folder, file)),
    );
    faults.push(...strange.map(({ code, text }) => `${where}: ${id} is open for ${code}: ${text}`));
  }
  const { counts } = answer.input;
  const told = [counts["workload"], counts["policy"], counts["service"], counts["namespace"]];
  const isCore = ({ group }: RawObject): boolean => group === "";
  const seen = [
    distinct(
      objects,
      ({ kind, group }) => WORKLOAD_KINDS.has(kind) && /^(apps|batch)?$/.test(group),
    ),
    distinct(objects, isNetworkPolicy),
    distinct(objects, (o) => o.kind === "Service" && isCore(o)),
    distinct(objects, (o) => o.kind === "Namespace" && isCore(o)),
  ];
  if (told.join(" ") !== seen.join(" "))
    faults.push(`${where}: ${seen.join(" ")} objects are there, ${told.join(" ")} were read`);
  return faults;
}

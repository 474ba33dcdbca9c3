/**
 * Surroundings for the command line in tests: a temporary folder, captured output, and analyses that answer
 * what the test wants.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Finding, Graph, QueryAnswer } from "../../../src/check/types.ts";
import type { Analysis } from "../../../src/cli/analysis.ts";
import { type AnalysisParts, createAnalysis } from "../../../src/cli/create-analysis.ts";
import type { Io, Ran, Written } from "../../../src/cli/io.ts";
import { runCommandLine } from "../../../src/cli/run.ts";
import { ANSWER } from "../report/samples.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A folder with `files` by name; folders are made as they are needed. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder("cli");
  // So that no configuration above the temporary folder is found.
  mkdirSync(join(root, ".git"));
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

/** A manifest of a bare pod. */
export function podManifest(id: string, labels = "{}"): string {
  const [namespace = "", name = ""] = id.split("/");
  return `apiVersion: v1
kind: Pod
metadata: { namespace: ${namespace}, name: ${name}, labels: ${labels} }
spec:
  containers:
    - name: main
      image: x
      ports: [{ name: http, containerPort: 80 }]
`;
}

const PROVED: Finding = {
  id: "unique-addresses",
  from: "built-in",
  title: "every address belongs to one",
  severity: "error",
  outcome: { kind: "proved" },
  method: { kind: "computed", cases: 1, proofs: 0 },
  leavesOut: [],
};

/** What the analyses answer, and what they were asked. */
export interface Fake {
  readonly findings?: readonly Finding[];
  readonly answer?: QueryAnswer["answer"];
  readonly graph?: Graph;
  readonly fails?: boolean;
  /** What the real analyses are made of, when they answer instead. */
  readonly real?: AnalysisParts;
  readonly stdin?: string;
  readonly env?: Io["env"];
  readonly tty?: boolean;
  readonly written?: Written;
  readonly run?: (program: string, args: readonly string[]) => Ran;
}

/** What a run printed and was asked. */
export interface FakeRan {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The ids of the intents that were verified, and the queries. */
  readonly asked: readonly string[];
}

/** Runs the command line in `cwd`. */
export async function runFake(
  cwd: string,
  argv: readonly string[],
  fake: Fake = {},
): Promise<FakeRan> {
  const texts = { out: "", err: "" };
  const asked: string[] = [];
  const io: Io = {
    cwd,
    env: fake.env ?? {},
    stdout: {
      isTTY: fake.tty ?? false,
      write: (text) => {
        texts.out += text;
        return Promise.resolve(fake.written ?? { kind: "written" });
      },
    },
    stderr: {
      isTTY: false,
      write: (text) => {
        texts.err += text;
        return Promise.resolve({ kind: "written" });
      },
    },
    readStdin: () => Promise.resolve(Buffer.from(fake.stdin ?? "", "utf8")),
    run: (program, args) => Promise.resolve(fake.run?.(program, args) ?? { kind: "missing" }),
  };
  const analysis: Analysis = {
    verify: (target, intents) => {
      if (fake.fails === true) throw new Error("a fault");
      asked.push(`${String(target.cluster.pods.length)} pods`, ...intents.map(({ id }) => id));
      return Promise.resolve(fake.findings ?? [PROVED]);
    },
    reach: (_target, query) => {
      const { from, port } = query;
      const protocol = "request" in query ? "TCP" : query.protocol;
      const to =
        "request" in query
          ? { text: query.text }
          : "resolution" in query
            ? { text: query.name }
            : query.to;
      asked.push(`${from.text} -> ${to.text} ${protocol} ${String(port)}`);
      return Promise.resolve({
        ...ANSWER,
        answer: fake.answer ?? "yes",
        from: from.text,
        to: to.text,
      });
    },
    graph: (target, { pods }) => {
      asked.push(`${String(target.cluster.pods.length)} pods${pods ? " apart" : ""}`);
      return Promise.resolve(fake.graph ?? { endpoints: [], connections: [], undecided: [] });
    },
  };
  const real = fake.real === undefined ? undefined : createAnalysis(fake.real);
  try {
    const code = await runCommandLine(argv, io, () => Promise.resolve(real ?? analysis));
    return { code, ...texts, asked };
  } finally {
    await real?.close();
  }
}

/**
 * Shows that a law can fail: plants a one-line mistake in a copy of the code and runs the law against the copy
 * in a process of its own. The code under test knows nothing of it.
 *
 * A law is a module `test/laws/lib/<law>.ts` that exports `check({ numRuns, seed })`, which throws (or rejects) on
 * a counterexample. Its mistakes are rows in `test/laws/mutations/<law>.ts`.
 */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import ts from "typescript";
import { InternalError } from "../../src/base/assert.ts";

/** One planted mistake: in `file`, the only occurrence of `from` becomes `to`, and `law` must notice. */
export interface Mutation {
  /** The name of a module in test/laws/lib, without its ending. */
  readonly law: string;
  /** The file to change, from the root of the repository, e.g. `src/compile/peers.ts`. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** Cases for the law; absent: what the caller says. */
  readonly numRuns?: number;
}

/** How hard a law looks. */
export interface LawOptions {
  readonly numRuns: number;
  readonly seed: number;
  /** Whether to stop at the first counterexample instead of looking for a smaller one; absent: no. */
  readonly endOnFailure?: boolean;
}

/** What a law module exports. */
export interface LawModule {
  readonly check: (options: LawOptions) => void | Promise<void>;
}

/** What a law said about the copy: it passed, or it found a counterexample and described it. */
export type LawAnswer =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly message: string };

/** A copy of the code as plain JavaScript in a temporary folder, from which mutated copies are made. */
export interface CompiledTree {
  readonly folder: string;
  readonly remove: () => void;
}

const ROOT = join(import.meta.dirname, "../..");
/** What a law may import. */
const COPIED = ["models", "properties", "src", "test/support", "test/laws/lib"];
const FAILED = 10;
/** A copy that runs longer is stopped; it counts as neither passed nor failed. */
const TIMEOUT_MS = 240_000;
// That the law fails is enough: no smaller counterexample is looked for.
const RUNNER = `
import fc from "fast-check";
fc.configureGlobal({ endOnFailure: true });
const [, , law, options] = process.argv;
const { check } = await import(law);
try {
  await check(JSON.parse(options));
} catch (error) {
  process.stdout.write(String(error?.message ?? error));
  process.exitCode = ${FAILED};
}
`;

/** Translates every module that a law may import, without checking types. About a second. */
export function compileTree(): CompiledTree {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "netqed-mutate-"));
  const base = join(folder, "base");
  for (const file of COPIED.flatMap(modulesUnder)) {
    write(join(base, compiledName(file)), javascript(file, readFileSync(join(ROOT, file), "utf8")));
  }
  write(join(base, "package.json"), JSON.stringify({ type: "module" }));
  write(join(base, "run-law.js"), RUNNER);
  symlinkSync(realpathSync(join(ROOT, "node_modules")), join(folder, "node_modules"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Runs a law against the unchanged copy: it has to pass, or its mutations prove nothing. */
export function runLaw(tree: CompiledTree, law: string, options: LawOptions): Promise<LawAnswer> {
  return runIn(join(tree.folder, "base"), law, options);
}

/**
 * Plants `mutation` in a copy of `tree` and runs its law there.
 *
 * @throws InternalError when the text to change does not occur exactly once, when the change is none, or
 * when the law does not even load
 */
export async function mutate(
  tree: CompiledTree,
  mutation: Mutation,
  options: LawOptions,
): Promise<LawAnswer> {
  const { file, from, to } = mutation;
  const original = readFileSync(join(ROOT, file), "utf8");
  const occurrences = original.split(from).length - 1;
  if (occurrences !== 1 || from === to) {
    throw new InternalError(
      `${file}: expected one occurrence of ${JSON.stringify(from)}, found ${occurrences}`,
    );
  }
  const copy = mkdtempSync(join(tree.folder, "mutant-"));
  try {
    cpSync(join(tree.folder, "base"), copy, { recursive: true });
    // A function, so that `$` in the new text stands for itself.
    const mutant = original.replace(from, () => to);
    writeFileSync(join(copy, compiledName(file)), javascript(file, mutant));
    return await runIn(copy, mutation.law, {
      ...options,
      numRuns: mutation.numRuns ?? options.numRuns,
    });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function runIn(folder: string, law: string, options: LawOptions): Promise<LawAnswer> {
  const module = join(folder, "test/laws/lib", `${law}.js`);
  if (!existsSync(module)) throw new InternalError(`no law test/laws/lib/${law}.ts`);
  return new Promise((resolve, reject) => {
    const args = [join(folder, "run-law.js"), module, JSON.stringify(options)];
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
    });
    let said = "";
    let complained = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (complained += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve({ kind: "passed" });
      else if (code === FAILED) resolve({ kind: "failed", message: said });
      else reject(new InternalError(`law ${law} did not run (${code}): ${complained}`));
    });
  });
}

function javascript(file: string, text: string): string {
  const { outputText, diagnostics } = ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  const [first] = diagnostics ?? [];
  if (first !== undefined) {
    throw new InternalError(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`);
  }
  return outputText;
}

function modulesUnder(folder: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

function compiledName(file: string): string {
  return file.replace(/\.ts$/, ".js");
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

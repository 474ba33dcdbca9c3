/**
 * The solver as users run it: compiled, with Z3 in a worker thread, in a process that has to end by itself.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { compileTree } from "../../support/mutate.ts";

/** How long a process may take, on a machine that does other things too. */
const ENDS_WITHIN_MS = 50_000;

const tree = compileTree();
afterAll(() => tree.remove());

/** What each script begins with. `hard` takes longer than anybody waits, `easy` no time. */
const PRELUDE = `
import { openSolver } from "./src/smt/solver.js";
import { createTerms } from "./src/smt/factory.js";
const terms = createTerms();
const workers = [];
process.on("worker", (worker) => workers.push(worker));
const easy = (port) => terms.within(terms.variable("port", 16), [[port, port + 9n]]);
// More pigeons than holes: short to state, very long to refute.
const pigeons = 13;
const sits = (p, h) => terms.boolVariable("pigeon " + p + " in " + h);
const holes = Array.from({ length: pigeons - 1 }, (_, h) => h);
const all = Array.from({ length: pigeons }, (_, p) => p);
const hard = terms.and(
  ...all.map((p) => terms.or(...holes.map((h) => sits(p, h)))),
  ...holes.flatMap((h) => all.flatMap((p) => all.slice(0, p).map((q) =>
    terms.or(terms.not(sits(p, h)), terms.not(sits(q, h)))))),
);
const say = (text) => process.stdout.write(text + "\\n");
`;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
}

let scripts = 0;

/** Runs `script` after the prelude; `onLine` hears its output as it comes. */
function run(
  script: string,
  onLine: (line: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  scripts += 1;
  const path = join(tree.folder, "base", `script-${scripts}.js`);
  writeFileSync(path, PRELUDE + script);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "pipe"] });
    const late = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      onLine(chunk.toString().trim(), (signal) => child.kill(signal));
    });
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(late);
      resolve({ code, signal, said: said.trim() });
    });
  });
}

describe("a process with a solver", { timeout: ENDS_WITHIN_MS + 5_000 }, () => {
  test("ends by itself when the solver is closed", async () => {
    const ended = await run(`
      const solver = openSolver();
      const answers = await solver.checkAll([easy(1n), terms.and(easy(1n), easy(20n))]);
      say(answers.map((a) => a.kind).join());
      await solver.close();
    `);
    expect(ended).toEqual({ code: 0, signal: null, said: "sat,unsat" });
  });

  test("ends by itself when the solver is forgotten", async () => {
    const ended = await run(`
      const { kind } = await openSolver().check([easy(1n)]);
      say(kind);
    `);
    expect(ended).toEqual({ code: 0, signal: null, said: "sat" });
  });

  test("loads nothing while nothing is asked", async () => {
    const ended = await run(`
      const solver = openSolver();
      await solver.close();
      say(String(workers.length) + " " + String(solver.version()));
    `);
    expect(ended).toEqual({ code: 0, signal: null, said: "0 undefined" });
  });

  test("is answered unknown after the time-out, and goes on", async () => {
    const ended = await run(`
      const solver = openSolver({ timeoutMs: 300 });
      const answers = await solver.checkAll([hard, easy(1n)]);
      say(answers.map((a) => a.kind + " " + (a.code ?? "")).join());
      await solver.close();
    `);
    expect(ended).toEqual({ code: 0, signal: null, said: "unknown NQ5001,sat" });
  });

  test("is answered unknown when the worker is killed, and goes on with another", async () => {
    const ended = await run(`
      const solver = openSolver({ timeoutMs: 30_000 });
      await solver.check([easy(1n)]);
      const answers = solver.checkAll([hard, easy(1n)]);
      setTimeout(() => workers[0].terminate(), 300);
      say((await answers).map((a) => a.kind + " " + (a.code ?? "")).join());
      await solver.close();
    `);
    expect(ended).toEqual({ code: 0, signal: null, said: "unknown NQ5002,sat" });
  });

  test("is answered unknown when the solver is closed during a question", async () => {
    const ended = await run(`
      const solver = openSolver({ timeoutMs: 30_000 });
      await solver.check([easy(1n)]);
      const answer = solver.check([hard]);
      setTimeout(() => solver.close(), 300);
      say((await answer).kind);
    `);
    expect(ended).toEqual({ code: 0, signal: null, said: "unknown" });
  });

  test("stops at once when it is interrupted during a question", async () => {
    const ended = await run(
      `
      const solver = openSolver({ timeoutMs: 600_000 });
      await solver.check([easy(1n)]);
      const answer = solver.check([hard]);
      say("asked");
      await answer;
      `,
      (line, kill) => {
        if (line === "asked") setTimeout(() => kill("SIGINT"), 300);
      },
    );
    expect(ended).toEqual({ code: null, signal: "SIGINT", said: "asked" });
  });

  test("keeps its exit code when it exits during a question", async () => {
    const ended = await run(`
      const solver = openSolver({ timeoutMs: 600_000 });
      await solver.check([easy(1n)]);
      void solver.check([hard]);
      setTimeout(() => process.exit(3), 300);
    `);
    expect(ended).toEqual({ code: 3, signal: null, said: "" });
  });
});

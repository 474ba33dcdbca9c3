/** What becomes of questions when the way to the solver breaks, shown with ways that break on purpose. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTerms } from "../../../src/smt/factory.ts";
import { type Solver, openSolver } from "../../../src/smt/solver.ts";
import type { Connect, Listener } from "../../../src/smt/solver-connection.ts";
import type { Batch } from "../../../src/smt/solver-wire.ts";

const terms = createTerms();
const question = terms.boolVariable("q");

/** A way that does as `behave` says with each batch; remembers all that happened. */
function scripted(behave: (batch: Batch, listener: Listener, connections: number) => void): {
  readonly connect: Connect;
  readonly listeners: Listener[];
  readonly log: string[];
} {
  const listeners: Listener[] = [];
  const log: string[] = [];
  const connect: Connect = (listener) => {
    const number = listeners.push(listener);
    log.push("open");
    queueMicrotask(() => listener.report({ kind: "ready", version: "0" }));
    return {
      send: (batch) => {
        log.push(`send ${batch.questions.length}`);
        behave(batch, listener, number);
      },
      keepAlive: (wanted) => log.push(wanted ? "busy" : "idle"),
      end: () => {
        log.push("end");
        return Promise.resolve();
      },
    };
  };
  return { connect, listeners, log };
}

const unsat = (index: number) => ({ kind: "answer", index, answer: { kind: "unsat" } }) as const;

function answerAll(batch: Batch, listener: Listener): void {
  batch.questions.forEach((_, index) => listener.report(unsat(index)));
}

async function kinds(solver: Solver, questions: number): Promise<readonly string[]> {
  const asked = Array.from({ length: questions }, () => question);
  return (await solver.checkAll(asked)).map((answer) =>
    answer.kind === "unknown" ? answer.code : answer.kind,
  );
}

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

describe("openSolver", () => {
  test("answers in order and rests when there is nothing to ask", async () => {
    const { connect, log } = scripted(answerAll);
    const solver = openSolver({ connect });
    expect(await kinds(solver, 3)).toEqual(["unsat", "unsat", "unsat"]);
    expect(await kinds(solver, 0)).toEqual([]);
    expect(log).toEqual(["open", "busy", "send 3", "idle"]);
    expect(solver.asked()).toBe(3);
    await solver.close();
    expect(log.at(-1)).toBe("end");
  });

  test("sends many questions in several batches", async () => {
    const { connect, log } = scripted(answerAll);
    expect((await kinds(openSolver({ connect }), 600)).length).toBe(600);
    expect(log.filter((line) => line.startsWith("send"))).toEqual([
      "send 256",
      "send 256",
      "send 88",
    ]);
  });

  test("says unknown for the question at which the way breaks, and asks the rest anew", async () => {
    const { connect, log } = scripted((batch, listener, connections) => {
      if (connections > 1) return answerAll(batch, listener);
      listener.report(unsat(0));
      listener.broke("gone");
    });
    expect(await kinds(openSolver({ connect }), 4)).toEqual(["unsat", "NQ5002", "unsat", "unsat"]);
    expect(log.filter((line) => line.startsWith("send"))).toEqual(["send 4", "send 2"]);
  });

  test("says unknown when no answer comes, and ends that way", async () => {
    const { connect, log } = scripted((batch, listener, connections) => {
      if (connections > 1) answerAll(batch, listener);
    });
    const answers = kinds(openSolver({ connect, timeoutMs: 50 }), 2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await answers).toEqual(["NQ5001", "unsat"]);
    expect(log).toContain("end");
  });

  test("waits for an answer that is late but within the grace", async () => {
    const { connect } = scripted((batch, listener) => {
      setTimeout(() => answerAll(batch, listener), 1_000);
    });
    const answers = kinds(openSolver({ connect, timeoutMs: 50 }), 1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await answers).toEqual(["unsat"]);
  });

  test("gives up when too many ways have broken", async () => {
    const { connect, log } = scripted((_, listener) => listener.broke("gone"));
    const solver = openSolver({ connect });
    expect(await kinds(solver, 300)).toEqual(Array.from({ length: 300 }, () => "NQ5002"));
    expect(log.filter((line) => line === "open").length).toBe(4);
    expect(await kinds(solver, 1)).toEqual(["NQ5002"]);
    expect(log.filter((line) => line === "open").length).toBe(4);
  });

  test("gives up at once when the solver cannot start", async () => {
    const connect: Connect = ({ report }) => {
      queueMicrotask(() => report({ kind: "failed", reason: "no memory" }));
      return { send: () => {}, keepAlive: () => {}, end: () => Promise.resolve() };
    };
    const solver = openSolver({ connect });
    const [answer] = await solver.checkAll([question]);
    expect(answer).toEqual({ kind: "unknown", code: "NQ5002", reason: "no memory" });
  });

  test("says unknown when the solver never starts", async () => {
    const connect: Connect = () => ({
      send: () => {},
      keepAlive: () => {},
      end: () => Promise.resolve(),
    });
    const answers = kinds(openSolver({ connect }), 2);
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(await answers).toEqual(["NQ5002", "NQ5002"]);
  });

  test("does not listen to a way that it has left", async () => {
    const { connect, listeners } = scripted((batch, listener, connections) => {
      if (connections === 1) return listener.broke("gone");
      // The first, which was left, speaks up before the second has answered.
      listeners[0]?.report({
        kind: "answer",
        index: 0,
        answer: { kind: "sat", values: [["q", true]] },
      });
      listeners[0]?.broke("again");
      answerAll(batch, listener);
    });
    expect(await kinds(openSolver({ connect }), 2)).toEqual(["NQ5002", "unsat"]);
  });

  test("says unknown for all that is open when it is closed, and afterwards", async () => {
    const { connect } = scripted(() => {});
    const solver = openSolver({ connect });
    const answers = kinds(solver, 2);
    await Promise.resolve();
    await solver.close();
    expect(await answers).toEqual(["NQ5002", "NQ5002"]);
    expect(await kinds(solver, 1)).toEqual(["NQ5002"]);
  });

  test("does not take a give-up of the solver for an answer", async () => {
    const { connect } = scripted((_, listener) => {
      listener.report({
        kind: "answer",
        index: 0,
        answer: { kind: "unknown", why: "time", reason: "timeout" },
      });
      listener.report({
        kind: "answer",
        index: 1,
        answer: { kind: "unknown", why: "failure", reason: "incomplete" },
      });
    });
    expect(await kinds(openSolver({ connect }), 2)).toEqual(["NQ5001", "NQ5002"]);
  });
});

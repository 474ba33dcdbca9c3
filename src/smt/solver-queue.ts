/**
 * Questions in line for one connection to Z3, and what to do when it breaks. A question that Z3 does not
 * answer in its time and a little more, or at which the connection breaks, is `unknown`; the rest go on
 * over a new connection, until too many have broken.
 */
import { SOLVER_LIMITS } from "../base/limits.ts";
import { type Answer, answerOf } from "./solver-answer.ts";
import type { Connect, Connection, Listener } from "./solver-connection.ts";
import { type WireReport, batchOf } from "./solver-wire.ts";
import type { Bool } from "./term.ts";

/** Questions asked together, and the answers so far. */
interface Job {
  readonly questions: readonly (readonly Bool[])[];
  readonly timeoutMs: number;
  readonly answers: Answer[];
  readonly resolve: (answers: readonly Answer[]) => void;
}

type Unknown = Extract<Answer, { kind: "unknown" }>;

/** How long a silent solver is looked at again: its answer may wait behind a busy main thread. */
const SECOND_LOOK_MS = 100;

/** The line before one solver. Holds a connection while there are questions, and until it is closed. */
export class Queue {
  readonly #connect: Connect;
  readonly #jobs: Job[] = [];
  #connection: Connection | undefined;
  /** Whether the connection may be sent to. */
  #ready = false;
  /** How many questions of the first job are with Z3, counted from its first without answer. */
  #sent = 0;
  #breaks = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Set once nothing more will be asked: what every question gets. */
  #over: Unknown | undefined;
  asked = 0;
  version: string | undefined;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** Connects ahead of the first question, unless that has happened. */
  start(): void {
    if (this.#over === undefined && this.#connection === undefined) this.#open();
  }

  /** Answers to `questions`, in order. Never rejects. */
  ask(questions: readonly (readonly Bool[])[], timeoutMs: number): Promise<readonly Answer[]> {
    if (questions.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      this.#jobs.push({ questions, timeoutMs, answers: [], resolve });
      this.#go();
    });
  }

  /** Ends the connection; open questions are answered first, by `unknown`. */
  async close(): Promise<void> {
    const connection = this.#drop();
    this.#giveUp({ kind: "unknown", code: "NQ5002", reason: "the solver was closed" });
    await connection?.end();
  }

  /** Does what is next: connect, send, or rest. Nothing when a batch is under way. */
  #go(): void {
    if (this.#over !== undefined) {
      this.#giveUp(this.#over);
      return;
    }
    const [job] = this.#jobs;
    if (job === undefined) {
      clearTimeout(this.#timer);
      this.#connection?.keepAlive(false);
      return;
    }
    if (this.#sent > 0) return;
    if (this.#connection === undefined) {
      this.#open();
    } else if (this.#ready) {
      this.#connection.keepAlive(true);
      this.#send(this.#connection, job);
    }
  }

  #open(): void {
    // A connection that was dropped may still report: it is not listened to.
    let current = true;
    const listener: Listener = {
      report: (report) => {
        if (current) this.#hear(report);
      },
      broke: (reason) => {
        if (!current) return;
        current = false;
        this.#break({ kind: "unknown", code: "NQ5002", reason });
      },
    };
    const connection = this.#connect(listener);
    this.#ready = false;
    this.#connection = {
      ...connection,
      end: () => {
        current = false;
        return connection.end();
      },
    };
    this.#watch(SOLVER_LIMITS.startMs, "the solver did not start in time", "NQ5002");
  }

  #send(connection: Connection, job: Job): void {
    const from = job.answers.length;
    const questions = job.questions.slice(from, from + SOLVER_LIMITS.batchMax);
    this.#sent = questions.length;
    this.#watchQuestion(job);
    connection.send(batchOf(questions, job.timeoutMs));
  }

  #hear(report: WireReport): void {
    switch (report.kind) {
      case "ready":
        this.version = report.version;
        this.#ready = true;
        this.#go();
        break;
      case "failed":
        this.#over = { kind: "unknown", code: "NQ5002", reason: report.reason };
        this.#break(this.#over);
        break;
      case "answer":
        this.asked += 1;
        this.#take(answerOf(report.answer));
        break;
    }
  }

  /** The answer to the first open question. */
  #take(answer: Answer): void {
    const [job] = this.#jobs;
    if (job === undefined) return;
    job.answers.push(answer);
    this.#sent -= 1;
    if (job.answers.length === job.questions.length) {
      this.#jobs.shift();
      job.resolve(job.answers);
    }
    if (this.#sent > 0) this.#watchQuestion(job);
    else this.#go();
  }

  #watchQuestion(job: Job): void {
    const limit = job.timeoutMs + SOLVER_LIMITS.graceMs;
    this.#watch(limit, "the solver did not answer in time", "NQ5001");
  }

  /** Breaks the connection when nothing is heard for `limitMs`. */
  #watch(limitMs: number, reason: string, code: Unknown["code"]): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(
        () => this.#break({ kind: "unknown", code, reason }),
        SECOND_LOOK_MS,
      );
    }, limitMs);
  }

  /** The connection is of no use any more: the question that was with it, if any, gets `answer`. */
  #break(answer: Unknown): void {
    const wasAsked = this.#sent > 0;
    // Nothing is left to wait for: a thread that does not end keeps nobody.
    this.#drop()
      ?.end()
      .catch(() => {});
    this.#breaks += 1;
    if (this.#breaks > SOLVER_LIMITS.restartsMax) this.#over ??= answer;
    if (wasAsked) {
      this.#sent = 1;
      this.#take(answer);
    } else {
      this.#go();
    }
  }

  /** Forgets the connection and returns it. */
  #drop(): Connection | undefined {
    const connection = this.#connection;
    clearTimeout(this.#timer);
    this.#connection = undefined;
    this.#ready = false;
    this.#sent = 0;
    return connection;
  }

  #giveUp(answer: Unknown): void {
    this.#over = answer;
    for (const job of this.#jobs.splice(0)) {
      const open = job.questions.slice(job.answers.length);
      job.resolve([...job.answers, ...open.map(() => answer)]);
    }
  }
}

/**
 * Z3: the only file that knows it. Uses the low-level interface, in which every expression is counted by
 * hand, and the synchronous export, which answers in a fraction of the time of the asynchronous one; so
 * it blocks its thread, which should be a worker (solver-worker.ts).
 *
 * @source https://github.com/Z3Prover/z3/blob/master/src/api/js/PUBLISHED_README.md
 */
import {
  Z3_error_code,
  Z3_lbool,
  type Z3_ast,
  type Z3_context,
  type Z3_solver,
  type Z3_sort,
  type Z3LowLevel,
  init,
} from "z3-solver";
import { SOLVER_LIMITS } from "../base/limits.ts";
import type { Batch, WireAnswer, WireTerm } from "./solver-wire.ts";

/** A solver in this thread. */
export interface Z3Engine {
  /** The version of Z3, e.g. `5.1.0.0`. */
  readonly version: string;
  /**
   * Answers the questions of `batch` in order, each as soon as it is known.
   *
   * @throws when Z3 fails; it must not be asked again
   */
  readonly answer: (batch: Batch, report: (index: number, answer: WireAnswer) => void) => void;
}

type Z3 = Z3LowLevel["Z3"];

/** Z3_solver_check's answers. */
const SATISFIABLE = 1;
const UNSATISFIABLE = -1;
/** Every solver searches in the same order: equal questions in equal order get equal answers. */
const RANDOM_SEED = 1;

/** Loads Z3: about 0.3 s and 100 MB. @throws when it cannot start, e.g. for lack of memory */
export async function loadZ3(): Promise<Z3Engine> {
  // Its remarks on slow starts are none of the user's business.
  const silent = (): void => {};
  const loaded = await init({ print: silent, printErr: silent });
  const { Z3 } = loaded;
  const check = synchronousCheck(loaded.em);
  let context: Context | undefined;
  return {
    version: Z3.get_full_version().replace(/^Z3 /, ""),
    answer: (batch, report) => {
      if (context !== undefined && context.isWorn()) {
        context.dispose();
        context = undefined;
      }
      context ??= new Context(Z3, check);
      context.answer(batch, report);
    },
  };
}

type Check = (context: Z3_context, solver: Z3_solver) => number;

/** The synchronous export, which the package leaves untyped: looked for before it is trusted. */
function synchronousCheck(module: unknown): Check {
  const name = "_Z3_solver_check";
  if (typeof module === "object" && module !== null && name in module) {
    const found: unknown = (module as Record<typeof name, unknown>)[name];
    // The signature is that of Z3_solver_check in z3_api.h; contexts and solvers are addresses.
    if (typeof found === "function") return found as Check;
  }
  throw new Error(`this build of Z3 does not export ${name}`);
}

/** A Z3 context with one solver, in which each question is pushed and popped. */
class Context {
  readonly #z3: Z3;
  readonly #check: Check;
  readonly #context: Z3_context;
  readonly #solver: Z3_solver;
  #questions = 0;
  #timeoutMs = 0;

  constructor(z3: Z3, check: Check) {
    this.#z3 = z3;
    this.#check = check;
    const config = z3.mk_config();
    this.#context = z3.mk_context_rc(config);
    z3.del_config(config);
    this.#solver = z3.mk_simple_solver(this.#context);
    z3.solver_inc_ref(this.#context, this.#solver);
  }

  /** Whether it has answered or allocated so much that a new one should take over. */
  isWorn(): boolean {
    return (
      this.#questions >= SOLVER_LIMITS.contextQuestionsMax ||
      this.#z3.get_estimated_alloc_size() > BigInt(SOLVER_LIMITS.contextBytesMax)
    );
  }

  dispose(): void {
    this.#z3.solver_dec_ref(this.#context, this.#solver);
    this.#z3.del_context(this.#context);
  }

  answer(batch: Batch, report: (index: number, answer: WireAnswer) => void): void {
    this.#setTimeout(batch.timeoutMs);
    const sorts = new Map<number, Z3_sort>();
    const built: Z3_ast[] = [];
    for (const term of batch.terms) built.push(this.#pin(this.#build(term, built, sorts)));
    batch.questions.forEach((places, index) => {
      report(index, this.#ask(places.map((place) => at(built, place))));
    });
    for (const term of built) this.#z3.dec_ref(this.#context, term);
    for (const sort of sorts.values()) {
      this.#z3.dec_ref(this.#context, this.#z3.sort_to_ast(this.#context, sort));
    }
  }

  #ask(conditions: readonly Z3_ast[]): WireAnswer {
    const [z3, context, solver] = [this.#z3, this.#context, this.#solver];
    this.#questions += 1;
    z3.solver_push(context, solver);
    for (const condition of conditions) z3.solver_assert(context, solver, condition);
    const answer = this.#check(context, solver);
    this.#mustBeWell();
    const said = this.#said(answer);
    z3.solver_pop(context, solver, 1);
    this.#mustBeWell();
    return said;
  }

  #said(answer: number): WireAnswer {
    if (answer === UNSATISFIABLE) return { kind: "unsat" };
    if (answer === SATISFIABLE) return { kind: "sat", values: this.#values() };
    const reason = this.#z3.solver_get_reason_unknown(this.#context, this.#solver);
    const why = reason === "timeout" || reason === "canceled" ? "time" : "failure";
    return { kind: "unknown", why, reason };
  }

  /** The values that the last model gives to variables; variables that do not matter have none. */
  #values(): readonly (readonly [string, string | boolean])[] {
    const [z3, context] = [this.#z3, this.#context];
    const model = z3.solver_get_model(context, this.#solver);
    z3.model_inc_ref(context, model);
    const values: (readonly [string, string | boolean])[] = [];
    for (let i = 0; i < z3.model_get_num_consts(context, model); i += 1) {
      const declaration = z3.model_get_const_decl(context, model, i);
      const name = z3.get_symbol_string(context, z3.get_decl_name(context, declaration));
      const value = z3.model_get_const_interp(context, model, declaration);
      if (value === null) continue;
      const isNumeral = z3.is_numeral_ast(context, value);
      values.push([
        name,
        isNumeral
          ? z3.get_numeral_string(context, value)
          : z3.get_bool_value(context, value) === Z3_lbool.Z3_L_TRUE,
      ]);
    }
    z3.model_dec_ref(context, model);
    this.#mustBeWell();
    return values;
  }

  #build(term: WireTerm, built: readonly Z3_ast[], sorts: Map<number, Z3_sort>): Z3_ast {
    const [z3, context] = [this.#z3, this.#context];
    switch (term[0]) {
      case "bool":
        return term[1] ? z3.mk_true(context) : z3.mk_false(context);
      case "bool-variable":
        return z3.mk_const(context, z3.mk_string_symbol(context, term[1]), this.#sort(0, sorts));
      case "bits":
        return z3.mk_numeral(context, term[1], this.#sort(term[2], sorts));
      case "bits-variable": {
        const symbol = z3.mk_string_symbol(context, term[1]);
        return z3.mk_const(context, symbol, this.#sort(term[2], sorts));
      }
      case "eq":
        return z3.mk_eq(context, at(built, term[1]), at(built, term[2]));
      case "ult":
        return z3.mk_bvult(context, at(built, term[1]), at(built, term[2]));
      case "ule":
        return z3.mk_bvule(context, at(built, term[1]), at(built, term[2]));
      case "iff":
        return z3.mk_iff(context, at(built, term[1]), at(built, term[2]));
      case "not":
        return z3.mk_not(context, at(built, term[1]));
      case "and":
        return z3.mk_and(
          context,
          term[1].map((place) => at(built, place)),
        );
      case "or":
        return z3.mk_or(
          context,
          term[1].map((place) => at(built, place)),
        );
      case "ite":
        return z3.mk_ite(context, at(built, term[1]), at(built, term[2]), at(built, term[3]));
    }
  }

  /** The sort of bit vectors of `width`, of truth values for 0. */
  #sort(width: number, sorts: Map<number, Z3_sort>): Z3_sort {
    const known = sorts.get(width);
    if (known !== undefined) return known;
    const [z3, context] = [this.#z3, this.#context];
    const made = width === 0 ? z3.mk_bool_sort(context) : z3.mk_bv_sort(context, width);
    this.#pin(z3.sort_to_ast(context, made));
    sorts.set(width, made);
    return made;
  }

  #pin(made: Z3_ast): Z3_ast {
    // A failed call leaves an error code and a null address, which would later stand for anything.
    this.#mustBeWell();
    this.#z3.inc_ref(this.#context, made);
    return made;
  }

  #setTimeout(timeoutMs: number): void {
    if (timeoutMs === this.#timeoutMs) return;
    const [z3, context] = [this.#z3, this.#context];
    const params = z3.mk_params(context);
    z3.params_inc_ref(context, params);
    const set = (name: string, value: number): void =>
      z3.params_set_uint(context, params, z3.mk_string_symbol(context, name), value);
    set("timeout", timeoutMs);
    set("random_seed", RANDOM_SEED);
    z3.solver_set_params(context, this.#solver, params);
    z3.params_dec_ref(context, params);
    this.#mustBeWell();
    this.#timeoutMs = timeoutMs;
  }

  /** @throws when the last call failed: nothing that Z3 says can then be trusted */
  #mustBeWell(): void {
    const code = this.#z3.get_error_code(this.#context);
    if (code !== Z3_error_code.Z3_OK) {
      throw new Error(`Z3 failed: ${this.#z3.get_error_msg(this.#context, code)}`);
    }
  }
}

function at(terms: readonly Z3_ast[], place: number): Z3_ast {
  const term = terms[place];
  if (term === undefined) throw new Error(`no term at ${place}`);
  return term;
}

/**
 * Whether a kernel and a model tell the same life of a packet.
 */
import type { Expected } from "./expect.ts";
import { type Life, type Pass, endText, passText } from "./life.ts";

/** Where they part: what the kernel did, and what the model expects instead. */
export interface Difference {
  readonly kernel: string;
  readonly model: string;
}

/** What is left to a kernel. */
export interface Freedom {
  /** Whether what nothing answers for may be lost outside rather than at the node (S4.14). */
  readonly mayLeak: boolean;
  readonly outside: string;
}

/**
 * Undefined when the kernel's life is one of those that the model allows, else the first place where it
 * parts from the one that goes along longest.
 */
export function difference(
  kernel: Life,
  allowed: readonly Expected[],
  freedom: Freedom,
): Difference | undefined {
  let longest = -1;
  let found: Difference | undefined;
  for (const one of allowed) {
    const parting = partingOf(kernel, one, freedom);
    if (parting === undefined) return undefined;
    if (parting.at > longest) {
      longest = parting.at;
      found = parting.difference;
    }
  }
  return found ?? { kernel: endText(kernel.end), model: "nothing" };
}

interface Parting {
  /** How far they went together. */
  readonly at: number;
  readonly difference: Difference;
}

function partingOf(kernel: Life, model: Expected, freedom: Freedom): Parting | undefined {
  const [own, theirs] = [lines(kernel), lines(model.life)];
  const at = firstDifference(own, theirs);
  if (at >= 0 && !(freedom.mayLeak && isLeak(kernel, model, freedom))) {
    const because = ` (${model.because})`;
    return {
      at,
      difference: { kernel: own[at] ?? "nothing", model: `${theirs[at] ?? "nothing"}${because}` },
    };
  }
  return replyParting(kernel, model, own.length);
}

function lines(life: Life): readonly string[] {
  return [...life.passes.map(passText), endText(life.end)];
}

/** The first index at which the two differ; -1: they are equal. */
function firstDifference(a: readonly string[], b: readonly string[]): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i += 1) if (a[i] !== b[i]) return i;
  return -1;
}

/** Lost one hop later than the model says, on the way out that everything unknown takes. */
function isLeak(kernel: Life, model: Expected, { outside }: Freedom): boolean {
  if (!model.leaks || kernel.end.kind !== "lost") return false;
  const more = kernel.passes.slice(model.life.passes.length);
  const same = kernel.passes.slice(0, model.life.passes.length).map(passText);
  return (
    firstDifference(same, model.life.passes.map(passText)) < 0 &&
    more.length === 1 &&
    more[0]?.to === outside
  );
}

function replyParting(kernel: Life, model: Expected, at: number): Parting | undefined {
  const [own, theirs] = [kernel.reply, model.life.reply];
  if (own === undefined || theirs === undefined) return undefined;
  const isSame = own.end === theirs.end || (own.end === "elsewhere" && theirs.end === "lost");
  if (!isSame) {
    return { at, difference: { kernel: `reply ${own.end}`, model: `reply ${theirs.end}` } };
  }
  // A reply that nobody waits for may be dropped anywhere: only the way of a good one is fixed.
  if (theirs.end !== "returned") return undefined;
  const text = (passes: readonly Pass[]): string => passes.map(passText).join("; ");
  const ways = model.replyPasses.map(text);
  const way = text(own.passes);
  return ways.includes(way)
    ? undefined
    : { at, difference: { kernel: `reply by ${way}`, model: `reply by ${ways.join(" or ")}` } };
}

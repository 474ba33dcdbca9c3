/**
 * Why something is allowed, denied or undecided, with the lines that say so.
 */
import type { Because, UndecidedReason } from "../check/types.ts";
import { codeFrame, placeOf, type Sources } from "./code-frame.ts";
import { as, type Line, type Role } from "./line.ts";

const ROLE: Readonly<Record<Because["effect"], Role>> = {
  allowed: "good",
  denied: "bad",
  undecided: "doubt",
};

/** `because` with a frame of the most specific line, the other lines being its context. */
export function becauseLines(because: Because, sources: Sources): readonly Line[] {
  const { direction, effect, text, origins } = because;
  const line: Line = [
    " ",
    as("place", "= "),
    `${direction}: `,
    as(ROLE[effect], effect),
    `, ${text}`,
  ];
  const [first, ...context] = origins;
  return first === undefined ? [line] : [line, ...codeFrame(sources, first, "", context)];
}

/** `because` on one line, and one more for its place: for tables. */
export function becauseRow(because: Because): readonly Line[] {
  const { direction, effect, text, origins } = because;
  const [first] = origins;
  return [
    [`  ${direction.padEnd(8)}`, as(ROLE[effect], effect.padEnd(10)), text],
    ...(first === undefined ? [] : [[" ".repeat(20), as("faint", placeOf(first))]]),
  ];
}

/** Why something is undecided: the code, the reason and its first line. */
export function undecidedLines(reason: UndecidedReason): readonly Line[] {
  const [first] = reason.origins;
  return [
    [" ", as("place", "= "), as("doubt", reason.code), `: ${reason.text}`],
    ...(first === undefined ? [] : [["   ", as("place", "--> "), placeOf(first)]]),
  ];
}

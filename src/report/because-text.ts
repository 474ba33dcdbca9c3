/**
 * Why something is allowed, denied or undecided, with the lines that say so.
 */
import type { Because, UndecidedReason } from "../check/types.ts";
import { codeFrame, isWritten, placeOf, type Sources } from "./code-frame.ts";
import { groupBy } from "../base/group-by.ts";
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
  const [first, ...context] = origins.filter(isWritten);
  return first === undefined ? [line] : [line, ...codeFrame(sources, first, "", context)];
}

/**
 * A line for each of `reasons`, and one more for its place. Of reasons with one direction, effect and place
 * the first stands for the others, unless `all` are asked for.
 */
export function becauseRows(reasons: readonly Because[], all: boolean): readonly Line[] {
  const key = ({ direction, effect, text, origins }: Because): string =>
    [direction, effect, origins[0] === undefined || all ? text : placeOf(origins[0])].join(" ");
  return [...groupBy(reasons, key).values()].flatMap((group): readonly Line[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { direction, effect, text, origins } = first;
    const more = group.length === 1 ? "" : ` (and ${String(group.length - 1)} more like it)`;
    const [place] = origins.filter(isWritten);
    return [
      [`  ${direction.padEnd(8)}`, as(ROLE[effect], effect.padEnd(10)), `${text}${more}`],
      ...(place === undefined ? [] : [[" ".repeat(20), as("faint", placeOf(place))]]),
    ];
  });
}

/** Why something is undecided: the code, the reason and its first line. */
export function undecidedLines(reason: UndecidedReason): readonly Line[] {
  const [first] = reason.origins.filter(isWritten);
  return [
    [" ", as("place", "= "), as("doubt", reason.code), `: ${reason.text}`],
    ...(first === undefined ? [] : [["   ", as("place", "--> "), placeOf(first)]]),
  ];
}

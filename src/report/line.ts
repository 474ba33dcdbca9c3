/**
 * Lines of a text report: pieces of text, some with a role. Rendering escapes every piece and colours by
 * role, so nothing from an input reaches a terminal as it is.
 */
import pc from "picocolors";
import { printable } from "./printable.ts";

/** What a piece of text is for; decides its colour. */
export type Role = "good" | "bad" | "doubt" | "place" | "strong" | "faint";

/** A piece of a line: plain text, or text with a role. */
export type Piece = string | { readonly role: Role; readonly text: string };

/** One line of a report, without its end. */
export type Line = readonly Piece[];

/** A piece with a role. */
export function as(role: Role, text: string): Piece {
  return { role, text };
}

/** The empty line. */
export const BLANK: Line = [];

/** `lines` as text, each ended by a line feed, trailing spaces cut; coloured iff `colour`. */
export function render(lines: readonly Line[], colour: boolean): string {
  const colours = pc.createColors(colour);
  const paint: Readonly<Record<Role, (text: string) => string>> = {
    good: colours.green,
    bad: colours.red,
    doubt: colours.yellow,
    place: colours.cyan,
    strong: colours.bold,
    faint: colours.dim,
  };
  const piece = (part: Piece): string =>
    typeof part === "string" ? printable(part) : paint[part.role](printable(part.text));
  return lines.map((line) => `${line.map(piece).join("").trimEnd()}\n`).join("");
}

/** `line` moved `columns` to the right; an empty line stays empty. */
export function indented(line: Line, columns: number): Line {
  return line.length === 0 ? line : [" ".repeat(columns), ...line];
}

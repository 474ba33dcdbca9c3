/**
 * How a request passes an ingress controller: who answers, the rule that counts, and the two connections.
 */
import type { IngressLeg, IngressPassage, QueryAnswer, QueryOutcome } from "../check/types.ts";
import { becauseRows } from "./because-text.ts";
import { isWritten, placeOf } from "./code-frame.ts";
import { socketText } from "./header-text.ts";
import { as, BLANK, indented, type Line, type Role } from "./line.ts";

const ROLE: Readonly<Record<QueryAnswer["answer"], Role>> = {
  yes: "good",
  no: "bad",
  depends: "doubt",
  undecided: "doubt",
};

/** Endpoints that are named; the rest is counted. */
const SHOWN_MAX = 3;

/** The lines of `passages`; `outcomes` prints the ways in which one connection can go. */
export function passageLines(
  passages: readonly IngressPassage[],
  outcomes: (found: readonly QueryOutcome[], open: boolean) => readonly Line[],
  all: boolean,
): readonly Line[] {
  return passages.flatMap((passage) => [
    BLANK,
    row("through", passage.controller, passage.controllerAt),
    ...(passage.rule === undefined
      ? []
      : [
          row("rule", `${passage.rule.ingress}: ${passage.rule.text}`, passage.rule.origin),
          row("backend", `${passage.rule.backend}${endpointsText(passage)}`),
        ]),
    ...becauseRows(passage.because, all),
    ...passage.entrances.flatMap((leg) => legLines("in by", leg, outcomes, all)),
    ...passage.backends.flatMap((leg) => legLines("on to", leg, outcomes, all)),
  ]);
}

function row(what: string, text: string, at?: IngressPassage["controllerAt"]): Line {
  const place = at === undefined || !isWritten(at) ? "" : `  ${placeOf(at)}`;
  return [`  ${what.padEnd(8)}`, text, as("faint", place)];
}

function endpointsText({ endpoints }: IngressPassage): string {
  if (endpoints.length === 0) return "";
  const texts = endpoints.slice(0, SHOWN_MAX).map(({ address, port }) => socketText(address, port));
  const rest = endpoints.length - texts.length;
  return ` -> ${texts.join(", ")}${rest > 0 ? ` and ${String(rest)} more` : ""}`;
}

function legLines(
  what: string,
  { text, answer }: IngressLeg,
  outcomes: (found: readonly QueryOutcome[], open: boolean) => readonly Line[],
  all: boolean,
): readonly Line[] {
  return [
    BLANK,
    [`  ${what.padEnd(8)}`, as(ROLE[answer.answer], answer.answer.toUpperCase().padEnd(10)), text],
    ...becauseRows(answer.because, all).map((line) => indented(line, 2)),
    ...outcomes(answer.outcomes, answer.answer === "undecided")
      .filter((line) => line !== BLANK)
      .map((line) => indented(line, 2)),
  ];
}

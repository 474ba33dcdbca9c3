/**
 * A trace as text: what is sent, each decision on the way, and the end.
 */
import type { FibAction, HookAction } from "../../models/network/action.ts";
import {
  type Choices,
  type Hop,
  type Trace,
  type Verdict,
  chosen,
} from "../../models/network/trace.ts";
import type { LostReply } from "../check/types.ts";
import { isWritten, placeOf } from "./code-frame.ts";
import { headerText, translationText } from "./header-text.ts";
import { as, indented, type Line, type Piece } from "./line.ts";
import { displayWidth, padded, printable } from "./printable.ts";

/**
 * The lines of `trace`, in columns: where, stage, what is done, and why with the deciding line. `isLost`: what it
 * shows is of no use, though it is received.
 */
export function traceLines(trace: Trace, isLost = false): readonly Line[] {
  const { packet, hops, verdict } = trace;
  const rows: readonly Row[] = [
    { at: packet.from, stage: "send", what: headerText(packet.header), why: "" },
    ...hops.filter(says).map((hop) => hopRow(hop, trace.choices)),
    { ...verdictRow(verdict), ...(isLost ? { role: "bad" as const } : {}) },
  ];
  const width = (cells: readonly string[]): number =>
    Math.max(...cells.map((cell) => displayWidth(printable(cell))));
  const atWidth = width(rows.map((row) => row.at));
  const stageWidth = width(rows.map((row) => row.stage));
  const whatWidth = width(
    rows
      .filter((row) => row.why !== "")
      .map((row) => row.what)
      .concat(""),
  );
  return rows.map((row): Line => {
    const start: readonly Piece[] = [
      padded(printable(row.at), atWidth + 2),
      as("faint", padded(row.stage, stageWidth + 2)),
    ];
    const what = row.why === "" ? row.what : padded(printable(row.what), whatWidth + 2);
    return [...start, row.role === undefined ? what : as(row.role, what), as("faint", row.why)];
  });
}

/** What becomes of a reply that is lost. */
export function lostReplyLines({ trace }: LostReply): readonly Line[] {
  return [["its reply:"], ...traceLines(trace, true).map((line) => indented(line, 2))];
}

/**
 * Whether a hop is worth a line: not where a table that only ever translates lets a packet pass that another
 * such table of the same switch has met.
 */
function says({ stage, action }: Hop, index: number, hops: readonly Hop[]): boolean {
  if (action.kind !== "pass") return true;
  if (stage === "masquerade") return false;
  const [before, after] = [hops[index - 1], hops[index + 1]];
  return stage !== "dnat" || !(before?.stage === "dnat" || after?.stage === "dnat");
}

interface Row {
  readonly at: string;
  readonly stage: string;
  readonly what: string;
  readonly why: string;
  readonly role?: "good" | "bad" | "doubt";
}

function hopRow(hop: Hop, choices: Choices): Row {
  const { at, stage, action, because, before, after } = hop;
  const [origin] = because.origins.filter(isWritten);
  const place = origin === undefined ? "" : ` (${placeOf(origin)})`;
  const row = {
    at,
    stage,
    what: actionText(action, translationText(before, after), choices),
    why: `${because.text}${place}`,
  };
  return action.kind === "discard" ? { ...row, role: discardRole(action.reason) } : row;
}

function actionText(action: FibAction | HookAction, translation: string, choices: Choices): string {
  switch (action.kind) {
    case "pass":
      return translation === "" ? "pass" : translation;
    case "translate": {
      const marks = chosen(choices, action.choice, action.rewrites)?.marks === true;
      const done = [translation, marks ? "mark" : ""].filter((part) => part !== "");
      return done.length === 0 ? "keep" : done.join(", ");
    }
    case "discard":
      return `discard: ${action.reason}`;
    case "forward":
      return `forward ${action.via}`;
    case "multipath": {
      const via = chosen(choices, action.choice, action.vias) ?? "";
      return `forward ${via} (one of ${action.vias.length})`;
    }
    case "deliver":
      return `deliver ${action.to}`;
  }
}

function discardRole(reason: string): "bad" | "doubt" {
  return reason === "unmodelled" ? "doubt" : "bad";
}

function verdictRow(verdict: Verdict): Row {
  switch (verdict.kind) {
    case "delivered":
      return {
        at: verdict.to,
        stage: "receive",
        what: headerText(verdict.header),
        why: "",
        role: "good",
      };
    case "discarded":
      return {
        at: verdict.at,
        stage: "end",
        what: `${headerText(verdict.header)} is discarded`,
        why: "",
        role: discardRole(verdict.reason),
      };
    case "looped":
      return {
        at: verdict.at,
        stage: "end",
        what: `${headerText(verdict.header)} comes back unchanged: a loop`,
        why: "",
        role: "bad",
      };
  }
}

/**
 * What `verify` prints for people: refutations with packet, trace and blame first, then what is undecided,
 * then one line for each property.
 */
import type { Counterexample, Finding, Method } from "../check/types.ts";
import { becauseLines, undecidedLines } from "./because-text.ts";
import { bypassLines } from "./channel-text.ts";
import { codeFrame, type Sources } from "./code-frame.ts";
import { groupBy } from "../base/group-by.ts";
import { diagnosticLines } from "./diagnostics-text.ts";
import { headerText } from "./header-text.ts";
import { as, BLANK, indented, type Line, type Role } from "./line.ts";
import { displayWidth, padded, printable } from "./printable.ts";
import { profileLines } from "./profile-text.ts";
import { assumptionLines, inputLine, noticeLines, plural, type RunContext } from "./run-context.ts";
import { lostReplyLines, traceLines } from "./trace-text.ts";

/** What is shown. */
export interface VerifyTextOptions {
  /** Every counterexample, warning and undecided reason rather than the first of each. */
  readonly all: boolean;
  /** Only what is not proved, and the summary. */
  readonly quiet: boolean;
}

/** How many reasons of one undecided property are shown unless all are asked for. */
const REASONS_MAX = 3;

/** The report of `findings`, in their order. */
export function verifyLines(
  findings: readonly Finding[],
  context: RunContext,
  options: VerifyTextOptions,
): readonly Line[] {
  const { input, diagnostics, sources, assumptions } = context;
  const width = Math.max(0, ...findings.map((finding) => displayWidth(printable(finding.id))));
  const told = options.quiet ? findings.filter((f) => f.outcome.kind !== "proved") : findings;
  return [
    ...(context.folder === undefined ? [] : [[as("strong", `folder ${context.folder}`)]]),
    inputLine(input),
    ...noticeLines(context),
    BLANK,
    ...diagnosticLines(diagnostics, sources, options.all),
    ...findings.flatMap((finding) => [
      ...detailLines(finding, sources, options.all),
      ...bypassLines(finding, sources, options.all),
    ]),
    ...told.map((finding) => findingLine(finding, width)),
    ...(options.quiet
      ? []
      : [
          ...leftOutLines(findings),
          ...profileLines(context.profile),
          ...assumptionLines(assumptions),
        ]),
    ...(told.length === 0 && options.quiet ? [] : [BLANK]),
    summaryLine(findings),
  ];
}

/** `9 properties: 8 proved, 1 refuted, 0 undecided`. */
export function summaryLine(findings: readonly Finding[]): Line {
  const count = (kind: Finding["outcome"]["kind"]): string =>
    String(findings.filter((finding) => finding.outcome.kind === kind).length);
  return [
    `${plural(findings.length, "property")}: `,
    `${count("proved")} proved, ${count("refuted")} refuted, ${count("undecided")} undecided`,
    count("not-applicable") === "0" ? "" : `, ${count("not-applicable")} not applicable`,
  ];
}

function detailLines(finding: Finding, sources: Sources, all: boolean): readonly Line[] {
  const { outcome } = finding;
  switch (outcome.kind) {
    case "proved":
    case "not-applicable":
      return [];
    case "refuted": {
      const shown = all ? outcome.by : outcome.by.slice(0, 1);
      const others = outcome.others + outcome.by.length - shown.length;
      const more: readonly Line[] =
        others === 0
          ? []
          : [
              [
                " ",
                as("place", "= "),
                `${plural(others, "other pair")} ${others === 1 ? "breaks" : "break"} it in the same way`,
                outcome.by.length > shown.length ? " (show all: --all)" : "",
              ],
            ];
      return [
        ...refutationHead(finding, outcome.by[0], sources),
        ...shown.flatMap((example, i) => counterexampleLines(example, sources, i > 0)),
        ...more,
        BLANK,
      ];
    }
    case "undecided": {
      const shown = all ? outcome.why : outcome.why.slice(0, REASONS_MAX);
      const more = outcome.why.length - shown.length;
      return [
        [as("doubt", "undecided"), as("strong", `: ${finding.id}`)],
        ...(finding.at === undefined
          ? [[" ", as("place", "= "), finding.title]]
          : codeFrame(sources, finding.at, titleOf(finding))),
        ...shown.flatMap(undecidedLines),
        ...(more === 0 ? [] : [[`   … and ${plural(more, "further reason")} (show all: --all)`]]),
        BLANK,
      ];
    }
  }
}

/** Intents have a code of their own; a built-in property is explained under its id. */
function refutationHead(
  finding: Finding,
  example: Counterexample,
  sources: Sources,
): readonly Line[] {
  const { id, severity, at } = finding;
  const role = severity === "error" ? "bad" : "doubt";
  const code = finding.from === "intent" ? "NQ4001" : id;
  return [
    [as(role, `${severity}[${code}]`), as("strong", `: ${id} is refuted: ${example.summary}`)],
    ...(at === undefined ? [] : codeFrame(sources, at, titleOf(finding))),
  ];
}

function counterexampleLines(
  example: Counterexample,
  sources: Sources,
  summarise: boolean,
): readonly Line[] {
  const { trace, because, summary, lostReply } = example;
  const packet: readonly Line[] =
    trace === undefined
      ? []
      : [
          [
            " ",
            as("place", "= "),
            `packet: ${trace.packet.from} sends ${headerText(trace.packet.header)}`,
          ],
        ];
  const path: readonly Line[] =
    trace === undefined
      ? []
      : [
          [" ", as("place", "= "), "trace:"],
          ...traceLines(trace).map((line) => indented(line, 5)),
          ...(lostReply === undefined ? [] : lostReplyLines(lostReply)).map((line) =>
            indented(line, 5),
          ),
        ];
  return [
    ...(summarise ? [[" ", as("place", "= "), `also: ${summary}`]] : []),
    ...packet,
    ...because.flatMap((reason) => becauseLines(reason, sources)),
    ...path,
  ];
}

function findingLine(finding: Finding, width: number): Line {
  const { outcome, id } = finding;
  return [
    as(OUTCOME_ROLE[outcome.kind], OUTCOME_WORD[outcome.kind].padEnd(10)),
    padded(printable(id), width + 2),
    saidOf(finding),
  ];
}

function saidOf(finding: Finding): string {
  const { outcome, method } = finding;
  switch (outcome.kind) {
    case "proved":
      return methodText(method);
    case "not-applicable":
      return outcome.text;
    case "refuted":
    case "undecided":
      return titleOf(finding);
  }
}

/** The colour of each outcome. */
export const OUTCOME_ROLE: Readonly<Record<Finding["outcome"]["kind"], Role>> = {
  proved: "good",
  refuted: "bad",
  undecided: "doubt",
  "not-applicable": "faint",
};

/** The word for each outcome at the start of a line. */
const OUTCOME_WORD: Readonly<Record<Finding["outcome"]["kind"], string>> = {
  proved: "proved",
  refuted: "refuted",
  undecided: "undecided",
  "not-applicable": "n/a",
};

/** The title; nothing when it says no more than the id. */
function titleOf({ id, title }: Finding): string {
  return title === id ? "" : title;
}

/** A line for each thing that properties do not speak about, with how many of them. */
function leftOutLines(findings: readonly Finding[]): readonly Line[] {
  const told = findings.flatMap(({ leavesOut }) => leavesOut);
  return [...groupBy(told, (text) => text)].map(
    ([text, times]): Line => [
      as("faint", "left out  "),
      `${text} (${plural(times.length, "property")})`,
    ],
  );
}

function methodText(method: Method): string {
  if (method.kind === "computed") return `computed, ${plural(method.cases, "fact")}`;
  const proofs = method.proofs === 0 ? "none left to prove" : plural(method.proofs, "proof");
  return `for all headers, ${plural(method.cases, "case")}, ${proofs}`;
}

/**
 * What `reach` prints for people: the answer, who decides it, and every way that it can go.
 */
import type { Protocol } from "../../models/base/family.ts";
import type { QueryAnswer, QueryOutcome } from "../check/types.ts";
import { formatAddress } from "../base/ip.ts";
import { becauseRows, undecidedLines } from "./because-text.ts";
import { diagnosticLines } from "./diagnostics-text.ts";
import { groupBy } from "../base/group-by.ts";
import { socketText } from "./header-text.ts";
import { as, BLANK, indented, type Line, type Piece, type Role } from "./line.ts";
import { fixLines, nameLines, oneWayLines, verdictText } from "./name-lines.ts";
import { passageLines } from "./passage-lines.ts";
import { profileLines } from "./profile-text.ts";
import { assumptionLines, noticeLines, type RunContext } from "./run-context.ts";
import { lostReplyLines, traceLines } from "./trace-text.ts";

const ROLE: Readonly<Record<QueryAnswer["answer"], Role>> = {
  yes: "good",
  no: "bad",
  depends: "doubt",
  undecided: "doubt",
};

/** The report of `answer`. */
export function reachLines(
  answer: QueryAnswer,
  context: RunContext,
  options: { readonly all: boolean; readonly quiet: boolean },
): readonly Line[] {
  const { from, to, protocol, port, outcomes, because, undecided, closest } = answer;
  const question = queryText(from, to, protocol, port);
  const head: readonly Line[] = [
    ...(context.folder === undefined ? [] : [[as("strong", `folder ${context.folder}`)]]),
    [
      as(ROLE[answer.answer], answer.answer.toUpperCase().padEnd(10)),
      as("strong", `${question}${verdictText(answer)}`),
    ],
    ...oneWayLines(answer),
    ...noticeLines(context),
  ];
  if (options.quiet) return head;
  // The answer first: what is remarked on about the input follows it.
  const remarks = [
    ...diagnosticLines(context.diagnostics, context.sources, options.all),
    ...profileLines(context.profile),
    ...assumptionLines([...context.assumptions, ...ownAssumptions(answer)]),
  ];
  if (answer.passages !== undefined) {
    const outcomesOf = (found: readonly QueryOutcome[], open: boolean): readonly Line[] =>
      outcomesLines(found, options.all, open);
    return [
      ...head,
      ...(answer.passages.length === 0 ? becauseRows(because, options.all) : []),
      ...undecided.flatMap(undecidedLines),
      ...passageLines(answer.passages, outcomesOf, options.all),
      ...(remarks.length === 0 ? [] : [BLANK, ...remarks]),
    ];
  }
  return [
    ...head,
    ...becauseRows(because, options.all),
    ...(answer.name === undefined ? [] : nameLines(answer.name)),
    ...unresolvedLines(answer),
    ...undecided.flatMap(undecidedLines),
    ...fixLines(answer),
    ...outcomesLines(outcomes, options.all, answer.answer === "undecided"),
    ...(closest === undefined
      ? []
      : [BLANK, [`closest yes: ${queryText(closest.from, closest.to, protocol, closest.port)}`]]),
    ...(remarks.length === 0 ? [] : [BLANK, ...remarks]),
  ];
}

/** What was assumed for this question only. */
function ownAssumptions({ name }: QueryAnswer): RunContext["assumptions"] {
  const texts = [name?.dns?.assumption, name?.assumption];
  return texts.filter((text) => text !== undefined).map((text) => ({ text }));
}

/** The code by which `netqed explain` tells more. */
function unresolvedLines({ name, from, to }: QueryAnswer): readonly Line[] {
  if (name?.dns?.question.answer !== "no") return [];
  return [
    [
      " ",
      as("place", "= "),
      as("bad", "NQ4040"),
      `: ${from} may not ask ${name.dns.server} for ${to}`,
    ],
  ];
}

function queryText(from: string, to: string, protocol: Protocol, port: number): string {
  return `${from} -> ${to} ${protocol.toLowerCase()}/${String(port)}`;
}

/** One outcome of each kind with its trace, unless all are asked for. */
function outcomesLines(
  outcomes: readonly QueryOutcome[],
  all: boolean,
  open: boolean,
): readonly Line[] {
  const groups = all
    ? outcomes.map((outcome) => [outcome])
    : [...groupBy(outcomes, kindOfOutcome).values()];
  return groups.flatMap((group, index): readonly Line[] => {
    const [first, ...alike] = group;
    if (first === undefined) return [];
    const counted = groups.length === 1 ? "outcome" : `outcome ${String(index + 1)}`;
    const number = open ? `${counted}, as assumed` : counted;
    return [
      BLANK,
      [`${number}: `, ...outcomeText(first)],
      ...traceLines(first.trace).map((line) => indented(line, 2)),
      ...(first.lostReply === undefined
        ? []
        : lostReplyLines(first.lostReply).map((line) => indented(line, 2))),
      ...(alike.length === 0
        ? []
        : [[`  and ${String(alike.length)} more that end alike (show all: --all)`]]),
    ];
  });
}

/** Outcomes of one kind differ in who the pods are and in the path, and not in what becomes of them. */
function kindOfOutcome(outcome: QueryOutcome): string {
  const { verdict, reply = "", undeclared, port, trace } = outcome;
  const last = trace.hops.at(-1);
  const end = last?.action.kind === "discard" ? `${last.stage} ${last.action.reason}` : "";
  return [verdict, reply, undeclared, port, end].join(" ");
}

function outcomeText(outcome: QueryOutcome): Line {
  const { verdict, receiver, address, port, sourceSeen, reply, undeclared } = outcome;
  const place = socketText(address, port);
  if (receiver === undefined) {
    return [as(verdict === "undecided" ? "doubt" : "bad", verdict), ` at ${place}`];
  }
  return [
    as("good", verdict),
    ` to ${receiver} at ${place}`,
    sourceSeen === undefined ? "" : `, from ${formatAddress(sourceSeen)}`,
    ...(reply === undefined ? [] : [", ", replyPiece(reply)]),
    undeclared ? ", no declared listener" : "",
  ];
}

function replyPiece(reply: NonNullable<QueryOutcome["reply"]>): Piece {
  return reply === "delivered" ? `reply ${reply}` : as("bad", `reply ${reply}`);
}

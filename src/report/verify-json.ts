/**
 * `verify -o json`: versioned, see docs/schemas/verify.schema.json.
 */
import type { Counterexample, Finding } from "../check/types.ts";
import { channelJson } from "./channel-text.ts";
import {
  contextJson,
  headerJson,
  inputJson,
  type JsonObject,
  placeJson,
  SCHEMA_VERSION,
  traceJson,
} from "./json.ts";
import { becauseJson, undecidedJson } from "./reach-json.ts";
import type { RunContext } from "./run-context.ts";

/** The report of `findings`, in their order. */
export function verifyJson(findings: readonly Finding[], context: RunContext): JsonObject {
  const count = (kind: Finding["outcome"]["kind"]): number =>
    findings.filter((finding) => finding.outcome.kind === kind).length;
  return {
    schemaVersion: SCHEMA_VERSION,
    folder: context.folder,
    summary: {
      properties: findings.length,
      proved: count("proved"),
      refuted: count("refuted"),
      undecided: count("undecided"),
      notApplicable: count("not-applicable"),
    },
    input: inputJson(context),
    properties: findings.map(findingJson),
    ...contextJson(context),
  };
}

function findingJson(finding: Finding): JsonObject {
  const { id, from, title, at, severity, outcome, method, leavesOut, channels } = finding;
  return {
    id,
    from,
    title,
    severity,
    outcome: outcome.kind,
    at: at === undefined ? undefined : placeJson(at),
    method: { ...method },
    leavesOut,
    ...(outcome.kind === "refuted"
      ? { counterexamples: outcome.by.map(counterexampleJson), others: outcome.others }
      : {}),
    ...(outcome.kind === "not-applicable" ? { reason: outcome.text } : {}),
    ...(outcome.kind === "undecided" ? { why: outcome.why.map(undecidedJson) } : {}),
    channels: channels?.map(channelJson),
  };
}

function counterexampleJson({ summary, trace, lostReply, because }: Counterexample): JsonObject {
  return {
    summary,
    ...(trace === undefined
      ? {}
      : {
          packet: { from: trace.packet.from, ...headerJson(trace.packet.header) },
          verdict: trace.verdict.kind,
          trace: traceJson(trace),
          replyTrace: lostReply === undefined ? undefined : traceJson(lostReply.trace),
        }),
    because: because.map(becauseJson),
  };
}

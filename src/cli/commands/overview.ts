/**
 * `netqed` without arguments: what there is, whether it holds, and what to look at first.
 */
import type { Cluster } from "../../../models/kubernetes/cluster.ts";
import { riskiestFlows } from "../../check/riskiest-flows.ts";
import type { Finding, Graph } from "../../check/types.ts";
import { endpointNames, rowsText } from "../../report/graph-text.ts";
import { as, BLANK, type Line } from "../../report/line.ts";
import { profileLines } from "../../report/profile-text.ts";
import { inputLine, noticeLines, plural, type RunContext } from "../../report/run-context.ts";
import { OUTCOME_ROLE, summaryLine } from "../../report/verify-text.ts";
import type { Analysis } from "../analysis.ts";
import { answerInputs } from "../answer.ts";
import { commonOptions } from "../common-options.ts";
import { type ExitCode, exitCodeOf } from "../exit-code.ts";
import { load } from "../input/load.ts";
import type { Io } from "../io.ts";

/** How many open connections are shown. */
const FLOWS_SHOWN = 3;

/** Looks at the current folder. The exit code is that of `verify` without intents. */
export async function overview(io: Io, analysis: Analysis): Promise<ExitCode> {
  const options = commonOptions({});
  const { inputs } = await load(io, options);
  return answerInputs(io, options, inputs, async (target, context) => {
    const findings = await analysis.verify(target, []);
    const graph = await analysis.graph(target, { pods: false });
    return {
      kind: "answered",
      answered: {
        lines: () => overviewLines(target.cluster, context, findings, graph),
        json: () => ({}),
        exit: exitCodeOf(findings, "error"),
      },
    };
  });
}

function overviewLines(
  cluster: Cluster,
  context: RunContext,
  findings: readonly Finding[],
  graph: Graph,
): readonly Line[] {
  const { nodes, pods, services, policies } = cluster;
  const remarks = context.diagnostics.length;
  const names = endpointNames(graph.endpoints);
  const name = (id: string): string => names.get(id) ?? id;
  const open = riskiestFlows(graph, FLOWS_SHOWN);
  const broken = findings.filter(
    ({ outcome }) => outcome.kind === "refuted" || outcome.kind === "undecided",
  );
  return [
    inputLine(context.input),
    ...noticeLines(context),
    [
      `${plural(nodes.length, "node")}, ${plural(pods.length, "pod")}, `,
      `${plural(services.length, "service")}, ${plural(policies.length, "policy")}`,
    ],
    [
      `${plural(context.assumptions.length, "assumption")}, ${plural(remarks, "remark")}`,
      " (netqed verify shows them)",
    ],
    ...profileLines(context.profile),
    BLANK,
    summaryLine(findings),
    ...broken.map(
      ({ outcome, id, title }): Line => [
        "  ",
        as(OUTCOME_ROLE[outcome.kind], outcome.kind.padEnd(10)),
        `${id}: ${title}`,
      ],
    ),
    BLANK,
    ...(open.length === 0 ? [["nothing can reach anything else"]] : [["look at these first:"]]),
    ...open.map(
      ({ from, to, rows }): Line => [`  ${name(from)} => ${name(to)} : ${rowsText(rows)}`],
    ),
    BLANK,
    ["next: say what must hold in an intent file, and check it with netqed verify --intent FILE"],
    ["      (netqed schema prints its JSON Schema, netqed --help all commands)"],
  ];
}

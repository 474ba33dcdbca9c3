/**
 * What `env` prints for people: the variables of each container, as a shell would show them.
 */
import type { EnvironmentEntry, VariableValue } from "../../models/kubernetes/environment.ts";
import type { ContainerEnvironment } from "../check/environment.ts";
import { formatAddress } from "../base/ip.ts";
import { placeOf } from "./code-frame.ts";
import { diagnosticLines } from "./diagnostics-text.ts";
import { socketText } from "./header-text.ts";
import { as, BLANK, type Line } from "./line.ts";
import { profileLines } from "./profile-text.ts";
import { assumptionLines, plural, type RunContext } from "./run-context.ts";

/** The report about `containers`, a block for each. */
export function envLines(
  containers: readonly ContainerEnvironment[],
  context: RunContext,
  options: { readonly all: boolean; readonly quiet: boolean },
): readonly Line[] {
  const blocks = containers.flatMap((container, index) => [
    ...(index === 0 ? [] : [BLANK]),
    ...containerLines(container, options.quiet),
  ]);
  if (options.quiet) return blocks;
  return [
    ...(context.folder === undefined ? [] : [[as("strong", `folder ${context.folder}`)]]),
    ...blocks,
    BLANK,
    ...diagnosticLines(context.diagnostics, context.sources, options.all),
    ...profileLines(context.profile),
    ...assumptionLines(context.assumptions),
  ];
}

function containerLines(
  { owner, container, entries }: ContainerEnvironment,
  quiet: boolean,
): readonly Line[] {
  const shown = entries.filter(({ own }) => own === undefined);
  const head: Line = [
    as("strong", `${owner}, container ${container}`),
    `: ${plural(shown.length, "variable")} of services`,
  ];
  const texts = shown.map((entry) => `${entry.name}=${valuesOf(entry).join(" or ")}`);
  const width = Math.max(0, ...texts.map((text) => text.length));
  const lines = shown.map(({ given }, index): Line => {
    const sources = given.map(({ service }) => `${service.namespace}/${service.name}`);
    const told = quiet ? "" : sources.join(" or ");
    return [`  ${(texts[index] ?? "").padEnd(width)}  `, as("faint", told)];
  });
  return [head, ...lines, ...(quiet ? [] : doubts(shown))];
}

/** What a variable may hold, each value once: several where services disagree. */
export function valuesOf({ given }: EnvironmentEntry): readonly string[] {
  return [...new Set(given.map(({ value }) => valueText(value)))];
}

/** One line for each source that may hold some of the variables. */
function doubts(shown: readonly EnvironmentEntry[]): readonly Line[] {
  const sources = new Set(shown.flatMap(({ perhaps }) => perhaps));
  return [...sources].map(({ text, origin }) => [
    `  ${text} may hold variables of these names, which would win  `,
    as("place", placeOf(origin)),
  ]);
}

/** The value of a variable, as the container sees it. */
export function valueText(value: VariableValue): string {
  switch (value.kind) {
    case "address":
      return formatAddress(value.address);
    case "port":
      return String(value.port);
    case "protocol":
      return value.protocol.toLowerCase();
    case "url":
      return `${value.protocol.toLowerCase()}://${socketText(value.address, value.port)}`;
  }
}

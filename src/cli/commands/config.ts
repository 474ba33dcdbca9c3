/**
 * `netqed config`: the configuration in force and where each value comes from, the input included.
 */
import type { Diagnostic } from "../../base/diagnostic.ts";
import { diagnosticLines } from "../../report/diagnostics-text.ts";
import {
  diagnosticJson,
  type JsonObject,
  jsonText,
  SCHEMA_VERSION,
  settingJson,
} from "../../report/json.ts";
import { as, BLANK, type Line } from "../../report/line.ts";
import { settingText, sourceText } from "../../report/profile-text.ts";
import type { ProfileSetting } from "../../report/run-context.ts";
import { hasErrors } from "../answer.ts";
import type { CommonOptions } from "../common-options.ts";
import { EXIT, type ExitCode, worst } from "../exit-code.ts";
import { load } from "../input/load.ts";
import type { Loaded } from "../input/loaded.ts";
import { settingsOf } from "../input/settings.ts";
import type { Io } from "../io.ts";
import { deliver, tell } from "../output.ts";

/** The settings in force for one input, and what is to be said about them. */
interface Shown {
  readonly folder?: string;
  readonly settings: readonly ProfileSetting[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs `config`. */
export async function config(io: Io, options: CommonOptions): Promise<ExitCode> {
  const { inputs, found } = await load(io, options);
  const shown = inputs.map(shownOf);
  for (const [index, { diagnostics }] of shown.entries()) {
    const sources = inputs[index]?.context.sources ?? new Map<string, string>();
    const complaint = diagnosticLines(diagnostics, sources, true);
    if (complaint.length > 0) await tell(io, complaint, options.colour);
  }
  const file = found.file?.name;
  const reports = shown.map((one): JsonObject => configJson(one, file));
  const [only] = reports;
  const written = await deliver(
    io,
    options.outputs,
    {
      // Settings that are not in force must not look as if they were.
      text: () => (hasErrors(found.diagnostics) ? [] : textLines(shown, file)),
      json: () =>
        jsonText(
          only !== undefined && !options.each
            ? only
            : { schemaVersion: SCHEMA_VERSION, inputs: reports },
        ),
    },
    options.colour,
  );
  const isRefused = shown.some(({ diagnostics }) => hasErrors(diagnostics));
  return worst([written, isRefused ? EXIT.unusable : EXIT.proved]);
}

/** What is said about the configuration, and what kept something from being read; not that nothing is there. */
function shownOf({ config: own, context }: Loaded): Shown {
  const diagnostics = context.diagnostics.filter(
    ({ code, severity }) => code !== "NQ4402" && (severity === "error" || code.startsWith("NQ4")),
  );
  const { folder } = context;
  return {
    ...(folder === undefined ? {} : { folder }),
    settings: settingsOf(own),
    diagnostics,
  };
}

function textLines(shown: readonly Shown[], file: string | undefined): readonly Line[] {
  const [first] = shown;
  const isDefault = shown.every(({ settings }) => settings.every(({ from }) => from === "default"));
  const head: Line = [
    file !== undefined
      ? `read ${file}`
      : isDefault
        ? "no netqed.yaml: every value is the default"
        : "no netqed.yaml: what the input does not say is the default",
  ];
  if (shown.length === 1 && first?.folder === undefined) {
    return [head, ...settingLines(first?.settings ?? [])];
  }
  return [
    head,
    ...shown.flatMap(({ folder = ".", settings }) => [
      BLANK,
      [as("strong", `folder ${folder}`)],
      ...settingLines(settings),
    ]),
  ];
}

function settingLines(settings: readonly ProfileSetting[]): readonly Line[] {
  const nameWidth = Math.max(...settings.map(({ name }) => name.length)) + 2;
  const values = settings.map(({ value }) => settingText(value));
  const valueWidth = Math.max(...values.map((value) => value.length)) + 2;
  return settings.map(
    (setting, index): Line => [
      setting.name.padEnd(nameWidth),
      (values[index] ?? "").padEnd(valueWidth),
      as("faint", sourceText(setting, settings)),
    ],
  );
}

function configJson(
  { folder, settings, diagnostics }: Shown,
  file: string | undefined,
): JsonObject {
  return {
    schemaVersion: SCHEMA_VERSION,
    folder,
    file,
    settings: settings.map(settingJson),
    diagnostics: diagnostics.map(diagnosticJson),
  };
}

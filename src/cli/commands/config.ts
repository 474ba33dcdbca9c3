/**
 * `netqed config`: the configuration in force and where each value comes from.
 */
import type { Origin } from "../../../models/base/origin.ts";
import type { Config } from "../../intent/config.ts";
import { configRows } from "../../intent/config-rows.ts";
import { placeOf } from "../../report/code-frame.ts";
import { diagnosticLines } from "../../report/diagnostics-text.ts";
import {
  type Json,
  type JsonObject,
  jsonText,
  placeJson,
  SCHEMA_VERSION,
  diagnosticJson,
} from "../../report/json.ts";
import { as, type Line } from "../../report/line.ts";
import { hasErrors } from "../answer.ts";
import type { ColourChoice } from "../colour.ts";
import { EXIT, type ExitCode, worst } from "../exit-code.ts";
import { findConfig } from "../input/find-config.ts";
import type { Io } from "../io.ts";
import { deliver, type OutputTarget, tell } from "../output.ts";

/** The options of `config`. */
export interface ConfigOptions {
  readonly config?: string;
  readonly outputs: readonly OutputTarget[];
  readonly colour: ColourChoice;
}

/** Runs `config`. */
export async function config(io: Io, options: ConfigOptions): Promise<ExitCode> {
  const found = findConfig(io.cwd, options.config);
  const sources = new Map(
    found.file === undefined ? [] : [[found.file.name, found.file.text] as const],
  );
  const complaint = diagnosticLines(found.diagnostics, sources, true);
  if (complaint.length > 0) await tell(io, complaint, options.colour);
  const settings = settingsOf(found.config);
  const written = await deliver(
    io,
    options.outputs,
    {
      // Settings that are not in force must not look as if they were.
      text: () => (hasErrors(found.diagnostics) ? [] : settingLines(settings, found.file?.name)),
      json: () =>
        jsonText({
          schemaVersion: SCHEMA_VERSION,
          ...(found.file === undefined ? {} : { file: found.file.name }),
          settings: settings.map(settingJson),
          diagnostics: found.diagnostics.map(diagnosticJson),
        }),
    },
    options.colour,
  );
  return worst([written, hasErrors(found.diagnostics) ? EXIT.unusable : EXIT.proved]);
}

interface Shown {
  readonly name: string;
  readonly value: Json;
  readonly at?: Origin;
}

function settingsOf(config: Config): readonly Shown[] {
  return configRows(config).map(({ key, value, at }) => ({
    name: key,
    value,
    ...(at === undefined ? {} : { at }),
  }));
}

function settingLines(settings: readonly Shown[], file: string | undefined): readonly Line[] {
  const nameWidth = Math.max(...settings.map(({ name }) => name.length)) + 2;
  const values = settings.map(({ value }) => valueText(value));
  const valueWidth = Math.max(...values.map((value) => value.length)) + 2;
  return [
    [file === undefined ? "no netqed.yaml: every value is the default" : `read ${file}`],
    ...settings.map(
      ({ name, at }, index): Line => [
        name.padEnd(nameWidth),
        (values[index] ?? "").padEnd(valueWidth),
        as("faint", at === undefined ? "default" : placeOf(at)),
      ],
    ),
  ];
}

function valueText(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(String).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function settingJson({ name, value, at }: Shown): JsonObject {
  return { name, value, from: at === undefined ? "default" : placeJson(at) };
}

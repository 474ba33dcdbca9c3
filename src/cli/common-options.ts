/**
 * The options that several commands share.
 */
import type { ColourChoice } from "./colour.ts";
import type { InputOptions } from "./input/load.ts";
import { type OutputTarget, parseOutputs } from "./output.ts";

/** Options of every command that reads manifests. */
export interface CommonOptions extends InputOptions {
  readonly outputs: readonly OutputTarget[];
  readonly colour: ColourChoice;
  /** Show everything rather than the first of each. */
  readonly all: boolean;
  readonly quiet: boolean;
}

/** The same as commander hands them over. */
export interface RawOptions {
  readonly filename?: readonly string[];
  readonly output?: readonly string[];
  readonly ignore?: readonly string[];
  readonly kustomize?: boolean;
  readonly helm?: boolean;
  readonly each?: boolean;
  readonly config?: string;
  readonly color?: boolean;
  readonly all?: boolean;
  readonly quiet?: boolean;
}

/** `raw` with the positional `paths` and the defaults filled in. @throws UsageError */
export function commonOptions(raw: RawOptions, paths: readonly string[] = []): CommonOptions {
  return {
    paths: [...paths, ...(raw.filename ?? [])],
    outputs: parseOutputs(raw.output ?? []),
    ignore: raw.ignore ?? [],
    kustomize: raw.kustomize ?? false,
    helm: raw.helm ?? false,
    each: raw.each ?? false,
    ...(raw.config === undefined ? {} : { config: raw.config }),
    colour: raw.color,
    all: raw.all ?? false,
    quiet: raw.quiet ?? false,
  };
}

/**
 * From the command line to clusters that can be analysed, each with what reports tell about it.
 */
import { relative, resolve } from "node:path";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { buildCluster } from "../../cluster/build-cluster.ts";
import { type Config, profileOf } from "../../intent/config.ts";
import { readInstallation } from "../../intent/installation.ts";
import { readManifests } from "../../manifest/read-manifests.ts";
import type { Manifests } from "../../manifest/resources.ts";
import type { RunContext } from "../../report/run-context.ts";
import type { Io } from "../io.ts";
import { problem } from "../problem.ts";
import { findConfig, type FoundConfig, shownPath } from "./find-config.ts";
import { byFolder, type Group, withObjects } from "./each-folder.ts";
import { gather, type Gathered } from "./gather.ts";
import type { Loaded } from "./loaded.ts";
import { profileSettings } from "./settings.ts";
import { inputSummary } from "./summary.ts";

/** What the command line says about the input. */
export interface InputOptions {
  readonly paths: readonly string[];
  readonly ignore: readonly string[];
  readonly kustomize: boolean;
  readonly helm: boolean;
  /** Whether every folder that holds manifests is an input of its own. */
  readonly each: boolean;
  /** The configuration file, when it is named. */
  readonly config?: string;
}

/** Everything that was read. */
export interface LoadedInput {
  /** One, unless every folder is an input of its own; at least one. */
  readonly inputs: readonly Loaded[];
  readonly found: FoundConfig;
  /** Files that look like intent files, as the user would write them. */
  readonly intentsSeen: readonly string[];
}

/** Reads the configuration and what it and `options` name. `extra` are problems found before. */
export async function load(io: Io, options: InputOptions): Promise<LoadedInput> {
  const found = findConfig(io.cwd, options.config);
  const gathered = await gather(io, {
    paths: inputPaths(io.cwd, options, found),
    ignore: [
      { base: io.cwd, globs: options.ignore },
      { base: found.base, globs: found.config.ignore.value },
    ],
    kustomize: options.kustomize,
    helm: options.helm,
  });
  return {
    inputs: loadGroups(options.each, found, gathered),
    found,
    intentsSeen: gathered.intents,
  };
}

/** At least one input. Where the configuration is wrong, nothing is split: it would be told for each folder. */
function loadGroups(each: boolean, found: FoundConfig, gathered: Gathered): readonly Loaded[] {
  const whole: Group = gathered;
  const isConfigured = found.diagnostics.every((d) => d.severity !== "error");
  const inputs = each && isConfigured ? withObjects(byFolder(gathered).map(loadOne)) : [];
  return inputs.length > 0 ? inputs : [loadOne(whole)];

  function loadOne(group: Group, index = 0): Loaded {
    // What concerns no folder in particular is told once.
    const general = index === 0 ? found.diagnostics : [];
    return loadGroup(group, found, gathered, [...general, ...group.diagnostics]);
  }
}

function inputPaths(cwd: string, options: InputOptions, found: FoundConfig): readonly string[] {
  if (options.paths.length > 0) return options.paths;
  const configured = found.config.inputs.value;
  if (configured.length === 0) return ["."];
  return configured.map((path) => shownPath(cwd, resolve(found.base, path)));
}

function loadGroup(
  group: Group,
  found: FoundConfig,
  gathered: Gathered,
  general: readonly Diagnostic[],
): Loaded {
  const read = readManifests(group.files);
  const manifests: Manifests = read.value ?? NO_MANIFESTS;
  const stated = readInstallation(found.config, manifests.resources);
  const built = buildCluster(manifests.resources, stated.config.cluster);
  const before = [...general, ...read.diagnostics, ...stated.diagnostics];
  const diagnostics = [...before, ...built.diagnostics, ...nothing(manifests, before, group)];
  const { config } = stated;
  const failed = diagnostics.some((d) => d.severity === "error");
  const context: RunContext = {
    ...(group.folder === undefined ? {} : { folder: group.folder }),
    input: inputSummary(manifests, gathered.ignored),
    ...noticeOf(config),
    profile: profileSettings(config),
    assumptions: built.value?.assumptions ?? [],
    diagnostics,
    sources: sourcesOf(group, manifests, found),
  };
  if (failed || built.value === undefined) return { context, config };
  const { cluster, unknowns } = built.value;
  return { context, config, target: { cluster, unknowns, profile: profileOf(config) } };
}

/** That no policy is enforced, which no report may leave to its last lines. */
function noticeOf(config: Config): Pick<RunContext, "notice"> {
  const { value, at, from } = config.profile.networkPolicy;
  if (value === "enforced") return {};
  const preset =
    config.preset.value === "none" || from === "input"
      ? ""
      : `profile.preset: ${config.preset.value}, `;
  const place =
    at === undefined ? "" : ` (${preset}${at.file}:${String(at.line)}:${String(at.column)})`;
  return { notice: `no network policy is enforced${place}` };
}

const NO_MANIFESTS: Manifests = {
  resources: [],
  filesRead: 0,
  skipped: [],
  shownAs: new Map(),
};

function nothing(
  manifests: Manifests,
  before: readonly Diagnostic[],
  group: Group,
): readonly Diagnostic[] {
  if (manifests.resources.length > 0 || before.some((d) => d.severity === "error")) return [];
  const files = group.files.length;
  const message =
    files === 0
      ? "there is nothing to read: expected files that end in .yaml, .yml or .json"
      : `there is no Kubernetes object in what was read: expected documents with apiVersion and kind`;
  return [
    problem(
      "NQ4402",
      "",
      message,
      "name the files or folders to read, or pipe them to netqed verify -",
    ),
  ];
}

function sourcesOf(group: Group, manifests: Manifests, found: FoundConfig): RunContext["sources"] {
  const sources = new Map(group.files.map((file) => [file.name, file.text]));
  for (const [shown, file] of manifests.shownAs) {
    const text = sources.get(file);
    if (text !== undefined && !sources.has(shown)) sources.set(shown, text);
  }
  if (found.file !== undefined) sources.set(found.file.name, found.file.text);
  return sources;
}

/** Whether two paths, relative to `cwd`, are the same place. */
export function samePath(cwd: string, a: string, b: string): boolean {
  return relative(resolve(cwd, a), resolve(cwd, b)) === "";
}

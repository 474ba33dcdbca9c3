/**
 * `env -o json`: a contract, see docs/schemas/env.schema.json.
 */
import type { EnvironmentEntry } from "../../models/kubernetes/environment.ts";
import type { ContainerEnvironment } from "../check/environment.ts";
import { valueText } from "./env-text.ts";
import { contextJson, type JsonObject, placeJson, SCHEMA_VERSION } from "./json.ts";
import type { RunContext } from "./run-context.ts";

/** The report about `containers`. */
export function envJson(
  containers: readonly ContainerEnvironment[],
  context: RunContext,
): JsonObject {
  return {
    schemaVersion: SCHEMA_VERSION,
    folder: context.folder,
    containers: containers.map(({ owner, container, entries }) => ({
      owner,
      container,
      variables: entries.map(entryJson),
    })),
    ...contextJson(context),
  };
}

function entryJson({ name, given, own, perhaps }: EnvironmentEntry): JsonObject {
  return {
    name,
    given: given.map(({ value, service }) => ({
      value: valueText(value),
      service: `${service.namespace}/Service/${service.name}`,
    })),
    hiddenBy: own === undefined ? undefined : placeJson(own.origin),
    perhapsHiddenBy:
      perhaps.length === 0
        ? undefined
        : perhaps.map(({ text, origin }) => ({ source: text, ...placeJson(origin) })),
  };
}

/**
 * `netqed env`: what services tell the containers of a workload.
 */
import type { EnvironmentEntry } from "../../../models/kubernetes/environment.ts";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { type ContainerEnvironment, environmentsOf } from "../../check/environment.ts";
import { endpointSpecOf } from "../../intent/query.ts";
import { resolveEndpoint } from "../../intent/resolve-claim.ts";
import { envJson } from "../../report/env-json.ts";
import { envLines, valuesOf } from "../../report/env-text.ts";
import { answerInputs, extended, hasErrors } from "../answer.ts";
import type { CommonOptions } from "../common-options.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { load } from "../input/load.ts";
import type { Io } from "../io.ts";
import { startOf, usage, UsageError } from "../problem.ts";

/** The options of `env`. */
export interface EnvOptions extends CommonOptions {
  readonly workload: string;
}

/** Runs `env`. @throws UsageError when the workload is malformed or selects no pods by its form */
export async function env(io: Io, options: EnvOptions): Promise<ExitCode> {
  const { value: spec, diagnostics } = endpointSpecOf(options.workload, startOf(""));
  if (spec === undefined) throw new UsageError(diagnostics);
  const { kind } = spec.expression;
  if (kind !== "workload" && kind !== "namespace") {
    throw usage(
      `env is about containers: expected a workload such as shop/web, found ${spec.text}`,
    );
  }
  const { inputs } = await load(io, options);
  return answerInputs(io, options, inputs, (target, context) => {
    const resolved = resolveEndpoint(spec, target.cluster);
    const about = extended(context, resolved.diagnostics);
    if (hasErrors(about.diagnostics)) return Promise.resolve({ kind: "refused", context: about });
    const containers = environmentsOf(target.cluster, resolved.value.set);
    const told = extended(about, collisions(containers));
    const full = { ...told, assumptions: [...told.assumptions, { text: STARTED_LATER }] };
    return Promise.resolve({
      kind: "answered",
      answered: {
        lines: () => envLines(containers, full, options),
        json: () => envJson(containers, full),
        exit: EXIT.proved,
      },
    });
  });
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables (v1.34; S5.23) */
const STARTED_LATER =
  "Every service was there before the containers started; a container is told of no later one.";

function collisions(containers: readonly ContainerEnvironment[]): readonly Diagnostic[] {
  return containers.flatMap(({ owner, container, entries }) =>
    entries.flatMap((entry) => [
      ...hidden(entry, container),
      ...shared(entry, `${owner}, container ${container}`),
    ]),
  );
}

function hidden(entry: EnvironmentEntry, container: string): readonly Diagnostic[] {
  const { name, given, own } = entry;
  const [first] = given;
  if (own === undefined) return [];
  const { namespace, name: service, origin } = first.service;
  return [
    {
      code: "NQ4034",
      severity: "warning",
      message: `container ${container} sets ${name} itself, so it is not told ${valuesOf(entry).join(" or ")} by ${namespace}/Service/${service}`,
      at: own.origin,
      related: [{ message: "the service", at: origin }],
      hint: "give the variable another name, or write enableServiceLinks: false in the pod's spec",
    },
  ];
}

function shared(entry: EnvironmentEntry, where: string): readonly Diagnostic[] {
  const { name, given } = entry;
  const [first, second] = given;
  const values = valuesOf(entry);
  if (second === undefined || values.length === 1) return [];
  return [
    {
      code: "NQ4035",
      severity: "warning",
      message: `${name} (${where}) is ${values.join(" or ")}: several services give a variable of this name, and which wins is not defined`,
      at: first.service.origin,
      related: [{ message: "the other service", at: second.service.origin }],
      hint: "rename one of the services, or write enableServiceLinks: false in the pod's spec",
    },
  ];
}

/**
 * Law A6, as far as tests share it: a generated cluster is built in the kernel, and every packet that is
 * sent there does what the engine says.
 */
import type { Profile } from "../../models/kubernetes/profile.ts";
import { compile } from "../../src/compile/compile.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { formatAddress } from "../../src/base/ip.ts";
import { type Told, ask } from "../../src/lab/ask.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { type Ablation, planOf } from "../../src/lab/plan.ts";
import type { LabCase } from "./lab-cases.ts";
import { questionOf } from "./lab-question.ts";

/** A mistake made on purpose: something is not built, or the engine believes in another installation. */
export interface Planted {
  readonly without?: Ablation;
  readonly believed?: (profile: Profile) => Profile;
}

/** What a kernel and the engine say of every connection of `one`; `then` runs once it is built. */
export async function askCase(
  lab: Lab,
  one: LabCase,
  { without = {}, believed }: Planted = {},
  then?: () => Promise<void>,
): Promise<readonly Told[]> {
  const network = compile(one.cluster, believed?.(one.profile) ?? one.profile);
  const plan = planOf(one.cluster, one.profile);
  await lab.build(plan, without);
  await then?.();
  const questions = one.connections.map((connection) => questionOf(network, connection));
  return ask(lab, plan, createEngine(network), questions);
}

/** A difference in words; undefined where there is none. */
export function differenceText({ question, difference }: Told): string | undefined {
  if (difference === undefined) return undefined;
  const { family, protocol, source, destination, destinationPort } = question.packet.header;
  const text = (bits: bigint): string => formatAddress({ family, bits });
  return [
    `${question.from}: ${text(source)} to ${text(destination)} ${protocol} ${String(destinationPort)}`,
    `  kernel: ${difference.kernel}`,
    `  model:  ${difference.model}`,
  ].join("\n");
}

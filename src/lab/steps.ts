/**
 * What the helper process is asked to do, as data: see docs/laboratory.md.
 */
import type { Family } from "../../models/base/family.ts";

/** One program run inside a namespace (absent: in the laboratory's own), fed with `input`. */
export interface Program {
  readonly in?: string;
  readonly argv: readonly string[];
  readonly input?: string;
  readonly mayFail?: true;
}

/** Settings of a namespace, by path below /proc/sys; `optional` may be missing. */
export interface Settings {
  readonly in: string;
  readonly sysctl: Readonly<Record<string, number | string>>;
  readonly optional: readonly string[];
}

/** One thing to do; those of a stage do not depend on each other. */
export type Step = Program | Settings;

/** Stages, one after the other. */
export type Script = readonly (readonly Step[])[];

/** Commands for `ip`, one a line, inside `space`. IPv6 routes need `IPv6` stated. */
export function ipBatch(space: string | undefined, lines: readonly string[], six = false): Program {
  return {
    ...(space === undefined ? {} : { in: space }),
    argv: ["ip", ...(six ? ["-6"] : []), "-batch", "-"],
    input: `${lines.join("\n")}\n`,
  };
}

/** Rules for `nft`, loaded at once. */
export function nftLoad(space: string, text: string): Program {
  return { in: space, argv: ["nft", "-f", "-"], input: text };
}

/** Rules for iptables of `family`, each table loaded at once. */
export function iptablesLoad(space: string, family: Family, text: string): Program {
  const tool = family === "IPv4" ? "iptables-restore" : "ip6tables-restore";
  return { in: space, argv: [tool], input: text };
}

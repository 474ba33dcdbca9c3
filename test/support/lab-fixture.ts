/**
 * Cases of law A6 as files: what once differed is asked again with every change.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { DEFAULT_PROFILE } from "../../models/kubernetes/profile.ts";
import type { LabCase } from "./lab-cases.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Where cases are kept that tests ask again. */
const KEPT = join(ROOT, "test/fixtures/regressions/lab");

/** Where cases are kept that differ still: the law leaves them out, see lab-open.ts. */
export const OPEN = join(KEPT, "open");

/** A case, how it differed, and what the kernel did with its rules then. */
export interface LabFixture {
  readonly name: string;
  readonly difference: string;
  readonly trace: readonly string[];
  readonly found: LabCase;
}

/** Every case that is kept in `folder`, by name. */
export function labFixtures(folder = KEPT): readonly LabFixture[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => {
      // Written by `keep`.
      const told = JSON.parse(readFileSync(join(folder, file), "utf8"), revive) as Omit<
        LabFixture,
        "name"
      >;
      // Older cases do not know of switches that came later.
      const profile = { ...DEFAULT_PROFILE, ...told.found.profile };
      return { ...told, name: file.replace(/\.json$/, ""), found: { ...told.found, profile } };
    });
}

/** Writes `fixture` into `folder`, in place of what had its name; the path, from the repository's root. */
export function keep({ name, ...told }: LabFixture, folder = KEPT): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(told, replace, 2)}\n`);
  return relative(ROOT, file);
}

function replace(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return { $bigint: value.toString() };
  return value instanceof Map ? { $map: [...(value as ReadonlyMap<unknown, unknown>)] } : value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("$bigint" in value) return BigInt(String(value.$bigint));
  // Entries as `replace` wrote them.
  if ("$map" in value) return new Map(value.$map as readonly (readonly [unknown, unknown])[]);
  return value;
}

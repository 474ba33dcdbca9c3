/**
 * Cases of law A6 as files: what once differed is asked again with every change.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LabCase } from "./lab-cases.ts";

const folder = join(import.meta.dirname, "../fixtures/regressions/lab");

/** A case, and what the kernel did with its rules when it was found. */
export interface LabFixture {
  readonly name: string;
  readonly found: LabCase;
}

/** Every case that is kept, by name. */
export function labFixtures(): readonly LabFixture[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => {
      // Written by `keep`.
      const { found } = JSON.parse(readFileSync(join(folder, file), "utf8"), revive) as {
        readonly found: LabCase;
      };
      return { name: file.replace(/\.json$/, ""), found };
    });
}

/** Writes `found` with the `difference` and the kernel's own `trace`; the path from the repository's root. */
export function keep(
  name: string,
  found: LabCase,
  difference: string,
  trace: readonly string[],
): string {
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify({ difference, trace, found }, replace, 2);
  writeFileSync(join(folder, `${name}.json`), `${text}\n`);
  return `test/fixtures/regressions/lab/${name}.json`;
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

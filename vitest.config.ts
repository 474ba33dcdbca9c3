import { defineConfig, type ViteUserConfigFnObject } from "vitest/config";

/**
 * Four ways to run: `vitest run` (every change), `--mode long` (laws with many cases and a fresh seed),
 * `--mode lab` (the same for the law of the kernel), `--mode conformance` (outside corpora, which are used when
 * they are present).
 */
const config: ViteUserConfigFnObject = defineConfig(({ mode }) => ({
  test: {
    include: includeOf(mode),
    setupFiles: ["test/support/fast-check-setup.ts"],
    env: { NETQED_LONG: mode === "long" || mode === "lab" ? "1" : "" },
    testTimeout: ["long", "lab", "conformance"].includes(mode) ? 1_800_000 : 60_000,
    hookTimeout: 60_000,
    pool: "forks" as const,
    maxWorkers: 2,
    coverage: { provider: "v8" as const, include: ["{models,properties,src}/**/*.ts"] },
  },
}));

export default config;

function includeOf(mode: string): string[] {
  if (mode === "long") return ["test/laws/**/*.test.ts"];
  if (mode === "lab") return ["test/lab/**/*.test.ts"];
  if (mode === "conformance") return ["test/conformance/**/*.test.ts"];
  return ["test/{unit,laws,golden,cli,meta,lab}/**/*.test.ts"];
}

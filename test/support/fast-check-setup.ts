/** Loaded before every test file: gives fast-check the seed and the number of runs of law-settings.ts. */
import fc from "fast-check";
import { scaled, seed } from "./law-settings.ts";

// A failing law prints its seed and path itself, which is what reproduces a failure of the long run.
fc.configureGlobal({ seed, numRuns: scaled(100) });

#!/usr/bin/env node
// The launcher: finds the bundled command line and ends with the exit code that it returns.
import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";

// A run is short: V8 spends up to half of it on optimising functions that are then hardly called again. Ten
// times its usual budget leaves this to the functions that matter. Other versions of V8 tier differently, and
// complain of flags that they do not know.
if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=700000");

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  process.exitCode = await (await import(main.href)).main(process.argv.slice(2));
} else {
  process.stderr.write("netqed is not built yet: run `npm run build` first\n");
  process.exitCode = 2;
}

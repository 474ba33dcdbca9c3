#!/usr/bin/env node
// The launcher: finds the compiled command line and ends with the exit code that it returns.
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  process.exitCode = await (await import(main.href)).main(process.argv.slice(2));
} else {
  process.stderr.write("netqed is not built yet: run `npm run build` first\n");
  process.exitCode = 2;
}

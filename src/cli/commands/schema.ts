/**
 * `netqed schema`: the JSON Schema of the intent file.
 */
import { intentJsonSchema } from "../../intent/intent-schema.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { deliver } from "../output.ts";

/** Runs `schema`. It has one format. */
export async function schema(io: Io): Promise<ExitCode> {
  const text = `${JSON.stringify(intentJsonSchema(), null, 2)}\n`;
  return deliver(io, [{ format: "json" }], { text: () => [], json: () => text }, false);
}

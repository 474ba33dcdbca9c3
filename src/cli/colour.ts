/**
 * Whether a stream gets colours: `--color`, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal.
 */
import type { Io, Sink } from "./io.ts";

/** What `--color` and `--no-color` can say; absent: nothing. */
export type ColourChoice = boolean | undefined;

/**
 * Whether to colour what goes to `sink`. A variable that is empty says nothing.
 *
 * @source https://no-color.org/ (NO_COLOR)
 * @source https://force-color.org/ (FORCE_COLOR)
 */
export function wantsColour(choice: ColourChoice, env: Io["env"], sink: Sink): boolean {
  if (choice !== undefined) return choice;
  if (isSet(env["NO_COLOR"])) return false;
  if (isSet(env["FORCE_COLOR"])) return env["FORCE_COLOR"] !== "0";
  return sink.isTTY && env["TERM"] !== "dumb";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

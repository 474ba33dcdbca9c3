/**
 * A laboratory for tests, or in one line why there is none.
 */
import { detectAbility } from "../../src/lab/detect.ts";
import { type Lab, openLab } from "../../src/lab/lab.ts";

/** Whether a laboratory can be opened here. */
const ability = await detectAbility();

if (ability.kind === "unable") {
  process.stderr.write(
    `tests in the kernel are skipped, no laboratory can be opened ${ability.reason}\n`,
  );
}

/** For `describe.skipIf`: the skipped tests are counted and said. */
export const isUnable = ability.kind === "unable";

/** A laboratory, run by one of `interpreters` if stated. @throws where there can be none */
export function openTestLab(interpreters?: readonly string[]): Lab {
  if (ability.kind === "unable") throw new Error(ability.reason);
  return openLab(ability.privilege, interpreters);
}

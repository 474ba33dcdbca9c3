/**
 * Runs the user's own kubectl or helm on a folder that has to be rendered.
 */
import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Io } from "../io.ts";
import { problem } from "../problem.ts";
import type { RenderedFolder } from "./walk.ts";

/** A rendered stream, or why there is none. */
export type Rendering =
  | { readonly kind: "text"; readonly name: string; readonly text: string }
  | { readonly kind: "failed"; readonly diagnostic: Diagnostic };

const COMMANDS: Readonly<Record<RenderedFolder["kind"], readonly [string, string]>> = {
  kustomize: ["kubectl", "kustomize"],
  helm: ["helm", "template"],
};

/** The command line that renders `folder`. */
function renderCommand({ kind, folder }: RenderedFolder): string {
  return [...COMMANDS[kind], folder].join(" ");
}

/** Renders `folder`. Positions in the result are those of the stream, whose name tells the command. */
export async function renderFolder(io: Io, folder: RenderedFolder): Promise<Rendering> {
  const [program, verb] = COMMANDS[folder.kind];
  const ran = await io.run(program, [verb, folder.folder], io.cwd);
  const failed = (message: string, hint?: string): Rendering => ({
    kind: "failed",
    diagnostic: problem("NQ4404", folder.marker, message, hint),
  });
  if (ran.kind === "missing") {
    return failed(
      `${folder.folder} cannot be rendered: there is no program ${program}`,
      `install ${program}, or render it elsewhere and pipe the result to netqed`,
    );
  }
  if (ran.code !== 0) {
    const said = ran.err.trim() === "" ? `exit code ${String(ran.code)}` : ran.err.trim();
    return failed(`${folder.folder} cannot be rendered: ${renderCommand(folder)} says: ${said}`);
  }
  return { kind: "text", name: `<${renderCommand(folder)}>`, text: ran.out };
}

/** The refusal of a folder that has to be rendered, when nobody asked for it. */
export function refusal(folder: RenderedFolder): Diagnostic {
  return problem(
    "NQ4403",
    folder.marker,
    `${folder.folder} has to be rendered first: its files are not what reaches the cluster`,
    `run ${renderCommand(folder)} | netqed verify -, or add --${folder.kind} to let netqed run it, or leave it out with --ignore`,
  );
}

/**
 * Terminal transcripts in Markdown: fenced blocks marked `console`, in which a line that begins with `$ ` is
 * a command and what follows is what it prints.
 */

/** A command, and what it printed when it was written down. Lines count from 0. */
interface Step {
  readonly command: string;
  /** The line of the command. */
  readonly line: number;
  readonly expected: readonly string[];
}

/** The steps of a block, which share a shell's exit status. */
export type Block = readonly Step[];

/** A line that stands for any number of lines. */
const ELLIPSIS = "…";

/** The blocks of `markdown`. A fence of a longer run of backticks may hold shorter ones. */
export function parseTranscript(markdown: string): readonly Block[] {
  const blocks: Step[][] = [];
  let fence: string | undefined;
  let block: Step[] | undefined;
  markdown.split("\n").forEach((text, line) => {
    const mark = /^(`{3,})(\S*)\s*$/.exec(text);
    if (fence === undefined) {
      if (mark === null) return;
      fence = mark[1] ?? "";
      block = mark[2] === "console" ? [] : undefined;
      if (block !== undefined) blocks.push(block);
    } else if (mark !== null && mark[1] === fence && mark[2] === "") {
      fence = undefined;
      block = undefined;
    } else if (block !== undefined) {
      if (text.startsWith("$ ")) block.push({ command: text.slice(2), line, expected: [] });
      else {
        const last = block.at(-1);
        if (last !== undefined)
          block[block.length - 1] = { ...last, expected: [...last.expected, text] };
      }
    }
  });
  return blocks;
}

/** The programs that a transcript may run; anything else is shown to people only. */
const RUNNABLE: ReadonlySet<string> = new Set([
  "netqed",
  "cat",
  "echo",
  "grep",
  "head",
  "tail",
  "sort",
  "wc",
]);

/** Whether `command` is run by the tests: a pipe of harmless programs. */
export function isRunnable(command: string): boolean {
  if (/[`&;<>]|\$\(/.test(command.replace(/\s#.*$/, ""))) return false;
  return command.split("|").every((part) => RUNNABLE.has(part.trim().split(/\s+/)[0] ?? ""));
}

/** Whether `actual` is what `expected` says, a line `…` standing for any lines. */
export function meets(actual: readonly string[], expected: readonly string[]): boolean {
  const [head, ...rest] = expected;
  if (head === undefined) return actual.length === 0;
  if (head === ELLIPSIS) {
    return Array.from({ length: actual.length + 1 }, (_, skipped) => skipped).some((skipped) =>
      meets(actual.slice(skipped), rest),
    );
  }
  return actual[0] === head && meets(actual.slice(1), rest);
}

/** `markdown` with the output below each command of `outputs`, by the line of the command. */
export function rewritten(
  markdown: string,
  outputs: ReadonlyMap<number, readonly string[]>,
): string {
  const lines = markdown.split("\n");
  const steps = parseTranscript(markdown).flat();
  for (const step of steps.toReversed()) {
    const output = outputs.get(step.line);
    if (output !== undefined) lines.splice(step.line + 1, step.expected.length, ...output);
  }
  return lines.join("\n");
}

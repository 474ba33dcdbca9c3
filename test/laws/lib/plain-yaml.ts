/**
 * Law: what the reader of plain YAML accepts, the yaml package reads the same: the same trees, with the same
 * places, under the same names.
 */
import fc from "fast-check";
import { stringify } from "yaml";
import type { ReadDocument } from "../../../src/manifest/read-document.ts";
import { STDIN_NAME } from "../../../src/manifest/read-document.ts";
import { sourceText } from "../../../src/manifest/source-text.ts";
import { readPlainDocument } from "../../../src/manifest/plain-yaml.ts";
import { readAnyYaml, readYaml } from "../../../src/manifest/yaml-reader.ts";
import type { LawOptions } from "../../support/mutate.ts";

/** Words that some reader takes for something else, or that end something. */
const WORDS: readonly string[] = [
  ...[
    "web",
    "a/b",
    "app.kubernetes.io/name",
    "10.0.0.0/8",
    "10.1",
    "1.2.3",
    "80",
    "08",
    "0",
    "-1",
    "0x1f",
  ],
  ...[
    "1e3",
    "1_000",
    "0o7",
    "250m",
    "1Gi",
    "1e",
    "1E5",
    ".5",
    "+1",
    ".inf",
    "-.INF",
    ".nan",
    "12345678901234567",
  ],
  ...[
    "true",
    "True",
    "no",
    "Yes",
    "y",
    "ON",
    "null",
    "Null",
    "~",
    "<<",
    "=",
    "2001:db8::1",
    "fd00::/8",
    "::/0",
  ],
  ...[
    "a b",
    "a  b ",
    "a#b",
    "a #b",
    "a: b",
    "a:b",
    "a:",
    "--flag=x",
    "-",
    "- a",
    "--",
    "---",
    "---x",
    "...",
    "-e",
  ],
  ...[
    '"a"',
    '"a\\n"',
    '"a" b',
    '"a',
    '""',
    "'a'",
    "'it''s'",
    "''",
    "'a",
    '"#"',
    "'a: b'",
    '"a"#c',
    "[a]b",
  ],
  ...[
    "[]",
    "[a, b]",
    "[a,b]",
    "[ a , 1 ]",
    "[a, ]",
    "[,]",
    "[a, 'b', \"c\"]",
    "[a",
    "a]",
    "[[a]]",
    "[a: b]",
    "[-a]",
  ],
  ...[
    "[- a]",
    "[a b]",
    "[no, 08]",
    "[a]#c",
    "[a] # c",
    "[a#b]",
    "[]]",
    "{}",
    "{ }",
    "{a: b}",
    "{}x",
    "{{ x }}",
  ],
  ...[
    "|",
    ">-",
    "&x",
    "&x a",
    "*x",
    "!!str 1",
    "!x",
    "%x",
    "@x",
    "`x",
    "?",
    "? a",
    "a?",
    "é",
    "a\tb",
    "\ta",
    "a\r",
  ],
  ...["a,b", "${X}", "$X", "/x y", "\u00a0", "\u0085", "a\u2028b", "", "", ""],
  ...["n", "off", "007", "0123", "00", "1234567890123456"],
];
const words = fc.constantFrom(...WORDS);
const keys = fc.constantFrom(
  ...[
    "a",
    "b",
    "c",
    "spec",
    "app.kubernetes.io/name",
    "a/b",
    "true",
    "null",
    "y",
    "1",
    "-",
    "<<",
    "_x",
  ],
  ...['"a"', "'b'", "a b", "? a", "a#b", "é", "{{ x }}", "[a]", "&x a", "a:b", "~", ".a", "-a"],
);
const spaces = fc.constantFrom("", "", "", "", " ", "  ", "    ", "\t");
const comments = fc.constantFrom("", "", "", "", "", " # c", "# c", " #", "  ", "\t# c");
const indents = fc.constantFrom(0, 0, 0, 2, 2, 2, 4, 4, 1, 3, 6);

const entry = fc
  .tuple(keys, spaces, words, comments)
  .map(([key, space, word, comment]) => `${key}: ${space}${word}${comment}`);
const item = fc.tuple(spaces, fc.oneof(words, entry)).map(([space, rest]) => `- ${space}${rest}`);
const line = fc
  .tuple(
    indents,
    fc.oneof(
      { weight: 6, arbitrary: entry },
      { weight: 4, arbitrary: item },
      { weight: 1, arbitrary: words },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          "",
          "# c",
          "# Source: shop/web.yaml",
          "---",
          "--- # c",
          "--- a",
          "...",
          "%YAML 1.1",
          "-",
          "a:",
          "- a:",
          "- - b",
        ),
      },
    ),
  )
  .map(([indent, text]) =>
    /^(---|\.\.\.|%|# S)/.test(text) && indent < 4 ? text : `${" ".repeat(indent)}${text}`,
  );
/** Lines that seldom are YAML. */
const soup = fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n"));

const leaf = fc.oneof(
  words,
  words,
  fc.constantFrom<unknown>(
    null,
    true,
    80,
    "80",
    [],
    {},
    "a\nb",
    " a",
    "é",
    ["a"],
    "a very long text ".repeat(8),
  ),
);
const tree = fc.letrec((tie) => ({
  value: fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 2, arbitrary: fc.dictionary(keys, tie("value"), { maxKeys: 3 }) },
    { weight: 2, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
  ),
})).value;
/** Data as somebody would write it down. */
const written = fc
  .tuple(
    fc.dictionary(fc.constantFrom("kind", "metadata", "spec"), tree),
    fc.boolean(),
    fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE"),
  )
  .map(([data, indentSeq, defaultStringType]) =>
    stringify(data, {
      indentSeq,
      defaultStringType: defaultStringType as "PLAIN",
      defaultKeyType: "PLAIN",
    }),
  );

/** A value with how it is laid out. */
type Laid = string | LaidBlock;
interface LaidBlock {
  readonly list: boolean;
  /** How much further in it stands than what holds it. */
  readonly extra: number;
  readonly parts: readonly (readonly [key: string, gap: string, value: Laid, tail: string])[];
}

const usualWords = fc.constantFrom(
  ...[
    "web",
    "80",
    "TCP",
    "10.0.0.0/8",
    "1.2.3",
    "250m",
    "true",
    "a b",
    "a#b",
    "a:b",
    "[]",
    "{}",
    "[a, b]",
  ],
  ...['""', "'a'", '"a: b"', "--flag=x", "[80, 'a', true]", "False"],
);
const usualKeys = fc.constantFrom(
  "a",
  "b",
  "c",
  "d",
  "e/f",
  "g.h",
  "i-j",
  "k",
  "l",
  "m",
  "n_",
  "true",
);
const gaps = fc.constantFrom("", "", "", "", " ", "   ");
const tails = fc.constantFrom("", "", "", "", "", " # c", "  ", "\n", "\n# c", "\n    # c\n\n");
const block = fc.letrec<{ value: Laid; block: LaidBlock }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 7, arbitrary: usualWords },
    { weight: 1, arbitrary: words },
    { weight: 8, arbitrary: tie("block") },
  ),
  block: fc.record({
    list: fc.boolean(),
    extra: fc.constantFrom(2, 2, 2, 0, 1, 4),
    parts: fc.array(
      fc.tuple(
        fc.oneof({ weight: 15, arbitrary: usualKeys }, { weight: 1, arbitrary: keys }),
        gaps,
        tie("value"),
        tails,
      ),
      { minLength: 1, maxLength: 4 },
    ),
  }),
})).block;

/** The lines of `laid`, the first of which is not indented yet. */
function render(laid: LaidBlock, indent: number): string {
  const lines = laid.parts.map(([key, gap, value, tail]) => {
    if (laid.list) {
      const column = indent + 2 + gap.length;
      return `- ${gap}${typeof value === "string" ? value : render(value, column)}${tail}`;
    }
    if (typeof value === "string") return `${key}: ${gap}${value}${tail}`;
    const inner = indent + value.extra;
    return `${key}:${gap}${tail}\n${" ".repeat(inner)}${render(value, inner)}`;
  });
  return lines.join(`\n${" ".repeat(indent)}`);
}
/** Texts that are plain but for a place or two. */
const neat = fc
  .tuple(block, fc.constantFrom(0, 0, 0, 2))
  .map(([laid, indent]) => `${" ".repeat(indent)}${render(laid, indent)}`);

/** `text` with one of its lines replaced, repeated, dropped or moved to the side. */
const spoilt = fc
  .tuple(
    written,
    fc.nat(30),
    line,
    fc.constantFrom("replace", "insert", "drop", "indent", "comment", "keep"),
  )
  .map(([text, at, other, change]) => {
    const lines = text.split("\n");
    const index = at % lines.length;
    const old = lines[index] ?? "";
    const now = {
      replace: [other],
      insert: [old, other],
      drop: [],
      indent: [` ${old}`],
      comment: [`${old} # c`],
      keep: [old],
    }[change];
    return lines.toSpliced(index, 1, ...(now ?? [])).join("\n");
  });

const separator = fc.constantFrom(
  "\n---\n",
  "---\n",
  "\n--- # next\n",
  "\n# Source: a.yaml\n---\n# Source: b.yaml\n",
  "\n...\n",
);
const texts = fc
  .tuple(
    fc.constantFrom("", "", "---\n", "# Source: a.yaml\n---\n", "---\n# Source: a.yaml\n---\n"),
    fc.array(
      fc.oneof(
        { weight: 6, arbitrary: neat },
        { weight: 2, arbitrary: spoilt },
        { weight: 1, arbitrary: written },
        { weight: 1, arbitrary: soup },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    separator,
  )
  .map(([start, parts, between]) => start + parts.join(between));

/** @throws when the two readers disagree, or when nearly nothing is plain: then the law says little */
export function check(options: LawOptions): void {
  for (const text of [...SHAPES, ...WORDS.flatMap(whereWordsStand)]) agreement(text, "a.yaml");
  const seen = { texts: 0, plain: 0 };
  fc.assert(
    fc.property(texts, fc.constantFrom("a.yaml", STDIN_NAME), (text, name) => {
      agreement(text, name);
      seen.texts += 1;
      if (readPlainDocument(text, 0)?.root !== undefined) seen.plain += 1;
    }),
    options,
  );
  if (seen.plain < seen.texts / 10) {
    throw new Error(
      `only ${String(seen.plain)} of ${String(seen.texts)} texts begin with plain YAML`,
    );
  }
}

/** Indentation that a reader could take for something else. */
const SHAPES: readonly string[] = [
  "-    a: 1\n     b: 2\n",
  "-  a: 1\n   b:\n   - c\n",
  "- - a: 1\n    b: 2\n- c\n",
  "a:\n- b\n- c\nd: e\n",
  "a:\n  b: 1\n c: 2\n",
  "- a\n - b\n",
  "-    a: 1\n  b: 2\n",
];

/** A word in each place in which it can mean something else. */
function whereWordsStand(word: string): readonly string[] {
  return [
    `a: ${word}\n`,
    `- ${word}\n`,
    `a: [${word}, b]\n`,
    `${word}: a\n`,
    `a:\n  - ${word}: b\n`,
  ];
}

function agreement(text: string, name: string): void {
  const source = sourceText(name, text);
  const [ours, theirs] = [shown(readYaml(source)), shown(readAnyYaml(source))];
  if (ours !== theirs) throw new Error(`read ${ours}\nexpected ${theirs}`);
}

/** Everything about `documents` but the text itself. */
function shown(documents: readonly ReadDocument[]): string {
  return JSON.stringify(documents, (key, value: unknown) => {
    if (key === "source") return undefined;
    if (value instanceof Map) return [...(value as ReadonlyMap<unknown, unknown>)];
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  });
}

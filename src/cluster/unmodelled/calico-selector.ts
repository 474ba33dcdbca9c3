/**
 * Calico's selector expressions, evaluated on labels that may not be known.
 */
import {
  allOf,
  anyOf,
  ANYTHING,
  EVERYTHING,
  type LabelValue,
  not,
  onValue,
  type TriSelector,
} from "./tri-selector.ts";

/**
 * The selector that `text` writes; empty selects everything. A text that is not of the grammar, or
 * that nests too deep, cannot be told.
 *
 * @source https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selector (S9.27)
 */
export function readCalicoSelector(text: string): TriSelector {
  if (text.trim() === "") return EVERYTHING;
  const tokens = tokenize(text);
  if (tokens === undefined) return ANYTHING;
  const reader: Reader = { tokens, next: 0, depth: 0 };
  const selector = readOr(reader);
  return selector === undefined || reader.next < tokens.length ? ANYTHING : selector;
}

/** A token: a quoted text, or a word or sign. */
interface Token {
  readonly kind: "text" | "word";
  readonly value: string;
}

interface Reader {
  readonly tokens: readonly Token[];
  next: number;
  depth: number;
}

const DEPTH_MAX = 100;
const TOKEN =
  /\s*(?:"([^"]*)"|'([^']*)'|(\|\||&&|==|!=|[(){},!])|((?:has|all|global)(?=\s*\()|not\s+in(?![\w./-])|starts\s+with|ends\s+with|[A-Za-z0-9_./-]+))/y;

function tokenize(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const found = TOKEN.exec(text);
    if (found === null) return undefined;
    const quoted = found[1] ?? found[2];
    const word = found[3] ?? found[4] ?? "";
    tokens.push(
      quoted === undefined
        ? { kind: "word", value: word.replaceAll(/\s+/g, " ") }
        : { kind: "text", value: quoted },
    );
  }
  return tokens;
}

function take(reader: Reader, word: string): boolean {
  const token = reader.tokens[reader.next];
  const found = token?.kind === "word" && token.value === word;
  if (found) reader.next += 1;
  return found;
}

function takeText(reader: Reader): string | undefined {
  const token = reader.tokens[reader.next];
  if (token?.kind !== "text") return undefined;
  reader.next += 1;
  return token.value;
}

function readOr(reader: Reader): TriSelector | undefined {
  return readSeries(reader, "||", readAnd, (parts) => (l) => anyOf(parts.map((p) => p(l))));
}

function readAnd(reader: Reader): TriSelector | undefined {
  return readSeries(reader, "&&", readNot, (parts) => (l) => allOf(parts.map((p) => p(l))));
}

function readSeries(
  reader: Reader,
  sign: string,
  readPart: (reader: Reader) => TriSelector | undefined,
  join: (parts: readonly TriSelector[]) => TriSelector,
): TriSelector | undefined {
  const parts: TriSelector[] = [];
  do {
    const part = readPart(reader);
    if (part === undefined) return undefined;
    parts.push(part);
  } while (take(reader, sign));
  return join(parts);
}

function readNot(reader: Reader): TriSelector | undefined {
  let negated = false;
  while (take(reader, "!")) negated = !negated;
  const selector = readTerm(reader);
  if (selector === undefined || !negated) return selector;
  return (labels) => not(selector(labels));
}

function readTerm(reader: Reader): TriSelector | undefined {
  if (take(reader, "(")) {
    reader.depth += 1;
    const inner = reader.depth > DEPTH_MAX ? undefined : readOr(reader);
    return take(reader, ")") ? inner : undefined;
  }
  const token = reader.tokens[reader.next];
  if (token?.kind !== "word") return undefined;
  reader.next += 1;
  if (take(reader, "(")) return readCall(token.value, reader);
  return readComparison(token.value, reader);
}

function readCall(name: string, reader: Reader): TriSelector | undefined {
  if (name === "has") {
    const label = reader.tokens[reader.next];
    reader.next += 1;
    if (label?.kind !== "word" || !take(reader, ")")) return undefined;
    return (labels) => onValue(labels(label.value), (value) => value !== undefined);
  }
  if (!take(reader, ")")) return undefined;
  if (name === "all") return EVERYTHING;
  // global() is about things without namespace, which pods are not.
  return name === "global" ? () => "no" : undefined;
}

type Comparison = (value: string | undefined, wanted: string) => boolean;

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ["==", (value, wanted) => value === wanted],
  ["!=", (value, wanted) => value !== wanted],
  ["contains", (value, wanted) => value?.includes(wanted) ?? false],
  ["starts with", (value, wanted) => value?.startsWith(wanted) ?? false],
  ["ends with", (value, wanted) => value?.endsWith(wanted) ?? false],
]);

function readComparison(label: string, reader: Reader): TriSelector | undefined {
  const operator = reader.tokens[reader.next];
  if (operator?.kind !== "word") return undefined;
  reader.next += 1;
  const comparison = COMPARISONS.get(operator.value);
  if (comparison !== undefined) {
    const wanted = takeText(reader);
    if (wanted === undefined) return undefined;
    return (labels) => onValue(labels(label), (value) => comparison(value, wanted));
  }
  const negated = operator.value === "not in" || operator.value === "notin";
  if (!negated && operator.value !== "in") return undefined;
  const values = readSet(reader);
  if (values === undefined) return undefined;
  return (labels) => {
    const value: LabelValue = labels(label);
    return onValue(value, (v) => (v !== undefined && values.includes(v)) !== negated);
  };
}

function readSet(reader: Reader): readonly string[] | undefined {
  if (!take(reader, "{")) return undefined;
  const values: string[] = [];
  do {
    const value = takeText(reader);
    if (value === undefined) return undefined;
    values.push(value);
  } while (take(reader, ","));
  return take(reader, "}") ? values : undefined;
}

/**
 * What an unquoted word of plain YAML means, where every reader says the same of it.
 *
 * @source https://yaml.org/spec/1.2.2/#103-core-schema
 */

/** An item of a list in brackets: no indicator, colon or space in it. */
export const FLOW_WORD = /([A-Za-z0-9_./-]+)/y;

/** Words that mean something else to YAML 1.2, or to the YAML 1.1 that kubectl reads. */
const SPECIAL = new Set(
  ["null", "y", "n", "yes", "no", "on", "off"].flatMap((word) => [
    word,
    word.toUpperCase(),
    `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
  ]),
);
const BOOLEANS = new Map([
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false],
]);
/** The longest of the words above. */
const SPECIAL_LENGTH_MAX = 5;

/** What `word`, which starts with a letter or `_`, means; null when readers differ, or it means nothing. */
export function wordValue(word: string): string | boolean | null {
  if (word.length > SPECIAL_LENGTH_MAX) return word;
  return SPECIAL.has(word) ? null : (BOOLEANS.get(word) ?? word);
}

/** Whole numbers that are exact, and nothing that some reader takes for octal. */
const DECIMAL = /^(?:0|[1-9]\d{0,14})$/;
/** Addresses, blocks of them, versions; amounts with a unit; options of programs; paths. */
const TEXT =
  /^(?:\d+(?:\.\d+){2,}(?:\/\d+)?|[1-9]\d*(?:[mskdhGMT]|[KMGT]i)|--?[A-Za-z][^:]*|\/.*)$/;

/** What `word`, which does not start with a letter, means; null where that takes a closer look. */
export function decimalOrText(word: string): string | number | null {
  if (DECIMAL.test(word)) return Number(word);
  return TEXT.test(word) ? word : null;
}

/**
 * Makes text from an input safe to print: what a terminal would obey, or a reader not see, is shown as an
 * escape instead. Labels and names are written by whoever wrote the manifests.
 */

/**
 * Control characters, invisible and direction-changing characters, line and paragraph separators, private
 * use of tags, and halves of surrogate pairs.
 *
 * @source https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
 * @source https://www.unicode.org/reports/tr36/#Recommendations_General
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
/** A text without such characters has nothing unsafe in it but line feeds. */
const UNUSUAL = /[^\n -~]/;

const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** `text` on one line, every unsafe character as `\n`, `\t`, `\r` or `\u{…}`. */
export function printable(text: string): string {
  return text.replace(
    UNSAFE,
    (c) => SHORT.get(c) ?? `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A JSON text in which every unsafe character is escaped; its meaning is unchanged. */
export function printableJson(json: string): string {
  if (!UNUSUAL.test(json)) return json;
  // JSON.stringify puts raw line feeds between members only, so they are layout and stay.
  return json.replace(UNSAFE, (c) => (c === "\n" ? c : jsonEscape(c)));
}

function jsonEscape(character: string): string {
  return Array.from({ length: character.length }, (_, i) => {
    const unit = character.charCodeAt(i).toString(16).padStart(4, "0");
    return `\\u${unit}`;
  }).join("");
}

/** East Asian wide and emoji ranges, coarse: enough to keep a caret under its word. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const COMBINING = /\p{M}/u;

/** How many columns of a terminal `text` takes. */
export function displayWidth(text: string): number {
  return [...text].reduce((width, c) => width + (COMBINING.test(c) ? 0 : WIDE.test(c) ? 2 : 1), 0);
}

/** `text` filled with spaces on the right to `width` columns; longer text is left as it is. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

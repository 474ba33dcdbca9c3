/**
 * Characters that end a line for kubectl, whose reader follows YAML 1.1, and do not in YAML 1.2: after one
 * of them a comment can go on as part of the manifest, unseen.
 *
 * @source https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/yamlprivateh.go (is_break)
 * @source https://yaml.org/spec/1.2.2/#54-line-break-characters
 */
import { Lexer } from "yaml";
import type { Diagnostic } from "../base/diagnostic.ts";
import { originAt, type SourceText } from "./source-text.ts";

/** A carriage return that no line feed follows; next line, line separator, paragraph separator. */
const LINE_BREAK = /\r(?!\n)|[\u0085\u2028\u2029]/;
/** Lexemes that the lexer makes up: start of a document, of a scalar, and a flow that is cut short. */
const MADE_UP = /^[\x02\x18\x1f]$/;

/** An error for the first such character of `source` that does not stand in quotes. */
export function unseenLineBreak(source: SourceText): Diagnostic | undefined {
  const { text, name } = source;
  if (!LINE_BREAK.test(text)) return undefined;
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (MADE_UP.test(lexeme)) continue;
    const found = /^["']/.test(lexeme)
      ? null
      : LINE_BREAK.exec(text.slice(offset, offset + lexeme.length + 1));
    if (found !== null && found.index < lexeme.length) {
      const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
      const message =
        `the character U+${code} ends a line for kubectl, and does not in YAML 1.2; ` +
        "expected a line feed, or the character in double quotes";
      const at = originAt(source, name, offset + found.index, "");
      return { code: "NQ1001", severity: "error", message, at };
    }
    offset += lexeme.length;
  }
  return undefined;
}

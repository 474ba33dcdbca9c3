/**
 * Text → documents, each a tree with offsets and what was wrong with it.
 */
import type { Checked } from "../base/diagnostic.ts";
import { READ_LIMITS } from "../base/limits.ts";
import { readJson } from "./json-reader.ts";
import { unseenLineBreak } from "./line-breaks.ts";
import type { ReadDocument } from "./read-document.ts";
import { originAt, sourceText } from "./source-text.ts";
import { readYaml } from "./yaml-reader.ts";

/**
 * The documents of `text`, in order; those without any content are left out. Text that starts like JSON
 * is read as JSON, and as YAML (which includes JSON) when that fails. A file ending in .json is reported
 * on in the words of JSON. YAML in which kubectl would see other lines is refused as a whole.
 */
export function readDocuments(name: string, text: string): Checked<readonly ReadDocument[]> {
  const source = sourceText(name, text);
  if (text.length > READ_LIMITS.fileLengthMax) {
    const message = `the file is longer than ${String(READ_LIMITS.fileLengthMax)} characters`;
    const at = originAt(source, name, 0, "");
    return { diagnostics: [{ code: "NQ1006", severity: "error", message, at }] };
  }
  const isJson = /^\s*[[{]/.test(source.text);
  const json: Checked<readonly ReadDocument[]> = isJson ? readJson(source) : { diagnostics: [] };
  if (json.value !== undefined) return { value: json.value, diagnostics: [] };
  const refusal = unseenLineBreak(source);
  if (refusal !== undefined) return { diagnostics: [refusal] };
  if (!isJson) return { value: readYaml(source), diagnostics: [] };
  const yaml = readYaml(source);
  const sound = yaml.every((document) => document.root !== undefined);
  if (sound || !/\.json$/i.test(name)) return { value: yaml, diagnostics: [] };
  return json;
}

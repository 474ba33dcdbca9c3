/**
 * Parses every YAML file of a folder and does nothing else: the time that any tool must spend.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

const folder = process.argv[2] ?? ".";
let documents = 0;
for (const name of readdirSync(folder).sort()) {
  if (!/\.ya?ml$/.test(name)) continue;
  const parsed = parseAllDocuments(readFileSync(join(folder, name), "utf8"), { merge: true });
  for (const document of parsed) {
    document.toJS();
    documents += 1;
  }
}
console.log(documents);

/** Mistakes that the law of reading plain YAML must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "plain-yaml";
const file = "src/manifest/plain-yaml.ts";
const words = "src/manifest/plain-word.ts";
const numRuns = 1000;

export const MUTATIONS: readonly Mutation[] = [
  {
    law,
    file,
    numRuns,
    from: "if (reading.column > column) return readBlock",
    to: "if (reading.column >= column) return readBlock",
  },
  {
    law,
    file,
    numRuns,
    from: "reading.column = column + at - dash",
    to: "reading.column = column + 2",
  },
  {
    law,
    file,
    numRuns,
    from: "if (code === COLON && isBreak(text, at + 1)) throw NOT_PLAIN;",
    to: "",
  },
  {
    law,
    file,
    numRuns,
    from: "if (code === HASH && text.charCodeAt(at - 1) === SPACE) break;",
    to: "if (code === HASH) break;",
  },
  {
    law,
    file,
    numRuns,
    from: "if (entries.has(key) || wordValue(key) === null) throw NOT_PLAIN;",
    to: "",
  },
  {
    law,
    file,
    numRuns,
    from: ': { kind: "scalar", offset: keyOffset, value: null }',
    to: ': { kind: "scalar", offset: at, value: null }',
  },
  { law, file: words, numRuns, from: "/^(?:0|[1-9]\\d{0,14})$/", to: "/^\\d{1,15}$/" },
  { law, file: words, numRuns, from: '"null", "y", "n"', to: '"null", "y"' },
];

/** Mistakes in telling which cases are alike that their law must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "shared-cases";

export const MUTATIONS: readonly Mutation[] = [
  {
    law,
    file: "src/smt/resolved-table.ts",
    from: "return `${rest} ${String(number)} ${effect}`;",
    to: "return `${String(number)} ${effect}`;",
  },
  {
    law,
    file: "src/smt/path-classes.ts",
    from: "return this.#back(receiver.uplink);",
    to: "return true;",
  },
  {
    law,
    file: "src/check/admission-classes.ts",
    from: "if (!names(other)) continue;",
    to: "",
  },
  // What claims tell apart.
  {
    law,
    file: "src/check/shared-cases.ts",
    from: "from.node === to.node ?",
    to: "from.node === from.node ?",
  },
  {
    law,
    file: "src/check/shared-cases.ts",
    from: "shared.pairs += pairCase.pairs;",
    to: "",
  },
];

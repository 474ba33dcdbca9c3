/** Mistakes in telling where the bounds agree that their law must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "bounds-agree";
const file = "src/check/bounds-agree.ts";

export const MUTATIONS: readonly Mutation[] = [
  // A rule that does not look at an address is taken to miss.
  {
    law,
    file,
    from: "if (set === undefined) return ends;",
    to: "if (set === undefined) return { IPv4: [], IPv6: [] };",
  },
  // What is not modelled is forgotten.
  {
    law,
    file,
    from: "unknowns.footprints.length > 0 || ",
    to: "",
  },
  // Only IPv4 is looked at.
  {
    law,
    file,
    from: "if (from === undefined || to === undefined) return true;",
    to: 'if (from === undefined || to === undefined || family === "IPv6") return true;',
  },
  // What is uncertain does not count.
  {
    law,
    file,
    from: 'because.uncertain !== undefined || action.kind === "translate"',
    to: 'action.kind === "translate"',
  },
];

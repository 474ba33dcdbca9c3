/** Mistakes in telling which packets have the same lives that their law must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "path-classes";

export const MUTATIONS: readonly Mutation[] = [
  // What a rule asks of ports, its order among others, and what it does.
  {
    law,
    file: "src/smt/resolved-table.ts",
    from: "return `${rest} ${String(number)} ${effect}`;",
    to: "return `${String(number)} ${effect}`;",
  },
  {
    law,
    file: "src/smt/resolved-table.ts",
    from: '"explained" : "unexplained"',
    to: '"explained" : "explained"',
  },
  {
    law,
    file: "src/smt/resolved-table.ts",
    from: "`discard ${action.reason} ",
    to: "`discard ",
  },
  // Which rules can match.
  {
    law,
    file: "src/smt/resolved-table.ts",
    from: "source === undefined || holds(source, pair.source)",
    to: "source === undefined || holds(source, pair.destination)",
  },
  {
    law,
    file: "src/smt/resolved-table.ts",
    from: "links === undefined || links.includes(link)",
    to: "links === undefined || link !== undefined",
  },
  {
    law,
    file: "src/smt/resolved-table.ts",
    from: 'open = residue.rest !== "";',
    to: "open = false;",
  },
  {
    law,
    file: "src/smt/resolved-table.ts",
    from: "marked !== true",
    to: "marked === undefined",
  },
  // A choice of links is no forwarding that can be told.
  {
    law,
    file: "src/smt/path-classes.ts",
    from: '    if (kinds.has("multipath")) return false;',
    to: "",
  },
  // Translations, who receives, the way back.
  {
    law,
    file: "src/smt/path-classes.ts",
    from: 'if (kinds.has("translate")) return "untold";',
    to: "",
  },
  {
    law,
    file: "src/smt/path-classes.ts",
    from: 'this.#call.receiver ? "right " : "other "',
    to: 'this.#call.receiver ? "right " : "right "',
  },
  {
    law,
    file: "src/smt/path-classes.ts",
    from: "return this.#back(receiver.uplink);",
    to: "return true;",
  },
  {
    law,
    file: "src/smt/path-classes.ts",
    numRuns: 1200,
    from: "if (!this.#passed.includes(at)) {",
    to: "if (this.#passed.length === 0) {",
  },
];

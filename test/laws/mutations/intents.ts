/** Mistakes in what an intent quantifies over that its law must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "intents";

export const MUTATIONS: readonly Mutation[] = [
  // One address stands for all that the network treats alike, whatever the claim says of them.
  {
    law,
    file: "src/check/outside-parts.ts",
    from: "(parts, cut) => divide(parts, cut).filter((part) => !addressSets.isEmpty(part)),",
    to: "(parts) => parts,",
    numRuns: 1500,
  },
  // An exception excuses every sender.
  {
    law,
    file: "src/check/forbidden.ts",
    from: "!isIn(flow.from.set, ends.sender)",
    to: "false",
    numRuns: 800,
  },
  // Everything outside is in every set.
  {
    law,
    file: "src/check/forbidden.ts",
    from: "return addressSets.contains(set.outside, address);",
    to: "return true;",
    numRuns: 800,
  },
  // Nobody looks for host ports.
  {
    law,
    file: "src/check/flows.ts",
    from: "return [...named, ...leading, ...mapping]",
    to: "return [...named, ...leading]",
  },
];

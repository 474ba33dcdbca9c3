/** Mistakes that the law of interval sets must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "interval-sets";
const file = "models/base/interval-set.ts";

export const MUTATIONS: readonly Mutation[] = [
  { law, file, from: "low <= next(last[1])", to: "low < next(last[1])" },
  { law, file, from: "[aLow, previous(low)]", to: "[aLow, low]" },
  { law, file, from: "low <= member && member <= high", to: "low <= member && member < high" },
  { law, file, from: "high > last[1] ? high : last[1]", to: "high" },
];

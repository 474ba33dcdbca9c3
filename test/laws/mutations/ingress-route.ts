/** Mistakes that the laws of routes must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "ingress-route";
const routes = "models/kubernetes/ingress-route.ts";
const matches = "models/kubernetes/ingress-match.ts";

export const MUTATIONS: readonly Mutation[] = [
  { law, file: matches, from: "element === found[i]", to: "requested.length >= path.length" },
  {
    law,
    file: matches,
    from: "dot > 0 && name.slice(dot) === wanted.slice(1)",
    to: "name.endsWith(wanted.slice(1))",
  },
  {
    law,
    file: matches,
    from: 'long.filter(({ path }) => path.type === "Exact")',
    to: "long.slice(0, 1)",
  },
  { law, file: routes, from: "level === undefined ? [] :", to: "" },
  { law, file: routes, from: "distinct([...a.targets, ...b.targets])", to: "distinct(a.targets)" },
];

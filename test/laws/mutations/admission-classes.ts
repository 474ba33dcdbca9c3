/** Mistakes in telling whom the definition cannot tell apart, and in slices, that their law must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "admission-classes";

export const MUTATIONS: readonly Mutation[] = [
  {
    law,
    file: "src/check/peer-names.ts",
    from: '(ipBlocks === "any" || pod === undefined) &&',
    to: "",
  },
  {
    law,
    file: "src/check/admission-classes.ts",
    from: "if (!names(other)) continue;",
    to: "",
  },
  {
    law,
    file: "src/check/admission-classes.ts",
    from: "`${port.protocol} ${numbers(port, destination)}`",
    to: "numbers(port, destination)",
  },
  {
    law,
    file: "src/check/admission-classes.ts",
    from: 'stance === "allowed" && own',
    to: "own",
  },
  {
    law,
    file: "src/check/peer-names.ts",
    from: "words(podSelector), words(namespaceSelector)",
    to: "words(podSelector)",
  },
  // The part of a cluster that concerns a pair.
  {
    law,
    file: "src/check/slice.ts",
    from: "new Set(pods.map((pod) => pod.namespace))",
    to: "new Set(pods.slice(0, 1).map((pod) => pod.namespace))",
  },
];

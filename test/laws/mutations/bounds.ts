/** Mistakes in the bounds that their law must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "bounds";

export const MUTATIONS: readonly Mutation[] = [
  // A namespace's labels are taken as known.
  {
    law,
    file: "src/compile/peers.ts",
    from: "uncertain: bothBits(possible, unknown)",
    to: "uncertain: noBits(ground.namespaceIndex.size)",
  },
  // A block that cuts through assumed addresses matches them certainly.
  {
    law,
    file: "src/compile/blocks.ts",
    from: "addressSets.subtract(rest, u.addresses)",
    to: "rest",
  },
  // What is uncertain passes in the least network.
  {
    law,
    file: "src/compile/bounds.ts",
    from: 'ground.bound === "most"',
    to: 'ground.bound === "least"',
  },
  // A pod whose node is assumed admits its assumed node only.
  {
    law,
    file: "src/compile/own-node.ts",
    from: "return open({ sources: ground.allNodes })",
    to: "return { certain: [{ sources: place.own }], uncertain: [] }",
  },
  // Something that can admit more only narrows.
  {
    law,
    file: "src/compile/footprints.ts",
    from: 'footprint.effect[direction] === "any"',
    to: 'footprint.effect[direction] === "narrow"',
  },
  // Where a pod runs is known when it calls node ports.
  {
    law,
    file: "src/compile/node-port-doubt.ts",
    from: "if (!isOpen) return [];",
    to: "if (isOpen || !isOpen) return [];",
    numRuns: 2000,
  },
  // Whether a pod's node can masquerade it is taken for known.
  {
    law,
    file: "src/compile/gateway-doubt.ts",
    from: "if (mixed.length === 0) return NO_ADDRESSES;",
    to: "if (mixed.length >= 0) return NO_ADDRESSES;",
    numRuns: 2000,
  },
];

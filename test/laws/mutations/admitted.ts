/** Mistakes that law A1′ must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "admitted";

export const MUTATIONS: readonly Mutation[] = [
  {
    law,
    file: "models/kubernetes/judgement.ts",
    from: "attempt.port <= (port.endPort ?? port.port)",
    to: "attempt.port < (port.endPort ?? port.port)",
  },
  {
    law,
    file: "models/kubernetes/peer.ts",
    from: "!peer.except.some((exception) => prefixContains(exception, address))",
    to: "true",
    numRuns: 2000,
  },
  {
    law,
    file: "models/kubernetes/opening.ts",
    from: 'direction === "ingress" ? pod : remote',
    to: "remote",
    numRuns: 2000,
  },
  {
    law,
    file: "models/kubernetes/opening.ts",
    from: 'direction === "ingress" ? profile.ownNodeIngress : profile.ownNodeEgress',
    to: "profile.ownNodeIngress",
    numRuns: 2000,
  },
  {
    law,
    file: "models/kubernetes/admitted.ts",
    from: "const earlier = sharing.slice(0, sharing.indexOf(own));",
    to: "const earlier: readonly Pod[] = [];",
    numRuns: 2000,
  },
  {
    law,
    file: "models/kubernetes/admits.ts",
    from: "isFirst && !isRefusedFirst(world, to) && !mayLeave",
    to: "!isFirst && !isRefusedFirst(world, to) && !mayLeave",
  },
  // What a node port takes is the node's.
  {
    law,
    file: "models/kubernetes/admitted.ts",
    from: "    ...published,\n",
    to: "    ...published.slice(0, 0),\n",
  },
  // The gateway lets nothing through that it does not know, masqueraded or not.
  {
    law,
    file: "models/kubernetes/admitted.ts",
    from: "const rest = profile.masqueradeOutside\n",
    to: "const rest = !profile.masqueradeOutside\n",
  },
];

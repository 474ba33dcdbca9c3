/** Mistakes in lowering a cluster that law A1 must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "a1-lowering";

export const MUTATIONS: readonly Mutation[] = [
  // The two selectors of one peer as alternatives.
  {
    law,
    file: "src/compile/peers.ts",
    from: "const certain = bothBits(bothBits(within.certain, among), policyPods)",
    to: "const certain = bothBits(eitherBits(within.certain, among), policyPods)",
  },
  // The end of a port range excluded.
  {
    law,
    file: "src/compile/ports.ts",
    from: "portSets.of([[low, endPort ?? low]])",
    to: "portSets.of([[low, (endPort ?? low + 1) - 1]])",
  },
  // Exceptions of an ipBlock ignored.
  {
    law,
    file: "src/compile/peers.ts",
    from: "addressSets.ofPrefixes(peer.except)",
    to: "addressSets.ofPrefixes([])",
  },
  // Every policy isolates in both directions.
  {
    law,
    file: "src/compile/policy-rules.ts",
    from: "inNamespace === undefined || !policy.isolates.includes(direction)",
    to: "inNamespace === undefined",
  },
  // A named port means what any pod gives the name.
  {
    law,
    file: "src/compile/ports.ts",
    from: "hasBit(carriers, position)",
    to: "carriers.length > 0",
  },
  // No exemption of the own node.
  {
    law,
    file: "src/compile/own-node.ts",
    from: 'const own = { sources: place.own };\n  if (ground.bound === "assumed") return { certain: [own]',
    to: 'const own = { sources: place.own };\n  if (ground.bound === "assumed") return { certain: []',
  },
  // No masquerade for a pod that reaches itself through a service.
  {
    law,
    file: "src/compile/compile.ts",
    from: "isEndpoint ? masqueradeHook(ground, pod) : undefined",
    to: "isEndpoint ? undefined : masqueradeHook(ground, pod)",
  },
  // Egress policy asked before translation.
  {
    law,
    file: "src/compile/compile.ts",
    from: "onEnter: [...services.before, egress, ...services.after]",
    to: "onEnter: [egress, ...services.before, ...services.after]",
  },
  // Policies select host-network pods.
  {
    law,
    file: "src/compile/ground.ts",
    from: "pod.hostNetwork ? [] : [position]",
    to: "[position]",
  },
  // NotIn wants the key to be there.
  {
    law,
    file: "src/compile/selector-index.ts",
    from: "return withoutBits(selected, withValues(index, key, values))",
    to: "return bothBits(withoutBits(selected, withValues(index, key, values)), withKey(index, key))",
  },
  // A service that publishes pods which are not ready does not.
  {
    law,
    file: "src/compile/endpoints.ts",
    from: "service.publishNotReadyAddresses || (pod.ready && !pod.terminating)",
    to: "pod.ready && !pod.terminating",
  },
];

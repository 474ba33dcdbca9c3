/** Mistakes in lowering a cluster that law A1 must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "a1-lowering";

export const MUTATIONS: readonly Mutation[] = [
  // What goes into the overlay is masqueraded like what goes straight on the wire.
  {
    law,
    file: "src/compile/masquerade.ts",
    from: "[...(node.tunnel ?? []), ...node.addresses]",
    to: "[...node.addresses, ...(node.tunnel ?? [])]",
  },
  // A pod sees the node, not its bridge.
  {
    law,
    file: "src/compile/masquerade.ts",
    from: "[...(node.bridge ?? []), ...node.addresses]",
    to: "[...node.addresses, ...(node.bridge ?? [])]",
  },
  // The gateway knows what nodes have towards pods.
  {
    law,
    file: "src/compile/outside.ts",
    from: ".map(({ inner }) => inner)\n",
    to: ".map(({ known }) => known)\n",
  },
  // What a node sends itself is never masqueraded.
  {
    law,
    file: "src/compile/proxy-rules.ts",
    from: "hasSeveral(place) || ",
    to: "",
  },
  // Hints narrow although an endpoint has none.
  {
    law,
    file: "src/compile/endpoints.ts",
    from: "hinted.length === count && own.length > 0",
    to: "own.length > 0",
  },
  // What has hints is the same on every node.
  {
    law,
    file: "src/compile/proxy-rules.ts",
    from: "    !isHinted(service) &&\n",
    to: "",
    numRuns: 3000,
  },
  // Blocks match pods whatever the installation says.
  {
    law,
    file: "src/compile/peers.ts",
    from: "const others = addressSets.subtract(block, allPods);",
    to: "const others = block;",
  },
  // Blocks match nodes where they match nothing of the cluster.
  {
    law,
    file: "src/compile/peers.ts",
    from: 'profile.ipBlocks === "not-pods" ? others : addressSets.subtract(others, allNodes)',
    to: "others",
  },
  // Nodes see what the installation keeps from them, or the other way round.
  {
    law,
    file: "src/compile/masquerade.ts",
    from: "if (!masqueradeOutside || !masqueradeToNodes) return",
    to: "if (!masqueradeToNodes) return",
  },
  {
    law,
    file: "src/compile/masquerade.ts",
    from: "[...ground.cluster.podCidrs, ...nonMasqueradeCIDRs]",
    to: "ground.cluster.podCidrs",
    numRuns: 1000,
  },
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
    from: "isEndpoint ? hairpinHook(ground, pod) : undefined",
    to: "isEndpoint ? undefined : hairpinHook(ground, pod)",
  },
  // Egress policy asked before translation.
  {
    law,
    file: "src/compile/compile.ts",
    from: "return [...open, ...doubts, ...before, egress, ...after];",
    to: "return [...doubts, egress, ...before, ...after];",
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
  // NAT: nothing is marked, so nothing is masqueraded.
  {
    law,
    file: "src/compile/proxy-rules.ts",
    from: 'masquerade && (entry !== "host" ||',
    to: 'masquerade && (entry === "host" ||',
  },
  // Node ports and load balancers masquerade with policy Local, and only with that.
  {
    law,
    file: "src/compile/proxy-clients.ts",
    from: "masquerade: isInternal ? profile.masqueradeAll || isDetecting : !isLocal,",
    to: "masquerade: isInternal ? profile.masqueradeAll || isDetecting : isLocal,",
  },
  // Nobody is taken for a pod.
  {
    law,
    file: "src/compile/proxy-clients.ts",
    from: "return of(ground.cluster.podCidrs);",
    to: "return of([]);",
  },
  // Traffic policy Local is Cluster.
  {
    law,
    file: "src/compile/proxy-rules.ts",
    from: "const endpoints = local && !isLenient ? near : own;",
    to: "const endpoints = own;",
  },
  // A node takes packets from elsewhere that have its own address.
  {
    law,
    file: "src/compile/dnat.ts",
    from: "if (!isPublishing || addressSets.isEmpty(sources)) return [];",
    to: "if (isPublishing || addressSets.isEmpty(sources)) return [];",
  },
  // Who is led back to itself by another node is not masqueraded there.
  {
    law,
    file: "src/compile/proxy-rules.ts",
    from: "{ ...rewrite, marks: true as const }",
    to: "rewrite",
  },
  // Endpoints that terminate are never used where others are ready elsewhere.
  {
    law,
    file: "src/compile/endpoints.ts",
    from: "handWritten(service, port, family, (e) => e.servesTerminating === true && isNear(e.node))",
    to: "handWritten(service, port, family, () => false)",
    numRuns: 2000,
  },
  // A load balancer serves everybody.
  {
    law,
    file: "src/compile/proxy-rules.ts",
    from: "ofPrefixes(served));\n  if (addressSets.isEmpty(sources)) return [];",
    to: "ofPrefixes(served));\n  if (sources !== undefined) return [];",
  },
  // Policy sees the client of what the node masquerades, whatever the profile says.
  {
    law,
    file: "src/compile/compile.ts",
    from: 'policySeesSource === "original"',
    to: 'policySeesSource === "translated"',
  },
  // The node that hands a connection on to another node does not masquerade it.
  {
    law,
    file: "src/compile/node-links.ts",
    from: "onLeave: defined([from.wire]),",
    to: "onLeave: [],",
  },
  // Conntrack: a reply is taken for one wherever it comes from.
  {
    law,
    file: "models/network/connection.ts",
    from: 'at === home && stage === "conntrack" && sameHeader(after, life.verdict.header)',
    to: "at === at",
    numRuns: 4000,
  },
  // The gateway knows pods.
  {
    law,
    file: "src/compile/outside.ts",
    from: "if (ground.profile.outsideRoutesToPods) return undefined;",
    to: "if (ground.places.length > 0) return undefined;",
  },
  // A load balancer picks the first node.
  {
    law,
    file: "src/compile/outside.ts",
    from: 'return { kind: "multipath", choice, vias };',
    to: 'return { kind: "multipath", choice, vias: vias.slice(0, 1) };',
  },
  // Health is not asked for.
  {
    law,
    file: "src/compile/outside.ts",
    from: "return healthy.length > 0 ? healthy : places;",
    to: "return places;",
  },
  // A node answers at the addresses by which the cluster knows it, and at no others.
  {
    law,
    file: "src/compile/ground.ts",
    from: "own: addressSets.ofAddresses(ownAddressesOf(node))",
    to: "own: addressSets.ofAddresses(node.addresses)",
  },
  // Node ports at loopback: the mode does not matter; what they lead to keeps its source.
  {
    law,
    file: "src/compile/node-ports.ts",
    from: 'if (kubeProxyMode !== "iptables" || !localhostNodePorts) return NO_ADDRESSES;',
    to: "if (!localhostNodePorts) return NO_ADDRESSES;",
    numRuns: 4000,
  },
  {
    law,
    file: "src/compile/proxy-rules.ts",
    from: " || frontend.loopback !== undefined",
    to: "",
    numRuns: 4000,
  },
  // Node ports are taken at every address, whatever the profile says.
  {
    law,
    file: "src/compile/node-ports.ts",
    from: 'if (profile.nodePortAddresses === "primary") return node.addresses;',
    to: 'if (profile.nodePortAddresses === "primary") return ownAddressesOf(node);',
    numRuns: 4000,
  },
  // A family of which no block is stated has no node ports.
  {
    law,
    file: "src/compile/node-ports.ts",
    from: "const whole = FAMILIES.filter((family) => !blocks.some((block) => block.family === family));",
    to: 'const whole = FAMILIES.filter(() => stated === "all");',
    numRuns: 2000,
  },
  // ipvs drops as well where policy Local leaves no endpoint.
  {
    law,
    file: "src/compile/proxy-rules.ts",
    from: 'ground.profile.kubeProxyMode === "ipvs" && near.length === 0',
    to: "near.length < 0",
    numRuns: 2000,
  },
  // ipvs does not take published addresses for its own.
  {
    law,
    file: "src/compile/node-switch.ts",
    from: 'if (ground.profile.kubeProxyMode !== "ipvs") return service.addresses;',
    to: "if (ground.places.length > 0) return service.addresses;",
    numRuns: 2000,
  },
  // A host port is on every node.
  {
    law,
    file: "src/compile/host-ports.ts",
    from: "const mapping = place.pods.filter(",
    to: "const mapping = ground.cluster.pods.filter(",
    numRuns: 3000,
  },
  // The plugin never masquerades.
  {
    law,
    file: "src/compile/host-ports.ts",
    from: '" near", [rewrite, marked]',
    to: '" near", [rewrite]',
  },
  // The address that a host port names is not looked at.
  {
    law,
    file: "src/compile/host-ports.ts",
    from: ": addressSets.intersect(own, addressSets.ofAddresses([mapped.address]));",
    to: ": own;",
    numRuns: 2000,
  },
];

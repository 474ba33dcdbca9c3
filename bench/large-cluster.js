/**
 * A large cluster made in memory: many teams, each with the same few kinds of workload, a service for each
 * workload, and policies that let the kinds talk to each other. The same sizes give the same cluster.
 */

/** What each kind of workload listens on, and which kinds of the same team may call it. */
export const KINDS = [
  { kind: "web", port: 8080, callers: ["edge"] },
  { kind: "orders", port: 8081, callers: ["web"] },
  { kind: "stock", port: 8082, callers: ["web", "orders"] },
  { kind: "ledger", port: 5432, callers: ["orders", "stock"] },
  { kind: "queue", port: 5672, callers: ["orders", "jobs"] },
  { kind: "jobs", port: 7070, callers: [] },
];
const PODS_PER_NODE = 100;
/** 10.0.0.0 and 10.96.0.0 and 192.168.0.0: pods, services, nodes. */
const PODS_BASE = 0x0a00_0000n;
const SERVICES_BASE = 0x0a60_0000n;
const NODES_BASE = 0xc0a8_0000n;

const ipv4 = (bits) => ({ family: "IPv4", bits });
const labelled = (labels) => new Map(Object.entries(labels));
const selector = (labels) => ({ matchLabels: labelled(labels), matchExpressions: [] });

/** A position that no two facts share, as in a real file. */
function positions(file) {
  let line = 0;
  return (path) => ({ file, line: (line += 1), column: 1, path });
}

const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const byName = (a, b) => order(a.namespace, b.namespace) || order(a.name, b.name);

/** `teams` namespaces of `workloads` pods with a service each, and a DNS server that all may ask. */
export function largeCluster(teams, workloads) {
  const at = positions("large.yaml");
  const count = teams * workloads + 1;
  const nodes = Array.from({ length: Math.max(2, Math.ceil(count / PODS_PER_NODE)) }, (_, i) => ({
    name: `node-${String(i).padStart(3, "0")}`,
    labels: labelled({}),
    addresses: [ipv4(NODES_BASE + BigInt(i) + 10n)],
    podCidrs: [{ ...ipv4(PODS_BASE + BigInt(i) * 256n), length: 24 }],
  }));
  const names = Array.from({ length: teams }, (_, i) => `team-${String(i).padStart(3, "0")}`);
  const namespaces = ["dns", ...names].map((name) => ({
    name,
    labels: labelled({ "kubernetes.io/metadata.name": name }),
    origin: at("metadata"),
  }));
  const pods = [];
  const services = [];
  const add = (namespace, name, labels, port, protocol, servicePort) => {
    const number = pods.length;
    const node = number % nodes.length;
    const offset = BigInt(node) * 256n + BigInt(Math.floor(number / nodes.length)) + 1n;
    pods.push({
      namespace,
      name: `${name}-0`,
      workload: { namespace, kind: "Deployment", name },
      labels: labelled({ app: name, ...labels }),
      node: nodes[node].name,
      hostNetwork: false,
      addresses: [ipv4(PODS_BASE + offset)],
      containers: [
        {
          name: "main",
          kind: "regular",
          ports: [{ name: "main", protocol, number: port, origin: at("ports[0]") }],
          origin: at("containers[0]"),
        },
      ],
      ready: true,
      terminating: false,
      origin: at("pod"),
    });
    services.push({
      namespace,
      name,
      addresses: [ipv4(SERVICES_BASE + BigInt(number) + 1n)],
      selector: labelled({ app: name }),
      publishNotReadyAddresses: false,
      ports: [{ protocol, port: servicePort, target: "main", origin: at("ports[0]") }],
      slices: [],
      origin: at("service"),
    });
  };
  add("dns", "dns", {}, 53, "UDP", 53);
  for (const namespace of names) {
    for (let i = 0; i < workloads; i += 1) {
      const { kind, port } = KINDS[i % KINDS.length];
      const name = `${kind}-${String(i).padStart(3, "0")}`;
      add(namespace, name, { kind }, port, "TCP", 80);
    }
  }
  // As a cluster has them; a pod and its service keep the same place.
  pods.sort(byName);
  services.sort(byName);
  const policies = names.flatMap((namespace) => policiesOf(namespace, at));
  const block = (bits, length) => ({ ...ipv4(bits), length });
  return {
    namespaces,
    nodes,
    pods,
    services,
    policies,
    frontends: [],
    podCidrs: [block(PODS_BASE, 12)],
    serviceCidrs: [block(SERVICES_BASE, 12)],
  };
}

/** Nothing but DNS and the calls that KINDS lists; each kind may also call out on 443. */
function policiesOf(namespace, at) {
  const policy = (name, labels, isolates, rules) => {
    const origin = at("spec");
    return {
      namespace,
      name,
      podSelector: selector(labels),
      isolates,
      ingress: [],
      egress: [],
      ...rules,
      origin,
      isolationOrigin: { ingress: origin, egress: origin },
    };
  };
  const peer = (labels) => ({ kind: "pods", podSelector: selector(labels), origin: at("peer") });
  const rule = (peers, protocol, port) => ({
    peers,
    ports: [{ protocol, port, origin: at("port") }],
    origin: at("rule"),
  });
  const dns = {
    kind: "pods",
    namespaceSelector: selector({ "kubernetes.io/metadata.name": "dns" }),
    origin: at("peer"),
  };
  const beyond = {
    kind: "ipBlock",
    cidr: { ...ipv4(0n), length: 0 },
    except: [{ ...ipv4(PODS_BASE), length: 8 }],
    origin: at("peer"),
  };
  const ingress = KINDS.map(({ kind, callers }) =>
    policy(`to-${kind}`, { kind }, ["ingress"], {
      ingress: callers.map((caller) => rule([peer({ kind: caller })], "TCP", "main")),
    }),
  );
  const egress = KINDS.map(({ kind }) => {
    const called = KINDS.filter(({ callers }) => callers.includes(kind));
    return policy(`from-${kind}`, { kind }, ["egress"], {
      egress: [
        rule([dns], "UDP", 53),
        rule([beyond], "TCP", 443),
        ...called.map((each) => rule([peer({ kind: each.kind })], "TCP", each.port)),
      ],
    });
  });
  const closed = policy("closed", {}, ["ingress", "egress"], {});
  return [closed, ...egress, ...ingress].sort(byName);
}

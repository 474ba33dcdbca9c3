/**
 * The engine beside the definition that it is held against, in one process: processor time per packet, the
 * reply to each trace included, and the ratio of the two. Prints a table in Markdown.
 *
 * usage: node bench/engine.js (after npm run build)
 */
import { outcomes } from "../dist/models/network/connection.js";
import { compile } from "../dist/src/compile/compile.js";
import { createEngine } from "../dist/src/engine/engine.js";
import { KINDS, largeCluster } from "./large-cluster.js";

const SIZES = [
  [10, 10],
  [25, 20],
  [100, 20],
];
const TRIALS = 10;
const PACKETS = 2000;
/** The definition is asked less, or the larger clusters would take minutes. */
const DEFINITION_PACKETS = 60;

/** A generator of numbers below `below` that is the same in every run. */
function numbers() {
  let state = 12_345;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** First packets to services, and to pods directly, half each; three in four are admitted. */
function packetsOf(cluster, network, count) {
  const next = numbers();
  const pick = (items) => items[next(items.length)];
  const processes = new Map([...network.processes.values()].map((p) => [p.endpoint, p]));
  const callees = new Map();
  const calleesOf = (pod) => {
    const key = `${pod.namespace} ${pod.labels.get("kind")}`;
    if (!callees.has(key)) callees.set(key, podsCalledBy(cluster, pod));
    return callees.get(key);
  };
  return Array.from({ length: count }, (_, i) => {
    const pod = pick(cluster.pods);
    const from = processes.get(`pod:${pod.namespace}/${pod.name}`);
    const callee = i % 4 === 3 ? pick(cluster.pods) : pick(calleesOf(pod));
    const service = cluster.services[cluster.pods.indexOf(callee)];
    const toService = i % 2 === 0;
    const [port] = toService ? service.ports : callee.containers[0].ports;
    return {
      from: from.id,
      header: {
        family: "IPv4",
        protocol: port.protocol,
        source: from.addresses.IPv4[0][0],
        sourcePort: 40_000 + (i % 1000),
        destination: (toService ? service : callee).addresses[0].bits,
        destinationPort: toService ? port.port : port.number,
      },
    };
  });
}

/** The pods that policies let `pod` call: those of its team that KINDS says, and DNS. */
function podsCalledBy(cluster, pod) {
  const kinds = KINDS.filter(({ callers }) => callers.includes(pod.labels.get("kind")));
  const called = new Set(kinds.map(({ kind }) => kind));
  return cluster.pods.filter(
    (p) =>
      p.namespace === "dns" || (p.namespace === pod.namespace && called.has(p.labels.get("kind"))),
  );
}

/** Processor time, which other programs disturb less than the clock. */
function microseconds(packets, answer) {
  const start = process.cpuUsage();
  for (const packet of packets) answer(packet);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / packets.length;
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

const trials = (measure) => Array.from({ length: TRIALS }, measure);
const text = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));

console.log(
  "| workloads | definition, µs median (p90) | engine, µs median (p90) | ratio | first packet, ms | all tables met, ms |",
);
console.log("|---|---|---|---|---|---|");
for (const [teams, workloads] of SIZES) {
  const cluster = largeCluster(teams, workloads);
  const network = compile(cluster);
  const packets = packetsOf(cluster, network, PACKETS);
  const few = packets.slice(0, DEFINITION_PACKETS);
  const cold = trials(
    () => microseconds(packets.slice(0, 1), createEngine(network).outcomes) / 1000,
  );
  const met = trials(
    () => (microseconds(packets, createEngine(network).outcomes) * PACKETS) / 1000,
  );
  const { outcomes: answer } = createEngine(network);
  packets.forEach(answer);
  const engine = trials(() => microseconds(packets, answer));
  const definition = trials(() => microseconds(few, (packet) => outcomes(network, packet)));
  const pair = (values) => `${text(quantile(values, 0.5))} (${text(quantile(values, 0.9))})`;
  const ratio = quantile(definition, 0.5) / quantile(engine, 0.5);
  console.log(
    `| ${cluster.pods.length} | ${pair(definition)} | ${pair(engine)} | ${text(ratio)} | ` +
      `${text(quantile(cold, 0.5))} | ${text(quantile(met, 0.5))} |`,
  );
}

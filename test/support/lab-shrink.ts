/**
 * Makes a difference between the kernel and the model smaller and keeps it as a fixture.
 */
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import { podEndpoint } from "../../models/kubernetes/cluster.ts";
import { planOf } from "../../src/lab/plan.ts";
import type { Lab } from "../../src/lab/lab.ts";
import type { LabCase } from "./lab-cases.ts";
import { keep } from "./lab-fixture.ts";
import { askCase, differenceText } from "./lab-law.ts";

/** How often a case is asked: where the kernel chooses, a difference need not show at once. */
const REPEATS = 12;

/** The path of the fixture that is left of the connection `index` of `one`. */
export async function shrunk(lab: Lab, one: LabCase, index: number): Promise<string> {
  let best: LabCase = { ...one, connections: one.connections.slice(index, index + 1) };
  let text = await differs(lab, best);
  if (text === undefined) {
    const name = `unsteady-${String(Date.now())}`;
    return keep(name, best, "did not show a second time", []);
  }
  for (let smaller = await anySmaller(lab, best); smaller !== undefined; ) {
    best = smaller.found;
    text = smaller.text;
    smaller = await anySmaller(lab, best);
  }
  return keep(`difference-${String(Date.now())}`, best, text, await traceOf(lab, best));
}

async function anySmaller(
  lab: Lab,
  one: LabCase,
): Promise<{ readonly found: LabCase; readonly text: string } | undefined> {
  for (const cluster of smallerClusters(one)) {
    const found = { ...one, cluster };
    const text = await differs(lab, found);
    if (text !== undefined) return { found, text };
  }
  return undefined;
}

/** The difference in words; undefined where there is none, or nothing to be asked. */
async function differs(lab: Lab, one: LabCase): Promise<string | undefined> {
  const connections = Array.from({ length: REPEATS }, () => one.connections).flat();
  try {
    const told = await askCase(lab, { ...one, connections });
    return told.map(differenceText).find((text) => text !== undefined);
  } catch {
    return undefined;
  }
}

/** `cluster` without one of its parts each. */
function smallerClusters({ cluster, connections }: LabCase): readonly Cluster[] {
  const without = <T>(items: readonly T[], i: number): readonly T[] => items.toSpliced(i, 1);
  const senders = connections.map(({ from }) => from);
  return [
    ...cluster.policies.map((_, i) => ({ ...cluster, policies: without(cluster.policies, i) })),
    ...cluster.services.map((_, i) => ({ ...cluster, services: without(cluster.services, i) })),
    ...cluster.pods.flatMap((pod, i) =>
      senders.includes(podEndpoint(pod)) ? [] : [{ ...cluster, pods: without(cluster.pods, i) }],
    ),
    ...cluster.nodes.flatMap((node, i) =>
      cluster.nodes.length === 1 ||
      senders.includes(`node:${node.name}`) ||
      cluster.pods.some((pod) => pod.node === node.name)
        ? []
        : [{ ...cluster, nodes: without(cluster.nodes, i) }],
    ),
  ];
}

const TRACE_TABLE = `table inet tracing {
  chain in { type filter hook prerouting priority -350; meta l4proto { tcp, udp, sctp } meta nftrace set 1; }
  chain out { type filter hook output priority -350; meta l4proto { tcp, udp, sctp } meta nftrace set 1; }
}
`;
const RECORD =
  "nft -f - && (timeout 3 nft monitor trace > /run/trace-$0 2>/dev/null </dev/null &) ; sleep 0.3";

/** What each node's rules said of the packet, as the kernel tells it. */
async function traceOf(lab: Lab, one: LabCase): Promise<readonly string[]> {
  const { nodes } = planOf(one.cluster, one.profile);
  const script = (text: string, input?: string) => [
    nodes.map(({ space }) => ({
      in: space,
      argv: ["sh", "-c", `exec 2>/dev/null; ${text}`, space],
      mayFail: true as const,
      ...(input === undefined ? {} : { input }),
    })),
  ];
  return askCase(lab, one, {}, async () => {
    await lab.run(script(RECORD, TRACE_TABLE));
  }).then(async () => {
    const outputs = await lab.run(script("sleep 0.3; cat /run/trace-$0"));
    return outputs.flatMap((text, i) =>
      text
        .split("\n")
        .flatMap((line) => (line === "" ? [] : [`${nodes[i]?.node.name ?? ""}: ${line}`])),
    );
  });
}

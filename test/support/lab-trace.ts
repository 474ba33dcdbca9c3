/**
 * What the rules of each node say of a packet, as the kernel tells it.
 */
import type { Lab } from "../../src/lab/lab.ts";
import { type LabPlan, planOf } from "../../src/lab/plan.ts";
import type { Script } from "../../src/lab/steps.ts";
import type { LabCase } from "./lab-cases.ts";
import { type Planted, askCase } from "./lab-law.ts";

/** Comes before all other rules; packets that tunnels have wrapped are left out. */
const TRACE_TABLE = `table inet tracing {
  chain in { type filter hook prerouting priority -350; udp dport 8472 return; meta l4proto { tcp, udp, sctp } meta nftrace set 1; }
  chain out { type filter hook output priority -350; udp dport 8472 return; meta l4proto { tcp, udp, sctp } meta nftrace set 1; }
}
`;
const RECORD =
  "nft -f - && (timeout 3 nft monitor trace > /run/trace-$0 2>/dev/null </dev/null &) ; sleep 0.3";
const READ = "sleep 0.3; cat /run/trace-$0";
/** Chains and rules of iptables that counted anything; in the older variant they are in no trace. */
const COUNTED =
  "for i in iptables ip6tables; do $i-save -c | grep -v '\\[0:0\\]' | grep '\\['; done";

/**
 * Sends the connections of `one` once more and tells which chains and rules each node's packets met, with the
 * header that they had there; where rules are iptables', also what they counted.
 */
export async function traceOf(
  lab: Lab,
  one: LabCase,
  planted?: Planted,
): Promise<readonly string[]> {
  const plan = planOf(one.cluster, one.profile);
  await askCase(lab, one, planted, async () => {
    await lab.run(onNodes(plan, RECORD, TRACE_TABLE));
  });
  const traces = await lab.run(onNodes(plan, READ));
  const counts = plan.proxy === "iptables" ? await lab.run(onNodes(plan, COUNTED)) : [];
  return plan.nodes.flatMap(({ node }, i) =>
    [traces[i], counts[i]]
      .flatMap((text) => (text ?? "").split("\n"))
      .filter((line) => line !== "" && !line.includes(" inet tracing ") && !isPassing(line))
      .map((line) => `${node.name}: ${line.trim()}`),
  );
}

/** Whether the line says no more than that a chain has no objection. */
function isPassing(line: string): boolean {
  return /^trace id \S+ .* policy accept *$/.test(line);
}

function onNodes({ nodes }: LabPlan, text: string, input?: string): Script {
  return [
    nodes.map(({ space }) => ({
      in: space,
      argv: ["sh", "-c", `exec 2>/dev/null; ${text}`, space],
      mayFail: true as const,
      ...(input === undefined ? {} : { input }),
    })),
  ];
}

/**
 * Packets of an answer, sent once more in the Linux kernel: does it do what netqed says?
 */
import type { Packet } from "../../../models/network/network.ts";
import type { Trace } from "../../../models/network/trace.ts";
import { compile } from "../../compile/compile.ts";
import { createEngine } from "../../engine/engine.ts";
import { type Told, ask } from "../../lab/ask.ts";
import { detectAbility } from "../../lab/detect.ts";
import { isPlain, obstacle } from "../../lab/domain.ts";
import { openLab } from "../../lab/lab.ts";
import { planOf } from "../../lab/plan.ts";
import type { Target } from "../input/loaded.ts";

/** What the kernel says of packets, or why it was not asked. */
export type Replayed =
  | { readonly kind: "told"; readonly told: readonly Told[] }
  | { readonly kind: "skipped"; readonly reason: string };

/**
 * Builds the cluster of `target` in network namespaces and sends each distinct packet of `traces`. Skipped
 * where the machine, the cluster or the packets do not allow it.
 */
export async function replayPackets(target: Target, traces: readonly Trace[]): Promise<Replayed> {
  const packets = distinct(traces.filter((trace) => !isOpen(trace)).map(({ packet }) => packet));
  if (packets.length === 0) return skipped("no packet of the answer is fully modelled");
  const special = packets.find(({ header }) => !isSendable(header));
  if (special !== undefined) return skipped("an address means something else to a kernel");
  const reason = obstacle(target.cluster, target.profile);
  if (reason !== undefined) return skipped(reason);
  const ability = await detectAbility();
  if (ability.kind === "unable") {
    return skipped(`no laboratory can be opened ${ability.reason}`);
  }
  const { cluster, profile } = target;
  const network = compile(cluster, profile);
  const plan = planOf(cluster, profile);
  const lab = openLab(ability.privilege);
  try {
    await lab.build(plan);
    const questions = packets.map((packet) => ({
      from: network.processes.get(packet.from)?.endpoint ?? packet.from,
      packet,
    }));
    return { kind: "told", told: await ask(lab, plan, createEngine(network), questions) };
  } finally {
    await lab.close();
  }
}

function skipped(reason: string): Replayed {
  return { kind: "skipped", reason };
}

/** Whether the packet ends where something is not modelled. */
function isOpen({ verdict }: Trace): boolean {
  return verdict.kind === "discarded" && verdict.reason === "unmodelled";
}

function isSendable({ family, source, destination }: Packet["header"]): boolean {
  return isPlain({ family, bits: source }) && isPlain({ family, bits: destination });
}

function distinct(packets: readonly Packet[]): readonly Packet[] {
  const key = ({ from, header: h }: Packet): string =>
    [from, h.family, h.protocol, h.source, h.destination, h.destinationPort].join(" ");
  return [...new Map(packets.map((packet) => [key(packet), packet])).values()];
}

/**
 * What the kernel said, for people.
 */
import { formatAddress } from "../../base/ip.ts";
import type { Told } from "../../lab/ask.ts";
import { endSentence } from "../../lab/life.ts";
import type { JsonObject } from "../../report/json.ts";
import { type Line, as } from "../../report/line.ts";
import type { Replayed } from "./replay-packets.ts";

/** One line for each packet, and where the kernel parts from the model two more; or why there is none. */
export function replayLines(replayed: Replayed): readonly Line[] {
  if (replayed.kind === "skipped") {
    return [[as("doubt", "not replayed"), `: ${replayed.reason}`]];
  }
  return replayed.told.flatMap((told): readonly Line[] => {
    const { difference, kernel } = told;
    if (difference === undefined) {
      const reply = kernel.reply === undefined ? "" : `, reply ${kernel.reply.end}`;
      return [
        [
          as("good", "the kernel agrees"),
          `: ${packetText(told)}: ${endSentence(kernel.end)}${reply}`,
        ],
      ];
    }
    return [
      [as("bad", "the kernel differs"), `: ${packetText(told)}`],
      [`  kernel: ${difference.kernel}`],
      [`  netqed: ${difference.model}`],
    ];
  });
}

/** Who sends what to where. */
function packetText({ question }: Told): string {
  const { family, protocol, source, destination, destinationPort } = question.packet.header;
  const text = (bits: bigint): string => formatAddress({ family, bits });
  const from = question.from.replace(/^(pod|node):/, "");
  return `${from} (${text(source)}) to ${text(destination)} ${protocol.toLowerCase()}/${String(destinationPort)}`;
}

/** The same as data. */
export function replayJson(replayed: Replayed): JsonObject {
  if (replayed.kind === "skipped") return { skipped: replayed.reason };
  return {
    packets: replayed.told.map((told) => ({
      packet: packetText(told),
      agrees: told.difference === undefined,
      kernel: {
        hops: told.kernel.passes.map((pass): JsonObject => ({ ...pass })),
        end: { ...told.kernel.end },
        ...(told.kernel.reply === undefined ? {} : { reply: told.kernel.reply.end }),
      },
      ...(told.difference === undefined ? {} : { difference: { ...told.difference } }),
    })),
  };
}

/**
 * Connection tracking: what the switches remember of a connection, filed by switch.
 */
import type { SwitchId } from "../../models/network/ids.ts";
import { type Header, swapEnds } from "../../models/network/packet.ts";
import type { Trace } from "../../models/network/trace.ts";
import type { Memory } from "./walk.ts";

/** A stay at a switch: the header on entering and on leaving. */
interface Stay {
  readonly original: Header;
  translated: Header;
}

/**
 * What the switches remember of the connection that `trace` opened.
 *
 * @cost the hops of `trace`; to restore: the stays of one switch, nearly always one
 * @law a2-engine
 */
export function memoryOf(trace: Trace): Memory {
  const stays = new Map<SwitchId, Stay[]>();
  let last: { readonly at: SwitchId; readonly stay: Stay } | undefined;
  for (const { at, before, after } of trace.hops) {
    if (last?.at === at) {
      last.stay.translated = after;
    } else {
      const stay: Stay = { original: before, translated: after };
      last = { at, stay };
      const known = stays.get(at);
      if (known === undefined) stays.set(at, [stay]);
      else known.push(stay);
    }
  }
  return {
    home: trace.hops[0]?.at,
    opener: trace.packet.from,
    restored: (at, header) => {
      const stay = stays.get(at)?.find(({ translated }) => isReply(header, translated));
      return stay === undefined ? undefined : swapEnds(stay.original);
    },
  };
}

/** Whether `reply` has the ends of `sent` exchanged, and all else the same. */
function isReply(reply: Header, sent: Header): boolean {
  return (
    reply.destinationPort === sent.sourcePort &&
    reply.sourcePort === sent.destinationPort &&
    reply.source === sent.destination &&
    reply.destination === sent.source &&
    reply.protocol === sent.protocol &&
    reply.family === sent.family
  );
}

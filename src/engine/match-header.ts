/**
 * Whether a header meets a match, by binary search in each set: the answer of `matches`, sooner.
 */
import type { IntervalSet } from "../../models/base/interval-set.ts";
import type { LinkId } from "../../models/network/ids.ts";
import type { Match } from "../../models/network/match.ts";
import type { Header } from "../../models/network/packet.ts";

/**
 * Whether `header`, having entered the switch through `link` and been marked there or not, satisfies
 * every part of `match`.
 *
 * @cost logarithmic in the intervals of each set
 * @law a2-engine
 */
export function meets(match: Match, header: Header, link: LinkId, marked: boolean): boolean {
  const { family } = header;
  const { sources, sourcePorts, destinations, destinationPorts, protocols, links } = match;
  return (
    (destinations === undefined || holds(destinations[family], header.destination)) &&
    (destinationPorts === undefined || holds(destinationPorts, header.destinationPort)) &&
    (protocols === undefined || protocols.includes(header.protocol)) &&
    (sources === undefined || holds(sources[family], header.source)) &&
    (sourcePorts === undefined || holds(sourcePorts, header.sourcePort)) &&
    (links === undefined || links.includes(link)) &&
    (match.marked === undefined || match.marked === marked)
  );
}

/** Whether `member` is in the canonical `set`. */
function holds<T extends number | bigint>(set: IntervalSet<T>, member: T): boolean {
  let from = 0;
  let to = set.length;
  // The interval that could hold `member` is the last one that does not start above it.
  while (from < to) {
    const middle = (from + to) >>> 1;
    const interval = set[middle];
    if (interval === undefined || interval[0] > member) to = middle;
    else from = middle + 1;
  }
  const last = set[from - 1];
  return last !== undefined && member <= last[1];
}

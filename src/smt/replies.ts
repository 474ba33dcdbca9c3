/**
 * The reply to the packets of a path, symbolically: `replies` of models/network for all of them at once.
 */
import { type Family, highestAddress } from "../../models/base/family.ts";
import type { BitSet } from "../../models/base/interval-set.ts";
import type { FibAction } from "../../models/network/action.ts";
import type { Fib } from "../../models/network/fib.ts";
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import type { Network } from "../../models/network/network.ts";
import { FIELD_WIDTH_BITS } from "../../models/network/packet.ts";
import type { Choices } from "../../models/network/trace.ts";
import { present } from "../base/assert.ts";
import { type Branch, branches } from "./branches.ts";
import type { Terms } from "./factory.ts";
import { takeable } from "./offers.ts";
import type { Exploration, Path } from "./path.ts";
import {
  type Field,
  type Region,
  type SymbolicHeader,
  equalHeaders,
  forEachField,
  sameTerms,
} from "./symbolic-header.ts";
import { type TableIndex, indexTable } from "./table-index.ts";
import type { Bits, Bool } from "./term.ts";

/** Follows replies in one network. */
export interface Replier {
  /**
   * Which packets of `path` see their reply return: at the process that sent them, as from the address
   * and port that they called. A condition on the initial header, to be read together with the path's;
   * `no` for paths that are not delivered, and where a reply meets a switch that does not remember the
   * connection: nothing is claimed of it then.
   *
   * @law A3 encoding: where it holds every life of the reply returns; exact where clusters are lowered
   */
  readonly returns: (exploration: Exploration, path: Path) => Bool;
  /**
   * As `returns`, and that of a known connection also where something that is not modelled would take it: connection
   * tracking comes before whatever that is.
   *
   * @source https://wiki.nftables.org/wiki-nftables/index.php/Netfilter_hooks (conntrack before dstnat)
   */
  readonly returnsPastUnmodelled: (exploration: Exploration, path: Path) => Bool;
}

/** What a switch remembers of the packets of a path, as terms. */
interface Memory {
  readonly at: SwitchId;
  readonly original: SymbolicHeader;
  readonly translated: SymbolicHeader;
}

/** A reply on its way: about to enter the switch at the end of `link`. */
interface Reply {
  readonly exploration: Exploration;
  readonly memory: readonly Memory[];
  readonly link: LinkId;
  readonly header: SymbolicHeader;
  /** The choices that this life of the reply has met. */
  readonly choices: Choices;
  /** What is said of those that something not modelled would take. */
  readonly unmodelled: Bool;
}

/** A replier for `network`; `terms` must be those of the explorations. */
export function createReplier(network: Network, terms: Terms): Replier {
  const forwarding = fibReader(network, terms);

  /** The condition under which the reply returns from here on, within `hopsLeft` switches. */
  const onward = (reply: Reply, hopsLeft: number): Bool => {
    const { exploration, memory, link, header, choices } = reply;
    const at = present(network.links.get(link), `no link ${link}`).to;
    const here = memory.filter((m) => m.at === at);
    const found = here.findIndex((m) => sameTerms(swapped(m.translated), header));
    const entry = here[found];
    if (entry === undefined || hopsLeft === 0) return terms.no;
    // The switch takes the first entry that fits: an earlier one may fit by its values.
    const isFirst = terms.and(
      ...here
        .slice(0, found)
        .map((m) => terms.not(equalHeaders(terms, swapped(m.translated), header))),
    );
    const after = swapped(entry.original);
    const home = memory[0]?.at === at && sameTerms(entry.original, exploration.header);
    const then = (action: FibAction): Bool => {
      switch (action.kind) {
        case "deliver":
          return home ? terms.yes : terms.no;
        case "discard":
          return action.reason === "unmodelled" ? reply.unmodelled : terms.no;
        case "forward":
          return onward({ ...reply, link: action.via, header: after }, hopsLeft - 1);
        case "multipath": {
          const lives = takeable(choices, action.choice, action.vias);
          // The network chooses: the reply returns where all its lives do.
          return terms.and(
            ...lives.map(({ offer, choices: made }) =>
              onward({ ...reply, link: offer, header: after, choices: made }, hopsLeft - 1),
            ),
          );
        }
      }
    };
    return terms.and(
      isFirst,
      terms.or(
        ...forwarding(exploration.scope.family, at, after, link).map((branch) =>
          terms.and(branch.condition, then(branch.action)),
        ),
      ),
    );
  };

  const returns = (exploration: Exploration, path: Path, unmodelled: Bool): Bool => {
    if (path.verdict.kind !== "delivered") return terms.no;
    const receiver = present(network.processes.get(path.verdict.to), "no receiver");
    const header = swapped(path.header);
    const memory = memoryOf(path);
    const reply = { exploration, memory, link: receiver.uplink, header, choices: {}, unmodelled };
    return onward(reply, network.switches.size + 1);
  };

  return {
    returns: (exploration, path) => returns(exploration, path, terms.no),
    returnsPastUnmodelled: (exploration, path) => returns(exploration, path, terms.yes),
  };
}

type FibReader = (
  family: Family,
  at: SwitchId,
  header: SymbolicHeader,
  link: LinkId,
) => readonly Branch<FibAction>[];

/** Reads FIBs symbolically, preparing each when it is first read. */
function fibReader(network: Network, terms: Terms): FibReader {
  const prepared = {
    IPv4: new Map<Fib, TableIndex<FibAction>>(),
    IPv6: new Map<Fib, TableIndex<FibAction>>(),
  };
  return (family, at, header, link) => {
    const { fib } = present(network.switches.get(at), `no switch ${at}`);
    const index = prepared[family].get(fib) ?? indexTable(fib, family);
    prepared[family].set(fib, index);
    // Where a connection is known no hook is asked, so nothing marks its reply.
    const entry = { link, marked: false };
    return branches(terms, index, header, regionOf(family, header), entry);
  };
}

/** As `tracked` of models/network: one entry for each visit of a switch. */
function memoryOf(path: Path): readonly Memory[] {
  const entries: Memory[] = [];
  for (const hop of path.hops) {
    const last = entries.at(-1);
    if (last !== undefined && last.at === hop.at) {
      entries[entries.length - 1] = { ...last, translated: hop.after };
    } else {
      entries.push({ at: hop.at, original: hop.before, translated: hop.after });
    }
  }
  return entries;
}

function swapped(header: SymbolicHeader): SymbolicHeader {
  return {
    protocol: header.protocol,
    source: header.destination,
    sourcePort: header.destinationPort,
    destination: header.source,
    destinationPort: header.sourcePort,
  };
}

/** What is known of the fields: literals have one value, all others any. */
function regionOf(family: Family, header: SymbolicHeader): Region {
  return forEachField((field) => literalSet(header[field]) ?? every(field, family));
}

function literalSet(bits: Bits): BitSet | undefined {
  return bits.kind === "bits" ? [[bits.value, bits.value]] : undefined;
}

function every(field: Field, family: Family): BitSet {
  const width = FIELD_WIDTH_BITS[family][field];
  return [[0n, width >= 32 ? highestAddress(family) : (1n << BigInt(width)) - 1n]];
}

/**
 * Which packets have the same lives but for the names on the way. Where the addresses are fixed, what a
 * table does with a packet depends on its protocol and ports only, and many pairs of ends meet the same
 * tables in the same order: exploring one of them tells the paths of all.
 */
import { LOOPBACK } from "../../models/base/address.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import type { Hook } from "../../models/network/fib.ts";
import type { LinkId, ProcessId, SwitchId } from "../../models/network/ids.ts";
import type { Link, Network, Switch } from "../../models/network/network.ts";
import { present } from "../base/assert.ts";
import { holds } from "./bit-sets.ts";
import { type AddressPair, type TableResolver, createTableResolver } from "./resolved-table.ts";

/** Who sends, between which addresses, and who should receive. */
export interface Call extends AddressPair {
  readonly from: ProcessId;
  readonly receiver: EndpointId;
}

/** Classes of calls in one network. */
export interface PathClasses {
  /**
   * A text that is equal for two calls only if their explorations, with source and destination fixed to
   * their addresses, agree: equal domains; as many paths, in the same order, with the same conditions, of
   * which none is translated or loops; corresponding paths are both delivered to the receiver, or to
   * others, or discarded for the same reason, with or without an origin; and corresponding replies return
   * under the same condition. Undefined where that is not told: a translation or a choice of links can be
   * met, a switch is passed twice, the sender has not this source, or an address is of the loopback.
   *
   * @law calls of one class have the same violations
   * @cost the rules on the way that can match the destination
   */
  readonly classOf: (call: Call) => string | undefined;
}

/** Classes of calls in `network`. */
export function createPathClasses(network: Network): PathClasses {
  const tables = createTableResolver();
  return {
    classOf: (call) => {
      const { family, source, destination } = call;
      const sender = present(network.processes.get(call.from), `no process ${call.from}`);
      const isOwn = holds(sender.addresses[family], source);
      const loops = [source, destination].some((bits) => holds(LOOPBACK[family], bits));
      if (!isOwn || loops) return undefined;
      const walk = new Walk(network, tables, call);
      return walk.forth(linkOf(network, sender.uplink)) ? walk.told : undefined;
    },
  };
}

/** What becomes of packets at the hooks of a link: all end, some go on, or it is not told. */
type AfterHooks = "ended" | "onward" | "untold";

/**
 * The walk of one call, as that of walker.ts, and the replies to it, as in replies.ts. It writes down what
 * it meets; parts of it say whether that could be told.
 */
class Walk {
  readonly #network: Network;
  readonly #tables: TableResolver;
  readonly #call: Call;
  readonly #reply: AddressPair;
  /** The switches on the way so far: each remembers the connection. */
  readonly #passed: SwitchId[] = [];
  /** The switches on the way back so far. */
  readonly #returned: SwitchId[] = [];
  /** The last reply on this way: where it began, by which table, and what was written down. */
  #lastReply: { readonly at: SwitchId; readonly by: unknown; readonly told: string } | undefined;
  told = "";

  constructor(network: Network, tables: TableResolver, call: Call) {
    this.#network = network;
    this.#tables = tables;
    this.#call = call;
    const { family, source, destination } = call;
    this.#reply = { family, source: destination, destination: source };
  }

  /** Packets enter by `link`. */
  forth(link: Link): boolean {
    if (this.#passed.includes(link.to)) return false;
    this.#passed.push(link.to);
    this.#lastReply = undefined;
    const after = this.#through(link.onEnter, link.id);
    const isTold = after === "onward" ? this.#decided(link) : after === "ended";
    this.#passed.pop();
    this.#lastReply = undefined;
    return isTold;
  }

  #through(hooks: readonly Hook[], entered: LinkId): AfterHooks {
    for (const hook of hooks) {
      const { id, kinds } = this.#tables.resolve(hook, entered, this.#call);
      if (kinds.has("translate")) return "untold";
      this.told += `${id} `;
      if (!kinds.has("pass")) return "ended";
    }
    return "onward";
  }

  #decided(entered: Link): boolean {
    const { fib } = switchOf(this.#network, entered.to);
    const { id, actions, kinds } = this.#tables.resolve(fib, entered.id, this.#call);
    if (kinds.has("multipath")) return false;
    this.told += `${id}(`;
    for (const action of actions) {
      if (action.kind === "deliver" && !this.#received(action.to)) return false;
      if (action.kind === "forward" && !this.#forwarded(action.via, entered.id)) return false;
      this.told += ";";
    }
    this.told += ")";
    return true;
  }

  #forwarded(via: LinkId, entered: LinkId): boolean {
    const link = linkOf(this.#network, via);
    const after = this.#through(link.onLeave, entered);
    return after === "onward" ? this.forth(link) : after === "ended";
  }

  /** Whether the receiver is the right one, and what becomes of its reply. */
  #received(by: ProcessId): boolean {
    const receiver = present(this.#network.processes.get(by), `no process ${by}`);
    this.told += receiver.endpoint === this.#call.receiver ? "right " : "other ";
    return this.#back(receiver.uplink);
  }

  /** A reply enters by `via`. */
  #back(via: LinkId): boolean {
    const at = linkOf(this.#network, via).to;
    if (this.#returned.includes(at)) return false;
    if (!this.#passed.includes(at)) {
      // A switch that has not seen the connection: nothing is claimed of its reply.
      this.told += "lost";
      return true;
    }
    const { fib } = switchOf(this.#network, at);
    const by = this.#tables.resolve(fib, via, this.#reply);
    const isFirst = this.#returned.length === 0;
    const last = isFirst ? this.#lastReply : undefined;
    if (last?.at === at && last.by === by) {
      // Processes of one switch mostly differ in nothing but who they are.
      this.told += last.told;
      return true;
    }
    const before = this.told.length;
    this.told += this.#passed[0] === at ? `home ${by.id}(` : `${by.id}(`;
    if (by.kinds.has("multipath")) return false;
    this.#returned.push(at);
    for (const action of by.actions) {
      if (action.kind === "forward" && !this.#back(action.via)) return false;
      this.told += ";";
    }
    this.#returned.pop();
    this.told += ")";
    if (isFirst) this.#lastReply = { at, by, told: this.told.slice(before) };
    return true;
  }
}

function linkOf(network: Network, id: LinkId): Link {
  return present(network.links.get(id), `no link ${id}`);
}

function switchOf(network: Network, id: SwitchId): Switch {
  return present(network.switches.get(id), `no switch ${id}`);
}

/**
 * Which packets have the same lives but for the names on the way. Where the addresses are fixed, what a
 * table does with a packet depends on its protocol and ports only, and many pairs of ends meet the same
 * tables in the same order: exploring one of them tells the paths of all.
 */
import { LOOPBACK } from "../../models/base/address.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import type { Hook } from "../../models/network/fib.ts";
import type { LinkId, ProcessId, SwitchId } from "../../models/network/ids.ts";
import type { Link, Network, Process, Switch } from "../../models/network/network.ts";
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
   * under the same condition. Undefined where that is not told: a translation can be met, a switch is
   * passed twice, the sender has not this source, or an address is of the loopback.
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
      return new Walk(network, tables, call).forth(linkOf(network, sender.uplink));
    },
  };
}

/** The walk of one call, as that of walker.ts, and the replies to it, as in replies.ts. */
class Walk {
  readonly #network: Network;
  readonly #tables: TableResolver;
  readonly #call: Call;
  readonly #reply: AddressPair;
  /** The switches on the way so far: each remembers the connection. */
  readonly #passed: SwitchId[] = [];

  constructor(network: Network, tables: TableResolver, call: Call) {
    this.#network = network;
    this.#tables = tables;
    this.#call = call;
    const { family, source, destination } = call;
    this.#reply = { family, source: destination, destination: source };
  }

  /** What becomes of packets that enter by `link`; undefined where that is not told. */
  forth(link: Link): string | undefined {
    if (this.#passed.includes(link.to)) return undefined;
    this.#passed.push(link.to);
    const told = this.#hooked(link.onEnter, link.id, () => this.#decided(link));
    this.#passed.pop();
    return told;
  }

  /** The hooks in order, and `onward` for what passes all of them. */
  #hooked(
    hooks: readonly Hook[],
    entered: LinkId,
    onward: () => string | undefined,
  ): string | undefined {
    let told = "";
    for (const hook of hooks) {
      const { id, actions } = this.#tables.resolve(hook, entered, this.#call);
      if (actions.some(({ kind }) => kind === "translate")) return undefined;
      told += `${String(id)} `;
      if (!actions.some(({ kind }) => kind === "pass")) return told;
    }
    const rest = onward();
    return rest === undefined ? undefined : `${told}${rest}`;
  }

  #decided(entered: Link): string | undefined {
    const { fib } = switchOf(this.#network, entered.to);
    const { id, actions } = this.#tables.resolve(fib, entered.id, this.#call);
    let told = `${String(id)}(`;
    for (const action of actions) {
      let part: string | undefined = "";
      if (action.kind === "deliver") {
        part = this.#received(present(this.#network.processes.get(action.to), "no receiver"));
      } else if (action.kind === "forward") {
        const link = linkOf(this.#network, action.via);
        part = this.#hooked(link.onLeave, entered.id, () => this.forth(link));
      }
      if (part === undefined) return undefined;
      told += `${part};`;
    }
    return `${told})`;
  }

  /** Whether the receiver is the right one, and what becomes of its reply. */
  #received(receiver: Process): string | undefined {
    const reply = this.#back(receiver.uplink, []);
    const right = receiver.endpoint === this.#call.receiver ? "right" : "other";
    return reply === undefined ? undefined : `${right} ${reply}`;
  }

  /** What becomes of a reply that enters by `via`; undefined when it passes a switch twice. */
  #back(via: LinkId, before: readonly SwitchId[]): string | undefined {
    const at = linkOf(this.#network, via).to;
    if (before.includes(at)) return undefined;
    // A switch that has not seen the connection: nothing is claimed of its reply.
    if (!this.#passed.includes(at)) return "lost";
    const home = this.#passed[0] === at;
    const { fib } = switchOf(this.#network, at);
    const { id, actions } = this.#tables.resolve(fib, via, this.#reply);
    let told = `${home ? "home " : ""}${String(id)}(`;
    for (const action of actions) {
      if (action.kind !== "forward") continue;
      const part = this.#back(action.via, [...before, at]);
      if (part === undefined) return undefined;
      told += `${part};`;
    }
    return `${told})`;
  }
}

function linkOf(network: Network, id: LinkId): Link {
  return present(network.links.get(id), `no link ${id}`);
}

function switchOf(network: Network, id: SwitchId): Switch {
  return present(network.switches.get(id), `no switch ${id}`);
}

/**
 * Networks written by hand in a short notation, and the few that tests and laws share: a client and a
 * server, a load balancer, a connection to itself, a detour, a loop.
 */
import { ALL_ADDRESSES, type AddressSet, addressSets } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import { portSets } from "../../models/base/interval-set.ts";
import type { FibAction, HookAction, Rewrite } from "../../models/network/action.ts";
import type { Hook, Table } from "../../models/network/fib.ts";
import type { LinkId, ProcessId, SwitchId } from "../../models/network/ids.ts";
import { ANY, type Match } from "../../models/network/match.ts";
import type { Link, Network, Packet } from "../../models/network/network.ts";
import { present } from "../../src/base/assert.ts";
import { parseAddress, parsePrefix } from "../../src/base/ip.ts";

/** One line of a table: what it matches, and what it does. */
export type Line<A> = readonly [match: Match, action: A];

/** A network in short. Links are `from>to`; the uplink of process p is `p^`. */
export interface Sketch {
  /** For each process its switch, and the addresses it has. */
  readonly processes: Readonly<Record<ProcessId, readonly [at: SwitchId, ...addresses: string[]]>>;
  readonly fibs: Readonly<Record<SwitchId, readonly Line<FibAction>[]>>;
  readonly links?: readonly LinkId[];
  /** By `link entering` or `link leaving`. */
  readonly hooks?: Readonly<Record<string, readonly Hook[]>>;
  /** The process that stands for the outside, if one does. */
  readonly outside?: ProcessId;
}

/** The network that `sketch` describes. Each process is an endpoint of its own; tables end in no-route. */
export function network(sketch: Sketch): Network {
  const hooks = sketch.hooks ?? {};
  const link = (id: LinkId, from: string, to: string): Link => ({
    id,
    from,
    to,
    onLeave: hooks[`${id} leaving`] ?? [],
    onEnter: hooks[`${id} entering`] ?? [],
  });
  const processes = Object.entries(sketch.processes);
  const links = [
    ...processes.map(([id, [at]]) => link(`${id}^`, id, at)),
    ...(sketch.links ?? []).map((id) => link(id, id.replace(/>.*/, ""), id.replace(/.*>/, ""))),
  ];
  return {
    processes: new Map(
      processes.map(([id, [, ...addresses]]) => [
        id,
        {
          id,
          name: id,
          endpoint: id,
          addresses: id === sketch.outside ? ALL_ADDRESSES : among(...addresses),
          uplink: `${id}^`,
          declared: true,
          origins: [],
        },
      ]),
    ),
    switches: new Map(
      Object.entries(sketch.fibs).map(([id, lines]) => [
        id,
        { id, name: id, fib: table(id, lines, { kind: "discard", reason: "no-route" }) },
      ]),
    ),
    links: new Map(links.map((each) => [each.id, each])),
    ...(sketch.outside === undefined ? {} : { outside: sketch.outside }),
  };
}

/** A hook that passes what no line matches. */
export function hook(stage: string, ...lines: readonly Line<HookAction>[]): Hook {
  return { stage, ...table<HookAction>(stage, lines, { kind: "pass" }) };
}

function table<A>(name: string, lines: readonly Line<A>[], otherwise: A): Table<A> {
  return {
    rules: lines.map(([match, action], i) => ({
      match,
      action,
      because: { text: `${name} ${i}`, origins: [] },
    })),
    otherwise: { action: otherwise, because: { text: `${name} otherwise`, origins: [] } },
  };
}

/** The addresses and blocks that `texts` write. */
export function among(...texts: readonly string[]): AddressSet {
  return addressSets.ofPrefixes(
    texts.map((text) => {
      if (text.includes("/")) return present(parsePrefix(text), text).prefix;
      const address = present(parseAddress(text), text);
      return { ...address, length: address.family === "IPv4" ? 32 : 128 };
    }),
  );
}

/** Matches packets to `addresses`, and to `port` where one is given. */
export function to(addresses: string, port?: number): Match {
  const destinations = among(addresses);
  return port === undefined
    ? { destinations }
    : { destinations, destinationPorts: portSets.of([[port, port]]) };
}

export function deliver(process: ProcessId): FibAction {
  return { kind: "deliver", to: process };
}

export function forward(via: LinkId): FibAction {
  return { kind: "forward", via };
}

/** Across one of `vias`, as the network chooses. */
export function multipath(choice: string, ...vias: readonly LinkId[]): FibAction {
  return { kind: "multipath", choice, vias };
}

/** `action` with a mark on everything that it translates. */
export function marking(action: HookAction): HookAction {
  if (action.kind !== "translate") return action;
  return { ...action, rewrites: action.rewrites.map((each) => ({ ...each, marks: true })) };
}

/** Translates to one of `ends`, each `address port`. */
export function dnat(choice: string, ...ends: readonly string[]): HookAction {
  const rewrites = ends.map((end): Rewrite => {
    const [text = "", port] = end.split(" ");
    return {
      destination: present(parseAddress(text), end),
      ...(port === undefined ? {} : { destinationPort: Number(port) }),
      because: { text: `to ${end}`, origins: [] },
    };
  });
  return { kind: "translate", choice, rewrites };
}

/** Translates the source to `address`. */
export function masquerade(address: string): HookAction {
  const source = present(parseAddress(address), address);
  const because = { text: `as ${address}`, origins: [] };
  return { kind: "translate", choice: "masquerade", rewrites: [{ source, because }] };
}

/** A packet of `process` from `source` to `destination`, each `address port`. */
export function packet(
  process: ProcessId,
  source: string,
  destination: string,
  protocol: Protocol = "TCP",
): Packet {
  const [from = "", fromPort] = source.split(" ");
  const [toward = "", toPort] = destination.split(" ");
  const sender = present(parseAddress(from), from);
  return {
    from: process,
    header: {
      family: sender.family,
      protocol,
      source: sender.bits,
      sourcePort: Number(fromPort),
      destination: present(parseAddress(toward), toward).bits,
      destinationPort: Number(toPort),
    },
  };
}

/** A client and a server at two switches, and a second process that gets what the server does not. */
export const CLIENT_AND_SERVER: Sketch = {
  processes: {
    client: ["a", "10.0.0.1", "fd00::1"],
    server: ["b", "10.0.0.2", "fd00::2"],
    other: ["b", "10.0.0.2", "fd00::2"],
  },
  links: ["a>b", "b>a"],
  fibs: {
    a: [
      [{ destinations: among("10.0.0.1", "fd00::1") }, deliver("client")],
      [ANY, forward("a>b")],
    ],
    b: [
      [{ ...to("10.0.0.2", 80), protocols: ["TCP"] }, deliver("server")],
      [{ destinations: among("10.0.0.2", "fd00::2") }, deliver("other")],
      [{ destinations: among("10.0.0.1", "fd00::1") }, forward("b>a")],
    ],
  },
};

/** The same, and 10.9.0.1:80 leads to port 80 of the server or to port 81 of the other process. */
export const BALANCED: Sketch = {
  ...CLIENT_AND_SERVER,
  hooks: {
    "a>b entering": [
      hook("dnat", [to("10.9.0.1", 80), dnat("web", "10.0.0.2 80", "10.0.0.2 81")]),
      hook("egress", [to("10.0.0.2", 81), { kind: "discard", reason: "filtered" }]),
    ],
  },
};

/**
 * A process that calls itself by 10.9.0.1:80. Its node translates, and with `source` also writes itself
 * as the source, so that the reply comes back through it.
 */
export function selfCall(source: "masqueraded" | "kept"): Sketch {
  const own: Match = { sources: among("10.0.0.1"), destinations: among("10.0.0.1") };
  return {
    processes: { self: ["pod", "10.0.0.1"], daemon: ["node", "10.0.0.9"] },
    links: ["pod>node", "node>pod"],
    fibs: {
      pod: [
        [to("10.0.0.1"), deliver("self")],
        [ANY, forward("pod>node")],
      ],
      node: [
        [to("10.0.0.9"), deliver("daemon")],
        [to("10.0.0.1"), forward("node>pod")],
      ],
    },
    hooks: {
      "pod>node entering": [hook("dnat", [to("10.9.0.1", 80), dnat("web", "10.0.0.1 8080")])],
      ...(source === "kept"
        ? {}
        : { "node>pod leaving": [hook("masquerade", [own, masquerade("10.0.0.9")])] }),
    },
  };
}

/**
 * The request goes from a over b, which translates 10.9.0.1, to c. With `shortcut` the reply goes from c
 * to a directly, so that nothing translates it back.
 */
export function detour(reply: "same way" | "shortcut"): Sketch {
  return {
    processes: { client: ["a", "10.0.0.1"], server: ["c", "10.0.0.3"] },
    links: ["a>b", "b>c", "c>b", "b>a", "c>a"],
    fibs: {
      a: [
        [to("10.0.0.1"), deliver("client")],
        [ANY, forward("a>b")],
      ],
      b: [
        [to("10.0.0.3"), forward("b>c")],
        [to("10.0.0.1"), forward("b>a")],
      ],
      c: [
        [to("10.0.0.3"), deliver("server")],
        [to("10.0.0.1"), forward(reply === "shortcut" ? "c>a" : "c>b")],
      ],
    },
    hooks: { "a>b entering": [hook("dnat", [to("10.9.0.1"), dnat("web", "10.0.0.3")])] },
  };
}

/** Two switches that send packets for 10.0.0.7 to each other. */
export const LOOP: Sketch = {
  processes: { client: ["a", "10.0.0.1"] },
  links: ["a>b", "b>a"],
  fibs: {
    a: [
      [to("10.0.0.1"), deliver("client")],
      [to("10.0.0.7"), forward("a>b")],
    ],
    b: [[to("10.0.0.7"), forward("b>a")]],
  },
};

/**
 * A load balancer that leads 10.9.0.1 to one of two nodes as it is. Each leads it to the same process, which
 * is at the first; the second does so in its own name, by a mark, so that the reply comes back through it.
 */
export const LOAD_BALANCER: Sketch = {
  processes: {
    client: ["out", "10.0.0.1"],
    server: ["b", "10.0.0.2"],
    other: ["c", "10.0.0.3"],
  },
  links: ["out>b", "out>c", "b>out", "c>out", "b>c", "c>b"],
  fibs: {
    out: [
      [to("10.0.0.1"), deliver("client")],
      [to("10.9.0.1"), multipath("node", "out>b", "out>c")],
    ],
    b: [
      [to("10.0.0.2"), deliver("server")],
      [to("10.0.0.3"), forward("b>c")],
      [to("10.0.0.1"), forward("b>out")],
    ],
    c: [
      [to("10.0.0.3"), deliver("other")],
      [to("10.0.0.2"), forward("c>b")],
      [to("10.0.0.1"), forward("c>out")],
    ],
  },
  hooks: {
    "out>b entering": [hook("dnat", [to("10.9.0.1", 80), marking(dnat("web", "10.0.0.2 8080"))])],
    "out>c entering": [hook("dnat", [to("10.9.0.1", 80), marking(dnat("web", "10.0.0.2 8080"))])],
    "c>b leaving": [
      hook("masquerade", [{ marked: true, sources: among("0.0.0.0/0") }, masquerade("10.0.0.3")]),
    ],
  },
};

/** A network, and a packet that shows what is special about it. */
export interface Example {
  readonly network: Network;
  readonly call: Packet;
}

function example(sketch: Sketch, from: ProcessId, destination: string): Example {
  return { network: network(sketch), call: packet(from, "10.0.0.1 5000", destination) };
}

/** All of the above. */
export const EXAMPLES: readonly Example[] = [
  example(CLIENT_AND_SERVER, "client", "10.0.0.2 80"),
  example(BALANCED, "client", "10.9.0.1 80"),
  example(selfCall("masqueraded"), "self", "10.9.0.1 80"),
  example(selfCall("kept"), "self", "10.9.0.1 80"),
  example(detour("same way"), "client", "10.9.0.1 80"),
  example(detour("shortcut"), "client", "10.9.0.1 80"),
  example(LOOP, "client", "10.0.0.7 80"),
  example(LOAD_BALANCER, "client", "10.9.0.1 80"),
];

import { describe, expect, test } from "vitest";
import type { Hook } from "../../../../models/network/fib.ts";
import { ANY } from "../../../../models/network/match.ts";
import type { Network, Packet } from "../../../../models/network/network.ts";
import { run } from "../../../../models/network/run.ts";
import type { Trace } from "../../../../models/network/trace.ts";
import { faults } from "../../../../models/network/well-formed.ts";
import {
  BALANCED,
  CLIENT_AND_SERVER,
  EXAMPLES,
  LOAD_BALANCER,
  LOOP,
  type Sketch,
  deliver,
  dnat,
  forward,
  hook,
  marking,
  multipath,
  network,
  packet,
  to,
} from "../../../support/network-examples.ts";

/** What decided at each hop. */
const reasons = (trace: Trace | undefined): readonly string[] =>
  (trace?.hops ?? []).map((hop) => `${hop.at} ${hop.stage}: ${hop.because.text}`);

const only = (net: Network, sent: Packet): Trace => {
  const traces = run(net, sent);
  expect(traces).toHaveLength(1);
  const [trace] = traces;
  if (trace === undefined) throw new Error("no trace");
  return trace;
};

describe("run", () => {
  test.each(EXAMPLES.map((example, i) => [i, example.network] as const))(
    "example %i is a network",
    (_i, example) => {
      expect(faults(example)).toEqual([]);
    },
  );

  test("delivers across a link, and records each decision in order", () => {
    const sent = packet("client", "10.0.0.1 5000", "10.0.0.2 80");
    const trace = only(network(CLIENT_AND_SERVER), sent);
    expect(trace.verdict).toEqual({ kind: "delivered", to: "server", header: sent.header });
    expect(reasons(trace)).toEqual(["a fib: a 1", "b fib: b 0"]);
    expect(trace.hops.map((hop) => hop.link)).toEqual(["client^", "a>b"]);
    expect(trace.packet).toBe(sent);
  });

  test("tells protocols, ports and families apart", () => {
    const net = network(CLIENT_AND_SERVER);
    const receiver = (sent: Packet): unknown => only(net, sent).verdict;
    const other = { kind: "delivered", to: "other" };
    expect(receiver(packet("client", "10.0.0.1 1", "10.0.0.2 80", "UDP"))).toMatchObject(other);
    expect(receiver(packet("client", "10.0.0.1 1", "10.0.0.2 81"))).toMatchObject(other);
    expect(receiver(packet("client", "fd00::1 1", "fd00::2 80"))).toMatchObject(other);
  });

  test("discards by default, at the switch that knows no way", () => {
    const trace = only(network(CLIENT_AND_SERVER), packet("client", "10.0.0.1 1", "10.0.0.3 80"));
    expect(trace.verdict).toMatchObject({ kind: "discarded", at: "b", reason: "no-route" });
    expect(reasons(trace).at(-1)).toBe("b fib: b otherwise");
  });

  test("takes every rewrite of a translation, in order, and filters what it became", () => {
    const sent = packet("client", "10.0.0.1 5000", "10.9.0.1 80");
    const [first, second, ...more] = run(network(BALANCED), sent);
    expect(more).toEqual([]);
    expect(reasons(first)).toEqual([
      "a fib: a 1",
      "b dnat: to 10.0.0.2 80",
      "b egress: egress otherwise",
      "b fib: b 0",
    ]);
    expect(first?.choices).toEqual({ web: 0 });
    expect(first?.verdict).toMatchObject({ kind: "delivered", to: "server" });
    expect(first?.hops[1]?.before).toEqual(sent.header);
    expect(first?.hops[1]?.after).toEqual(first?.verdict.header);
    expect(reasons(second).at(-1)).toBe("b egress: egress 0");
    expect(second?.choices).toEqual({ web: 1 });
    expect(second?.verdict).toMatchObject({ kind: "discarded", at: "b", reason: "filtered" });
  });

  test("multiplies independent choices and takes one choice only once", () => {
    const twice = (first: string, second: string): Network =>
      network({
        ...CLIENT_AND_SERVER,
        hooks: {
          "a>b leaving": [hook("one", [ANY, dnat(first, "10.0.0.2 81", "10.0.0.2 82")])],
          "a>b entering": [hook("two", [ANY, dnat(second, "10.0.0.2 91", "10.0.0.2 92")])],
        },
      });
    const sent = packet("client", "10.0.0.1 5000", "10.9.0.1 80");
    expect(run(twice("x", "y"), sent).map((t) => t.choices)).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 1 },
      { x: 1, y: 0 },
      { x: 1, y: 1 },
    ]);
    const same = run(twice("x", "x"), sent);
    expect(same.map((t) => [t.choices, t.verdict.header.destinationPort])).toEqual([
      [{ x: 0 }, 91],
      [{ x: 1 }, 92],
    ]);
  });

  test("takes every link of a choice, in order, and takes one choice only once", () => {
    const sent = packet("client", "10.0.0.1 5000", "10.9.0.1 80");
    const balanced = run(network(LOAD_BALANCER), sent);
    expect(balanced.map((t) => [t.choices, t.hops[1]?.at])).toEqual([
      [{ node: 0, web: 0 }, "b"],
      [{ node: 1, web: 0, masquerade: 0 }, "c"],
    ]);
    expect(balanced[0]?.hops[0]).toMatchObject({
      stage: "fib",
      action: { kind: "multipath", choice: "node", vias: ["out>b", "out>c"] },
      before: sent.header,
      after: sent.header,
    });
    const again = network({
      ...CLIENT_AND_SERVER,
      fibs: { ...CLIENT_AND_SERVER.fibs, a: [[ANY, multipath("x", "a>b", "a>b")]] },
      hooks: { "a>b leaving": [hook("one", [ANY, dnat("x", "10.0.0.2 81", "10.0.0.2 82")])] },
    });
    expect(run(again, sent).map((t) => [t.choices, t.verdict.header.destinationPort])).toEqual([
      [{ x: 0 }, 81],
      [{ x: 1 }, 82],
    ]);
  });

  test("keeps a mark from the hook that sets it to the end of the stay at the switch", () => {
    const seen = (stage: string): Hook =>
      hook(stage, [{ marked: true }, { kind: "pass" }], [{ marked: false }, { kind: "pass" }]);
    const mark = hook("mark", [to("10.0.0.2"), marking(dnat("same", "10.0.0.2"))]);
    const other = hook("other", [to("10.0.0.2"), dnat("port", "10.0.0.2 80")]);
    const net = network({
      ...CLIENT_AND_SERVER,
      fibs: {
        ...CLIENT_AND_SERVER.fibs,
        a: [[{ marked: false }, deliver("client")], ...(CLIENT_AND_SERVER.fibs["a"] ?? [])],
      },
      hooks: {
        "client^ entering": [seen("before"), mark, seen("after"), other],
        "a>b leaving": [seen("leaving")],
        "a>b entering": [seen("next")],
      },
    });
    expect(reasons(only(net, packet("client", "10.0.0.1 1", "10.0.0.2 80")))).toEqual([
      "a before: before 1",
      "a mark: to 10.0.0.2",
      "a after: after 0",
      "a other: to 10.0.0.2 80",
      "a fib: a 2",
      "a leaving: leaving 0",
      "b next: next 1",
      "b fib: b 0",
    ]);
    // Nothing marks it: the FIB takes it for unmarked.
    const stray = only(net, packet("client", "10.0.0.1 1", "10.0.0.3 80"));
    expect(stray.verdict).toMatchObject({ kind: "delivered", to: "client" });
  });

  test.each(["constructor", "__proto__", ""])("takes %j for the name of a choice", (name) => {
    const lines = hook("dnat", [ANY, dnat(name, "10.0.0.2 81", "10.0.0.2 82")]);
    const net = network({ ...CLIENT_AND_SERVER, hooks: { "a>b entering": [lines] } });
    const traces = run(net, packet("client", "10.0.0.1 1", "10.9.0.1 80"));
    expect(traces.map((t) => Object.entries(t.choices))).toEqual([[[name, 0]], [[name, 1]]]);
  });

  test("passes hooks in the order: leaving, entering; and sees the link of entry in both", () => {
    const sketch: Sketch = {
      ...CLIENT_AND_SERVER,
      hooks: {
        "client^ entering": [hook("uplink")],
        "a>b leaving": [hook("first", [{ links: ["client^"] }, { kind: "pass" }]), hook("second")],
        "a>b entering": [hook("third", [{ links: ["a>b"] }, { kind: "pass" }])],
      },
    };
    const trace = only(network(sketch), packet("client", "10.0.0.1 1", "10.0.0.2 80"));
    expect(reasons(trace)).toEqual([
      "a uplink: uplink otherwise",
      "a fib: a 1",
      "a first: first 0",
      "a second: second otherwise",
      "b third: third 0",
      "b fib: b 0",
    ]);
    expect(trace.hops.map((hop) => hop.link)).toEqual([
      "client^",
      "client^",
      "a>b",
      "a>b",
      "a>b",
      "a>b",
    ]);
  });

  test("ends as looped when a packet comes back to the same link with the same header", () => {
    const trace = only(network(LOOP), packet("client", "10.0.0.1 1", "10.0.0.7 80"));
    expect(trace.verdict).toMatchObject({ kind: "looped", at: "b" });
    expect(reasons(trace)).toEqual(["a fib: a 1", "b fib: b 0", "a fib: a 1"]);
  });

  test("lets a packet pass a link twice when its header has changed", () => {
    const back = hook("dnat", [to("10.0.0.7"), dnat("home", "10.0.0.1 80")]);
    const net = network({ ...LOOP, hooks: { "b>a entering": [back] } });
    const trace = only(net, packet("client", "10.0.0.1 1", "10.0.0.7 80"));
    expect(trace.verdict).toMatchObject({ kind: "delivered", to: "client" });
    const turn = hook("dnat", [to("10.0.0.7", 80), dnat("turn", "10.0.0.7 81")]);
    const twice = network({ ...LOOP, hooks: { "b>a entering": [turn] } });
    const looped = only(twice, packet("client", "10.0.0.1 1", "10.0.0.7 80"));
    expect(looped.hops.filter((hop) => hop.link === "a>b")).toHaveLength(2);
    expect(looped.verdict).toMatchObject({ kind: "looped", header: { destinationPort: 81 } });
  });

  test("refuses a sender that does not exist", () => {
    const sent = packet("nobody", "10.0.0.1 1", "10.0.0.2 80");
    expect(() => run(network(CLIENT_AND_SERVER), sent)).toThrow("nobody");
  });
});

describe("faults", () => {
  const base: Sketch = CLIENT_AND_SERVER;
  const found = (changes: Partial<Sketch>): readonly string[] =>
    faults(network({ ...base, ...changes }));

  test.each<readonly [string, Partial<Sketch>, string]>([
    [
      "a FIB that delivers to a process of another switch",
      { fibs: { ...base.fibs, a: [[ANY, deliver("server")]] } },
      "switch a delivers to server",
    ],
    [
      "a FIB that forwards along a link of another switch",
      { fibs: { ...base.fibs, a: [[ANY, forward("b>a")]] } },
      "switch a forwards along b>a",
    ],
    [
      "a choice that takes a link of another switch",
      { fibs: { ...base.fibs, a: [[ANY, multipath("c", "a>b", "b>a")]] } },
      "switch a forwards along b>a",
    ],
    [
      "a choice among no links",
      { fibs: { ...base.fibs, a: [[ANY, multipath("c")]] } },
      "choice c offers nothing",
    ],
    [
      "a choice of links and of another number of rewrites",
      {
        fibs: { ...base.fibs, a: [[ANY, multipath("c", "a>b", "a>b")]] },
        hooks: { "a>b entering": [hook("x", [to("10.9.0.1"), dnat("c", "10.0.0.2")])] },
      },
      "choice c does not always offer",
    ],
    ["a link that ends nowhere", { links: ["a>b", "b>a", "a>z"] }, "link a>z ends at no switch"],
    ["a link that starts nowhere", { links: ["a>b", "b>a", "z>a"] }, "link z>a starts neither"],
    ["a link that ends where it starts", { links: ["a>b", "b>a", "a>a"] }, "link a>a ends where"],
    [
      "a hook at the process's end of an uplink",
      { hooks: { "client^ leaving": [hook("x")] } },
      "the uplink of process client has hooks",
    ],
    [
      "a FIB that matches a link which ends elsewhere",
      { fibs: { ...base.fibs, a: [[{ links: ["a>b"] }, deliver("client")]] } },
      "a match at switch a names link a>b",
    ],
    [
      "a hook that matches a link which ends elsewhere",
      { hooks: { "a>b entering": [hook("x", [{ links: ["b>a"] }, { kind: "pass" }])] } },
      "a match on entering by a>b names link b>a",
    ],
    [
      "a translation without a rewrite",
      { hooks: { "a>b entering": [hook("x", [to("10.9.0.1"), dnat("c")])] } },
      "choice c offers nothing",
    ],
    [
      "a choice of different sizes",
      {
        hooks: {
          "a>b entering": [hook("x", [to("10.9.0.1"), dnat("c", "10.0.0.1")])],
          "b>a entering": [hook("x", [to("10.9.0.1"), dnat("c", "10.0.0.1", "10.0.0.2")])],
        },
      },
      "choice c does not always offer",
    ],
    [
      "a rewrite of another family than the packet's",
      { hooks: { "a>b entering": [hook("x", [to("10.9.0.1"), dnat("c", "fd00::2")])] } },
      "choice c writes an address of another family",
    ],
    [
      "a rewrite of an address where both families match",
      { hooks: { "a>b entering": [hook("x", [ANY, dnat("c", "10.0.0.2")])] } },
      "choice c writes an address of another family",
    ],
    [
      "a rewrite to port 0",
      { hooks: { "a>b entering": [hook("x", [to("10.9.0.1"), dnat("c", "10.0.0.2 0")])] } },
      "choice c writes the port 0",
    ],
  ])("names %s", (_what, changes, expected) => {
    expect(found(changes)).toEqual([expect.stringContaining(expected)]);
  });

  test("names members that are listed under another id, and uplinks that start elsewhere", () => {
    const net = network(base);
    const switches = new Map([...net.switches].map(([id, s]) => [id, { ...s, id: `${id}x` }]));
    expect(faults({ ...net, switches })).toContain("switch ax is listed as a");
    const client = net.processes.get("client");
    if (client === undefined) throw new Error("no client");
    const processes = new Map(net.processes).set("client", { ...client, uplink: "server^" });
    expect(faults({ ...net, processes })).toContain(
      "the uplink of process client does not start at it",
    );
  });

  test("does not take the uplink of a process called like a switch for a way out of it", () => {
    const outside: Sketch = {
      processes: { outside: ["outside", "10.0.0.1"] },
      fibs: { outside: [[ANY, forward("outside^")]] },
    };
    expect(faults(network(outside))).toEqual([
      "switch outside forwards along outside^, which does not start there",
    ]);
    const fine: Sketch = { ...outside, fibs: { outside: [[ANY, deliver("outside")]] } };
    expect(faults(network(fine))).toEqual([]);
  });
});

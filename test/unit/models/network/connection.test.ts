import { describe, expect, test } from "vitest";
import {
  outcomeOf,
  outcomes,
  replies,
  replyFate,
  tracked,
} from "../../../../models/network/connection.ts";
import type { Network, Packet } from "../../../../models/network/network.ts";
import { swapEnds } from "../../../../models/network/packet.ts";
import { run } from "../../../../models/network/run.ts";
import type { Trace } from "../../../../models/network/trace.ts";
import { ANY } from "../../../../models/network/match.ts";
import {
  BALANCED,
  CLIENT_AND_SERVER,
  LOAD_BALANCER,
  LOOP,
  type Sketch,
  among,
  deliver,
  detour,
  dnat,
  forward,
  hook,
  marking,
  multipath,
  network,
  packet,
  selfCall,
  to,
} from "../../../support/network-examples.ts";

const sent = packet("client", "10.0.0.1 5000", "10.0.0.2 80");

function first(net: Network, packet: Packet): Trace {
  const [trace] = run(net, packet);
  if (trace === undefined) throw new Error("no trace");
  return trace;
}

/** The verdict of the only life of the reply. */
function onlyReply(net: Network, trace: Trace): Trace {
  const [life, ...more] = replies(net, trace);
  expect(more).toEqual([]);
  if (life === undefined) throw new Error("no reply");
  return life;
}

const stages = (trace: Trace): readonly string[] => trace.hops.map((h) => `${h.at} ${h.stage}`);

describe("tracked", () => {
  test("holds for each stay at a switch the header on entering and on leaving", () => {
    const trace = first(network(BALANCED), packet("client", "10.0.0.1 5000", "10.9.0.1 80"));
    const called = trace.packet.header;
    expect(tracked(trace)).toEqual([
      { at: "a", original: called, translated: called },
      { at: "b", original: called, translated: trace.verdict.header },
    ]);
  });

  test("has two entries for a switch that is visited twice", () => {
    const trace = first(
      network(selfCall("masqueraded")),
      packet("self", "10.0.0.1 5000", "10.9.0.1 80"),
    );
    expect(tracked(trace).map((entry) => entry.at)).toEqual(["pod", "node", "pod"]);
    expect(tracked(trace)[1]).toEqual({
      at: "node",
      original: trace.packet.header,
      translated: packet("self", "10.0.0.9 5000", "10.0.0.1 8080").header,
    });
  });
});

describe("replies", () => {
  test("is empty when the packet was not delivered", () => {
    const loop = first(network(LOOP), packet("client", "10.0.0.1 1", "10.0.0.7 80"));
    expect(replies(network(LOOP), loop)).toEqual([]);
  });

  test("returns to the process that opened the connection", () => {
    const net = network(CLIENT_AND_SERVER);
    const reply = onlyReply(net, first(net, sent));
    expect(reply.packet).toEqual({ from: "server", header: swapEnds(sent.header) });
    expect(reply.verdict).toEqual({
      kind: "delivered",
      to: "client",
      header: swapEnds(sent.header),
    });
    expect(stages(reply)).toEqual(["b conntrack", "b fib", "a conntrack", "a fib"]);
  });

  test("passes filters that a first packet would not pass", () => {
    const refuse = hook("ingress", [ANY, { kind: "discard", reason: "filtered" }]);
    const net = network({
      ...CLIENT_AND_SERVER,
      hooks: { "b>a leaving": [refuse], "b>a entering": [refuse], "server^ entering": [refuse] },
    });
    expect(replyFate(net, first(net, sent))).toBe("returned");
    const unasked = packet("server", "10.0.0.2 80", "10.0.0.1 5000");
    expect(first(net, unasked).verdict.kind).toBe("discarded");
  });

  test("is translated back where the request was translated", () => {
    const net = network(BALANCED);
    const call = packet("client", "10.0.0.1 5000", "10.9.0.1 80");
    const reply = onlyReply(net, first(net, call));
    expect(reply.packet.header).toEqual(packet("server", "10.0.0.2 80", "10.0.0.1 5000").header);
    expect(reply.verdict.header).toEqual(swapEnds(call.header));
    expect(reply.hops[0]?.stage).toBe("conntrack");
    expect(reply.hops[0]?.after).toEqual(swapEnds(call.header));
  });

  test("comes back through whoever translated, whichever node a load balancer chose", () => {
    const net = network(LOAD_BALANCER);
    const call = packet("client", "10.0.0.1 5000", "10.9.0.1 80");
    const back = run(net, call).map((trace) => onlyReply(net, trace));
    expect(back.map((life) => life.hops.map((hop) => hop.at).join(" "))).toEqual([
      "b b out out",
      "b b c c out out",
    ]);
    expect(outcomes(net, call).map((o) => [o.fate, o.reply])).toEqual([
      ["delivered", "returned"],
      ["delivered", "returned"],
    ]);
  });

  test("has a life for each link that it may take back, and is lost if one loses it", () => {
    const net = network({
      ...CLIENT_AND_SERVER,
      links: ["a>b", "b>a", "b>c"],
      fibs: {
        ...CLIENT_AND_SERVER.fibs,
        b: [
          [to("10.0.0.2"), deliver("server")],
          [to("10.0.0.1"), multipath("back", "b>a", "b>c")],
        ],
        c: [],
      },
    });
    const trace = first(net, sent);
    expect(replies(net, trace).map((life) => [life.choices, life.verdict.kind])).toEqual([
      [{ back: 0 }, "delivered"],
      [{ back: 1 }, "discarded"],
    ]);
    expect(replyFate(net, trace)).toBe("lost");
  });

  test("is not marked where the connection is known, though its first packet was", () => {
    const net = network({
      ...CLIENT_AND_SERVER,
      fibs: {
        ...CLIENT_AND_SERVER.fibs,
        b: [
          [{ ...to("10.0.0.1"), marked: true }, deliver("other")],
          ...(CLIENT_AND_SERVER.fibs["b"] ?? []),
        ],
      },
      hooks: {
        "a>b entering": [hook("dnat", [to("10.9.0.1"), marking(dnat("web", "10.0.0.2 80"))])],
        "server^ entering": [hook("snat", [ANY, marking(dnat("never", "10.0.0.2 80"))])],
      },
    });
    const trace = first(net, packet("client", "10.0.0.1 5000", "10.9.0.1 80"));
    expect(onlyReply(net, trace).verdict).toMatchObject({ kind: "delivered", to: "client" });
  });

  test("goes to the socket that opened, not to whoever listens on the port of the opener", () => {
    const local: Sketch = {
      processes: { a: ["s", "10.0.0.1"], b: ["s", "10.0.0.1"] },
      fibs: { s: [[ANY, { kind: "deliver", to: "b" }]] },
    };
    const net = network(local);
    const trace = first(net, packet("a", "10.0.0.1 5000", "10.0.0.1 80"));
    expect(trace.verdict).toMatchObject({ kind: "delivered", to: "b" });
    expect(onlyReply(net, trace).verdict).toMatchObject({ kind: "delivered", to: "a" });
  });

  test("is judged as a first packet at a switch that does not know the connection", () => {
    const net = network({
      ...detour("shortcut"),
      hooks: {
        ...detour("shortcut").hooks,
        "c>a leaving": [hook("out", [ANY, { kind: "pass" }])],
      },
    });
    const call = packet("client", "10.0.0.1 5000", "10.0.0.3 80");
    // c knows the connection, so its hooks are passed; b is not on the way.
    expect(stages(onlyReply(net, first(net, call)))).toEqual([
      "c conntrack",
      "c fib",
      "a conntrack",
      "a fib",
    ]);
    const moved = packet("client", "10.0.0.1 5000", "10.9.0.1 80");
    expect(stages(onlyReply(net, first(net, moved)))).toEqual(["c conntrack", "c fib", "a fib"]);
  });
});

describe("replyFate", () => {
  const call = packet("client", "10.0.0.1 5000", "10.9.0.1 80");

  test("is returned when the reply comes back as from the address that was called", () => {
    const net = network(detour("same way"));
    expect(replyFate(net, first(net, call))).toBe("returned");
  });

  test("is lost when nothing on the way back translates: nobody waits for it", () => {
    const net = network(detour("shortcut"));
    expect(replyFate(net, first(net, call))).toBe("lost");
    const plain = packet("client", "10.0.0.1 5000", "10.0.0.3 80");
    expect(replyFate(net, first(net, plain))).toBe("returned");
  });

  test("is returned to a process that calls itself only if the node masquerades", () => {
    const own = packet("self", "10.0.0.1 5000", "10.9.0.1 80");
    const masqueraded = network(selfCall("masqueraded"));
    expect(replyFate(masqueraded, first(masqueraded, own))).toBe("returned");
    expect(outcomes(masqueraded, own)).toMatchObject([
      { fate: "delivered", to: "self", port: 8080, sourceSeen: { bits: 0x0a00_0009n } },
    ]);
    const kept = network(selfCall("kept"));
    expect(replyFate(kept, first(kept, own))).toBe("altered");
  });

  test("is lost when there is no way back, or it leads to somebody else", () => {
    const fibs = CLIENT_AND_SERVER.fibs;
    const noWay = network({
      ...CLIENT_AND_SERVER,
      fibs: { ...fibs, b: (fibs["b"] ?? []).slice(0, 2) },
    });
    expect(replyFate(noWay, first(noWay, sent))).toBe("lost");
    const stolen = network({
      ...CLIENT_AND_SERVER,
      fibs: {
        ...fibs,
        b: [
          [{ destinations: among("10.0.0.1") }, { kind: "deliver", to: "other" }],
          ...(fibs["b"] ?? []),
        ],
      },
    });
    expect(replyFate(stolen, first(stolen, sent))).toBe("lost");
  });

  test("is lost when the reply goes round in circles", () => {
    const fibs = CLIENT_AND_SERVER.fibs;
    const circle = network({
      ...CLIENT_AND_SERVER,
      fibs: {
        ...fibs,
        a: [[{ sources: among("10.0.0.2") }, forward("a>b")], ...(fibs["a"] ?? [])],
      },
    });
    const trace = first(circle, sent);
    expect(onlyReply(circle, trace).verdict.kind).toBe("looped");
    expect(replyFate(circle, trace)).toBe("lost");
  });

  test("returns also when an end is outside", () => {
    for (const outside of ["client", "server"]) {
      const net = network({ ...CLIENT_AND_SERVER, outside });
      expect(replyFate(net, first(net, sent))).toBe("returned");
    }
  });
});

describe("outcomeOf", () => {
  test("names the receiver, the candidate, the port and the source that is seen", () => {
    const net = network(BALANCED);
    const call = packet("client", "10.0.0.1 5000", "10.9.0.1 80");
    expect(outcomes(net, call)).toEqual([
      {
        fate: "delivered",
        to: "server",
        candidate: { family: "IPv4", bits: 0x0a00_0002n },
        port: 80,
        sourceSeen: { family: "IPv4", bits: 0x0a00_0001n },
        reply: "returned",
      },
      { fate: "dropped", candidate: { family: "IPv4", bits: 0x0a00_0002n }, port: 81 },
    ]);
  });

  test("claims nothing about the source that the outside sees", () => {
    const net = network({ ...CLIENT_AND_SERVER, outside: "server" });
    expect(outcomeOf(net, first(net, sent))).toEqual({
      fate: "delivered",
      to: "server",
      candidate: { family: "IPv4", bits: 0x0a00_0002n },
      port: 80,
      reply: "returned",
    });
  });

  test.each([
    ["no-route", "no-route"],
    ["filtered", "dropped"],
    ["rejected", "rejected"],
    ["unassigned", "dropped"],
    ["undefined-port", "dropped"],
    ["unmodelled", "undecided"],
  ] as const)("makes of a discard as %s the fate %s", (reason, fate) => {
    const net = network({
      ...CLIENT_AND_SERVER,
      hooks: { "a>b leaving": [hook("x", [ANY, { kind: "discard", reason }])] },
    });
    expect(outcomes(net, sent)).toMatchObject([{ fate }]);
  });

  test("says looped of a loop", () => {
    expect(outcomes(network(LOOP), packet("client", "10.0.0.1 1", "10.0.0.7 80"))).toEqual([
      { fate: "looped", candidate: { family: "IPv4", bits: 0x0a00_0007n }, port: 80 },
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { outcomes, replies } from "../../../models/network/connection.ts";
import type { Packet } from "../../../models/network/network.ts";
import { run } from "../../../models/network/run.ts";
import { createEngine } from "../../../src/engine/engine.ts";
import {
  BALANCED,
  EXAMPLES,
  LOAD_BALANCER,
  LOOP,
  detour,
  network,
  packet,
  selfCall,
} from "../../support/network-examples.ts";

describe("createEngine", () => {
  const call = packet("client", "10.0.0.1 5000", "10.9.0.1 80");

  test("follows each choice of a load balancer to its end", () => {
    const traces = createEngine(network(BALANCED)).run(call);
    expect(traces.map((t) => [t.choices, t.verdict.kind])).toEqual([
      [{ web: 0 }, "delivered"],
      [{ web: 1 }, "discarded"],
    ]);
    expect(traces).toEqual(run(network(BALANCED), call));
  });

  test.each([
    ["a connection to itself, masqueraded", selfCall("masqueraded"), "self", "returned"],
    ["a connection to itself, as it is", selfCall("kept"), "self", "altered"],
    ["a reply on the same way", detour("same way"), "client", "returned"],
    ["a reply by a shortcut", detour("shortcut"), "client", "lost"],
  ] as const)("tracks %s", (_what, sketch, from, reply) => {
    const net = network(sketch);
    const sent: Packet = { ...call, from };
    const engine = createEngine(net);
    expect(engine.outcomes(sent)).toMatchObject([{ fate: "delivered", reply }]);
    expect(engine.outcomes(sent)).toEqual(outcomes(net, sent));
    for (const trace of engine.run(sent)) {
      expect(engine.replies(trace)).toEqual(replies(net, trace));
    }
  });

  test("takes each link of a choice, and keeps marks at the switch that set them", () => {
    const net = network(LOAD_BALANCER);
    const engine = createEngine(net);
    const traces = engine.run(call);
    expect(traces.map((t) => [t.choices, t.verdict.header.source & 0xffn])).toEqual([
      [{ node: 0, web: 0 }, 1n],
      [{ node: 1, web: 0, masquerade: 0 }, 3n],
    ]);
    expect(traces).toEqual(run(net, call));
    expect(engine.outcomes(call)).toEqual(outcomes(net, call));
    // The second node translates only what it has marked: not what its own process sends.
    const [own] = engine.run(packet("other", "10.0.0.3 5000", "10.0.0.2 8080"));
    expect(own?.choices).toEqual({});
  });

  test("ends a loop, and gives no reply to it", () => {
    const engine = createEngine(network(LOOP));
    const [trace] = engine.run(packet("client", "10.0.0.1 1", "10.0.0.7 80"));
    expect(trace?.verdict).toMatchObject({ kind: "looped", at: "b" });
    expect(trace && engine.replies(trace)).toEqual([]);
  });

  test("answers about networks independently of each other", () => {
    const engines = EXAMPLES.map((example) => createEngine(example.network));
    const fates = engines.map((e, i) =>
      EXAMPLES.slice(i, i + 1).map(({ call }) => e.outcomes(call)),
    );
    expect(fates).toEqual(EXAMPLES.map(({ network, call }) => [outcomes(network, call)]));
  });

  test("refuses a sender that does not exist", () => {
    expect(() => createEngine(network(LOOP)).run(packet("x", "10.0.0.1 1", "10.0.0.2 1"))).toThrow(
      "no process x",
    );
  });
});

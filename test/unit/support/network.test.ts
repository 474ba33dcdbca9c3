import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outcomeOf } from "../../../models/network/connection.ts";
import type { Rule } from "../../../models/network/fib.ts";
import { type Match, matches } from "../../../models/network/match.ts";
import { type Network, type Packet, sends } from "../../../models/network/network.ts";
import { run } from "../../../models/network/run.ts";
import type { Trace } from "../../../models/network/trace.ts";
import { faults } from "../../../models/network/well-formed.ts";
import { edgeNetworkArbitrary } from "../../support/edge-network.ts";
import { scaled, seed } from "../../support/law-settings.ts";
import { matchArbitrary, networkArbitrary } from "../../support/network.ts";
import { headerNear, packetNear } from "../../support/network-packets.ts";

const sent: fc.Arbitrary<[Network, Packet]> = networkArbitrary().chain((network) =>
  packetNear(network).map((packet): [Network, Packet] => [network, packet]),
);

describe("networkArbitrary", () => {
  test("makes networks without faults", () => {
    fc.assert(
      fc.property(networkArbitrary(), (network) => {
        expect(faults(network)).toEqual([]);
      }),
      { numRuns: scaled(200), seed },
    );
  });

  test("makes the same networks from the same seed", () => {
    const draw = (): Network[] => fc.sample(networkArbitrary(), { numRuns: 10, seed });
    expect(draw()).toEqual(draw());
  });

  test("keeps to the sizes that it is given", () => {
    const sizes = { switchesMax: 1, processesMax: 1, rulesMax: 0, hooksMax: 0 };
    for (const network of fc.sample(networkArbitrary(sizes), { numRuns: 20, seed })) {
      expect(network.switches.size).toBe(1);
      expect(network.processes.size).toBe(1);
      for (const link of network.links.values()) expect(link.onEnter).toEqual([]);
    }
  });
});

describe("edgeNetworkArbitrary", () => {
  test("makes networks without faults", () => {
    fc.assert(
      fc.property(edgeNetworkArbitrary(), (network) => {
        expect(faults(network)).toEqual([]);
      }),
      { numRuns: scaled(100), seed },
    );
  });
});

describe("packetNear", () => {
  test("makes packets that their sender can send", () => {
    fc.assert(
      fc.property(sent, ([network, { from, header }]) => {
        const process = network.processes.get(from);
        expect(process !== undefined && sends(process, header)).toBe(true);
      }),
      { numRuns: scaled(200), seed },
    );
  });

  test("makes the same packets from the same seed", () => {
    const draw = (): unknown[] => fc.sample(sent, { numRuns: 10, seed }).map(([, p]) => p);
    expect(draw()).toEqual(draw());
  });

  test("shows every kind of life in at least one of twenty samples", () => {
    const samples = fc.sample(sent, { numRuns: 500, seed }).map(([network, packet]) => ({
      network,
      traces: run(network, packet),
    }));
    const share = (holds: (trace: Trace, network: Network) => boolean): number =>
      samples.filter((s) => s.traces.some((t) => holds(t, s.network))).length / samples.length;
    const shares = {
      delivered: share((t) => t.verdict.kind === "delivered"),
      discarded: share((t) => t.verdict.kind === "discarded"),
      looped: share((t) => t.verdict.kind === "looped"),
      translated: share((t) => t.hops.some((h) => h.action.kind === "translate")),
      chosen: samples.filter((s) => s.traces.length > 1).length / samples.length,
      spread: share((t) => t.hops.some((h) => h.action.kind === "multipath")),
      marked: share((t, n) => meetsMarked(n, t)),
      crossing: share((t) => new Set(t.hops.map((h) => h.at)).size > 1),
      byRule: share((t) => t.hops.some((h) => !h.because.text.endsWith("otherwise"))),
      returned: share((t, n) => outcomeOf(n, t).reply === "returned"),
      lost: share((t, n) => outcomeOf(n, t).reply === "lost"),
    };
    for (const [what, found] of Object.entries(shares)) {
      expect.soft(found, what).toBeGreaterThanOrEqual(0.05);
    }
  });
});

/** Whether some rule that asks for a mark has decided. */
function meetsMarked(network: Network, { hops }: Trace): boolean {
  const hooks = [...network.links.values()].flatMap((l) => [...l.onLeave, ...l.onEnter]);
  const tables = [...hooks, ...[...network.switches.values()].map((s) => s.fib)];
  const deciding = new Set(
    tables.flatMap<Rule<unknown>>(({ rules }) => rules.filter((r) => r.match.marked === true)),
  );
  const texts = new Set([...deciding].map(({ because }) => because.text));
  return hops.some((hop) => texts.has(hop.because.text));
}

describe("headerNear", () => {
  test("meets a conjunction in at least one of ten headers, and misses it as often", () => {
    const near = matchArbitrary(["l"]).chain((match) =>
      headerNear(match).map((header) => matches(match, header, "l", false)),
    );
    const met = fc.sample(near, { numRuns: 1000, seed }).filter((m) => m).length;
    expect(met).toBeGreaterThanOrEqual(100);
    expect(met).toBeLessThanOrEqual(900);
  });

  test("draws the values just inside and just outside of a set, and the ends of the range", () => {
    const match: Match = { destinationPorts: [[80, 90]] };
    const drawn = fc
      .sample(headerNear(match), { numRuns: 300, seed })
      .map((h) => h.destinationPort);
    const expected = [1, 2, 79, 80, 81, 89, 90, 91, 65_534, 65_535];
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual(expected);
  });
});

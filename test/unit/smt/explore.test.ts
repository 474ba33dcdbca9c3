/** Paths of a small network, as a reader would draw them. */
import { describe, expect, test } from "vitest";
import type { Address, AddressSet } from "../../../models/base/address.ts";
import { addressSets } from "../../../models/base/address.ts";
import type { Network } from "../../../models/network/network.ts";
import { choiceVariables } from "../../../src/smt/choices.ts";
import { assignmentOf, decodeChoices, decodePacket } from "../../../src/smt/decode.ts";
import { evalTerm } from "../../../src/smt/eval-term.ts";
import { createExplorer } from "../../../src/smt/explore.ts";
import { createTerms } from "../../../src/smt/factory.ts";
import type { Path } from "../../../src/smt/path.ts";
import { packetToShow } from "../../../src/smt/prefer.ts";
import { openSolver } from "../../../src/smt/solver.ts";

const address = (bits: bigint): Address => ({ family: "IPv4", bits });
const only = (...bits: bigint[]): AddressSet => addressSets.ofAddresses(bits.map(address));
const because = (text: string) => ({ text, origins: [] });

/** One switch; a client at 1, servers at 2 and 3, a virtual address 9:80 that leads to either's 8080. */
const network: Network = {
  processes: new Map(
    [1n, 2n, 3n].map((bits) => [
      `p${bits}`,
      {
        id: `p${bits}`,
        name: `process ${bits}`,
        endpoint: `end:${bits}`,
        addresses: only(bits),
        uplink: `p${bits}^`,
        declared: true,
        origins: [],
      },
    ]),
  ),
  switches: new Map([
    [
      "s",
      {
        id: "s",
        name: "switch",
        fib: {
          rules: [1n, 2n, 3n].map((bits) => ({
            match: { destinations: only(bits) },
            action: { kind: "deliver", to: `p${bits}` },
            because: because(`to ${bits}`),
          })),
          otherwise: { action: { kind: "discard", reason: "no-route" }, because: because("none") },
        },
      },
    ],
  ]),
  links: new Map(
    [1n, 2n, 3n].map((bits) => [
      `p${bits}^`,
      {
        id: `p${bits}^`,
        from: `p${bits}`,
        to: "s",
        onLeave: [],
        onEnter: [
          {
            stage: "dnat",
            rules: [
              {
                match: {
                  destinations: only(9n),
                  protocols: ["TCP"] as const,
                  destinationPorts: [[80, 80]] as const,
                },
                action: {
                  kind: "translate",
                  choice: "dnat",
                  rewrites: [2n, 3n].map((to) => ({
                    destination: address(to),
                    destinationPort: 8080,
                    because: because(`endpoint ${to}`),
                  })),
                },
                because: because("service"),
              },
            ],
            otherwise: { action: { kind: "pass" }, because: because("no service") },
          },
          {
            stage: "egress",
            rules: [
              {
                match: { protocols: ["TCP"] as const },
                action: { kind: "pass" },
                because: because("TCP is admitted"),
              },
              {
                match: { protocols: ["UDP"] as const, destinationPorts: [[53, 53]] as const },
                action: { kind: "pass" },
                because: because("DNS is admitted"),
              },
            ],
            otherwise: {
              action: { kind: "discard", reason: "filtered" },
              because: because("nothing else is"),
            },
          },
        ],
      },
    ]),
  ),
};

const terms = createTerms();
const explorer = createExplorer(network, terms);
const choices = choiceVariables(network, terms);

const verdictOf = ({ verdict, choices: made }: Path): string =>
  `${verdict.kind === "delivered" ? verdict.to : verdict.kind} ${JSON.stringify(made)}`;

describe("paths", () => {
  test("leave a condition on ports and protocol when the ends are fixed", () => {
    const { paths, header } = explorer.paths("p1", {
      family: "IPv4",
      destinations: [[2n, 2n]],
    });
    expect(header.source).toBe(terms.literal(1n, 32));
    expect(header.destination).toBe(terms.literal(2n, 32));
    expect(paths.map(verdictOf).sort()).toEqual(["discarded {}", "p2 {}"]);
    const delivered = paths.find((path) => path.verdict.kind === "delivered");
    expect(delivered?.condition).toBe(
      terms.or(
        terms.eq(header.protocol, terms.literal(6n, 8)),
        terms.and(
          terms.eq(header.protocol, terms.literal(17n, 8)),
          terms.eq(header.destinationPort, terms.literal(53n, 16)),
        ),
      ),
    );
    // Both rules that pass the packet are on the one path that they make.
    expect(delivered?.hops[1]?.because.map(({ text }) => text)).toEqual([
      "TCP is admitted",
      "DNS is admitted",
    ]);
  });

  test("split at a choice, and say where each leads", () => {
    const exploration = explorer.paths("p1", { family: "IPv4", destinations: [[9n, 9n]] });
    const translated = exploration.paths.filter((path) => "dnat" in path.choices);
    expect(translated.map(verdictOf).sort()).toEqual(['p2 {"dnat":0}', 'p3 {"dnat":1}']);
    for (const path of translated) {
      expect(path.header.destinationPort).toBe(terms.literal(8080n, 16));
      expect(path.hops[0]?.because).toHaveLength(1);
    }
    const header = {
      family: "IPv4",
      protocol: "TCP",
      source: 1n,
      sourcePort: 5,
      destination: 9n,
      destinationPort: 80,
    } as const;
    const taken = (dnat: number): readonly string[] =>
      exploration.paths
        .filter((path) => evalTerm(choices.guard(path), assignmentOf(header, { dnat })))
        .map(verdictOf);
    expect(taken(0)).toEqual(['p2 {"dnat":0}']);
    expect(taken(1)).toEqual(['p3 {"dnat":1}']);
  });

  test("are none, of an empty domain, where the sender has no address", () => {
    const exploration = explorer.paths("p1", { family: "IPv6", destinations: [[9n, 9n]] });
    expect(exploration.paths).toEqual([]);
    expect(exploration.domain).toBe(terms.no);
  });

  test("throw for a sender that is not there", () => {
    expect(() => explorer.paths("p7", { family: "IPv4" })).toThrow("no process p7");
  });
});

describe("packetToShow", () => {
  test("is the most usual packet of a path", async () => {
    const solver = openSolver();
    const exploration = explorer.paths("p1", { family: "IPv4" });
    const dropped = exploration.paths.filter(({ verdict }) => verdict.kind === "discarded");
    const condition = terms.and(
      exploration.domain,
      terms.or(...dropped.map((path) => path.condition)),
    );
    const answer = await solver.check([condition]);
    if (answer.kind !== "sat") throw new Error("no packet is dropped");
    const shown = await packetToShow(terms, solver, exploration, condition, answer.model, {
      destinations: [[2n, 3n]],
    });
    await solver.close();
    expect(shown).toEqual({
      from: "p1",
      header: {
        family: "IPv4",
        // TCP is dropped only where no one lives.
        protocol: "TCP",
        source: 1n,
        sourcePort: 32_768,
        destination: 0n,
        destinationPort: 1,
      },
    });
  });
});

describe("decode", () => {
  test("fills in what a model leaves open", () => {
    const exploration = explorer.paths("p1", { family: "IPv4", destinations: [[9n, 9n]] });
    expect(decodePacket(exploration, new Map([["destinationPort", 80n]]))).toEqual({
      from: "p1",
      header: {
        family: "IPv4",
        protocol: "TCP",
        source: 1n,
        sourcePort: 1,
        destination: 9n,
        destinationPort: 80,
      },
    });
    const [path] = exploration.paths.filter(({ choices: made }) => made["dnat"] === 1);
    if (path === undefined) throw new Error("no path to the second endpoint");
    expect(decodeChoices(path, new Map())).toEqual({ dnat: 0 });
    expect(decodeChoices(path, new Map([["choice dnat", 1n]]))).toEqual({ dnat: 1 });
  });

  test("refuses a model that was not made for packets", () => {
    const exploration = explorer.paths("p1", { family: "IPv4" });
    expect(() => decodePacket(exploration, new Map([["protocol", 1n]]))).toThrow("protocol 1");
  });
});

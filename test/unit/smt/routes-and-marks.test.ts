/** Choices of links and marks, read symbolically. */
import { describe, expect, test } from "vitest";
import type { Network, Packet } from "../../../models/network/network.ts";
import { choiceVariables } from "../../../src/smt/choices.ts";
import { assignmentOf } from "../../../src/smt/decode.ts";
import { evalTerm } from "../../../src/smt/eval-term.ts";
import { createExplorer } from "../../../src/smt/explore.ts";
import { createTerms } from "../../../src/smt/factory.ts";
import type { Exploration, Path } from "../../../src/smt/path.ts";
import { createPathClasses } from "../../../src/smt/path-classes.ts";
import { createReplier } from "../../../src/smt/replies.ts";
import {
  CLIENT_AND_SERVER,
  LOAD_BALANCER,
  deliver,
  forward,
  multipath,
  network,
  packet,
  to,
} from "../../support/network-examples.ts";

const terms = createTerms();

/** The paths of packets from the sender of `call` to its destination. */
function explored(net: Network, { from, header }: Packet): Exploration {
  return createExplorer(net, terms).paths(from, {
    family: header.family,
    destinations: [[header.destination, header.destination]],
  });
}

const ending = ({ verdict, choices }: Path): readonly unknown[] => [
  verdict.kind === "delivered" ? verdict.to : verdict.kind,
  choices,
];

const call = packet("client", "10.0.0.1 5000", "10.9.0.1 80");

describe("paths", () => {
  test("take each link of a choice, with one variable for all choices of that name", () => {
    const net = network(LOAD_BALANCER);
    const choices = choiceVariables(net, terms);
    const { paths, domain } = explored(net, call);
    const delivered = paths.filter(({ verdict }) => verdict.kind === "delivered");
    expect(delivered.map(ending)).toEqual([
      ["server", { node: 0, web: 0 }],
      ["server", { node: 1, web: 0, masquerade: 0 }],
    ]);
    expect(delivered.map((path) => path.header.source)).toEqual([
      terms.literal(0x0a00_0001n, 32),
      terms.literal(0x0a00_0003n, 32),
    ]);
    const taken = (node: number): readonly unknown[] => {
      const assignment = assignmentOf(call.header, { node, web: 0, masquerade: 0 });
      expect(evalTerm(terms.and(domain, choices.admissible(paths)), assignment)).toBe(node < 2);
      return paths.filter((path) => evalTerm(choices.guard(path), assignment)).map(ending);
    };
    expect(taken(0)).toEqual([ending(delivered[0] ?? fail())]);
    expect(taken(1)).toEqual([ending(delivered[1] ?? fail())]);
  });

  test("see no mark at a switch that has not set it", () => {
    const own = packet("other", "10.0.0.3 5000", "10.0.0.2 8080");
    expect(explored(network(LOAD_BALANCER), own).paths.map(ending)).toEqual([["server", {}]]);
  });
});

describe("returns", () => {
  test("holds whichever node was chosen, as each translates back what it translated", () => {
    const net = network(LOAD_BALANCER);
    const exploration = explored(net, call);
    const delivered = exploration.paths.filter(({ verdict }) => verdict.kind === "delivered");
    const replier = createReplier(net, terms);
    expect(delivered.map((path) => replier.returns(exploration, path))).toEqual([
      terms.yes,
      terms.yes,
    ]);
  });

  test.each([
    ["all links lead back", ["b>a", "b>a"], "yes"],
    ["one link leads elsewhere", ["b>a", "b>c"], "no"],
  ] as const)("when %s", (_when, vias, expected) => {
    const net = network({
      ...CLIENT_AND_SERVER,
      links: ["a>b", "b>a", "b>c"],
      fibs: {
        ...CLIENT_AND_SERVER.fibs,
        b: [
          [to("10.0.0.2"), deliver("server")],
          [to("10.0.0.1"), multipath("back", ...vias)],
        ],
        c: [],
      },
    });
    const sent = packet("client", "10.0.0.1 5000", "10.0.0.2 80");
    const exploration = explored(net, sent);
    const replier = createReplier(net, terms);
    expect(exploration.paths.map((path) => replier.returns(exploration, path))).toEqual([
      terms[expected],
    ]);
  });
});

describe("path classes", () => {
  const classOf = (net: Network): string | undefined =>
    createPathClasses(net).classOf({
      from: "client",
      receiver: "server",
      family: "IPv4",
      source: 0x0a00_0001n,
      destination: 0x0a00_0002n,
    });
  const withRoute = (vias: readonly string[]): Network =>
    network({
      ...CLIENT_AND_SERVER,
      fibs: {
        ...CLIENT_AND_SERVER.fibs,
        a: [
          [to("10.0.0.1"), deliver("client")],
          [to("10.0.0.2"), vias.length === 1 ? forward("a>b") : multipath("x", ...vias)],
        ],
      },
    });

  test("tell nothing of a call for which the network chooses a link", () => {
    expect(classOf(withRoute(["a>b"]))).toBeDefined();
    expect(classOf(withRoute(["a>b", "a>b"]))).toBeUndefined();
  });

  test("leave rules for marked packets out, as nothing marks what they tell of", () => {
    const plain = withRoute(["a>b"]);
    const link = plain.links.get("a>b") ?? fail();
    const because = { text: "marked", origins: [] };
    const rule = (marked: boolean) =>
      ({ match: { marked }, action: { kind: "discard", reason: "filtered" }, because }) as const;
    const withRule = (marked: boolean): Network => {
      const otherwise = { action: { kind: "pass" }, because } as const;
      const onEnter = [{ stage: "filter", rules: [rule(marked)], otherwise }];
      return { ...plain, links: new Map(plain.links).set("a>b", { ...link, onEnter }) };
    };
    const paths = (net: Network): readonly unknown[] =>
      explored(net, packet("client", "10.0.0.1 5000", "10.0.0.2 80")).paths.map(ending);
    expect(paths(withRule(true))).toEqual([
      ["server", {}],
      ["other", {}],
    ]);
    expect(paths(withRule(false))).toEqual([["discarded", {}]]);
    expect(classOf(withRule(true))).not.toBe(classOf(withRule(false)));
  });
});

function fail(): never {
  throw new Error("it is not there");
}

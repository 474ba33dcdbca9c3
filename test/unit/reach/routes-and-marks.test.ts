/** Choices of links and marks, read for sets of packets. */
import { describe, expect, test } from "vitest";
import type { Hook } from "../../../models/network/fib.ts";
import { ANY } from "../../../models/network/match.ts";
import type { Network } from "../../../models/network/network.ts";
import { present } from "../../../src/base/assert.ts";
import { formatAddress, parseAddress } from "../../../src/base/ip.ts";
import type { Sender } from "../../../src/reach/all-pairs.ts";
import type { Destination } from "../../../src/reach/board.ts";
import { createReach } from "../../../src/reach/reach.ts";
import {
  LOAD_BALANCER,
  type Sketch,
  among,
  deliver,
  dnat,
  forward,
  hook,
  marking,
  masquerade,
  multipath,
  network,
  to,
} from "../../support/network-examples.ts";

const address = (text: string): Sender["source"] => present(parseAddress(text), text);
const from = (process: string, source: string): Sender => ({ process, source: address(source) });
const toward = (text: string): Destination => ({ address: address(text) });

describe("fates", () => {
  test("take each link of a choice, and translate what was marked at the same switch", () => {
    const reach = createReach(network(LOAD_BALANCER));
    const ends = (source: Sender, destination: string): readonly string[] =>
      reach
        .fates(source.process, source.source, address(destination))
        .flatMap(({ end, packets }) =>
          end.kind === "delivered"
            ? [`${end.to} sees ${formatAddress(end.source)}`]
            : [`${end.kind} at ${end.at} ${packets.length}`],
        );
    expect(ends(from("client", "10.0.0.1"), "10.9.0.1").toSorted()).toEqual([
      // Other ports than 80 are translated nowhere, and neither node knows the address.
      "discarded at b 3",
      "discarded at c 3",
      "server sees 10.0.0.1",
      "server sees 10.0.0.3",
    ]);
    expect(ends(from("other", "10.0.0.3"), "10.0.0.2")).toEqual(["server sees 10.0.0.3"]);
  });
});

/** A client reaches two servers; by one choice, both servers' packets take the same of two ways. */
const TWO_WAYS: Sketch = {
  processes: { client: ["a", "10.0.0.1"], server: ["c", "10.0.0.2"] },
  links: ["a>b", "a>c", "b>c", "c>a"],
  fibs: {
    a: [
      [to("10.0.0.1"), deliver("client")],
      [to("10.0.0.2"), multipath("way", "a>b", "a>c")],
    ],
    b: [[ANY, multipath("way", "b>c", "b>c")]],
    c: [
      [to("10.0.0.2"), deliver("server")],
      [to("10.0.0.1"), forward("c>a")],
    ],
  },
};

const refusing = (stage: string, port: number): Hook =>
  hook(stage, [{ destinationPorts: [[port, port]] }, { kind: "discard", reason: "filtered" }]);

describe("all pairs", () => {
  const delivered = (sketch: Sketch): unknown => {
    const found: unknown[] = [];
    createReach(network(sketch)).allPairs(
      [from("client", "10.0.0.1")],
      [toward("10.0.0.2")],
      (_i, _j, allowed) => {
        found.push(allowed.filter(({ protocol }) => protocol === "TCP").map(({ ports }) => ports));
      },
    );
    return found;
  };

  test("have what some way delivers", () => {
    const hooks = {
      "a>b leaving": [refusing("one", 80)],
      "a>c leaving": [refusing("other", 81)],
    };
    expect(delivered({ ...TWO_WAYS, hooks })).toEqual([[[[1, 65_535]]]]);
    const both = { ...hooks, "a>b leaving": [refusing("one", 81)] };
    expect(delivered({ ...TWO_WAYS, hooks: both })).toEqual([
      [
        [
          [1, 80],
          [82, 65_535],
        ],
      ],
    ]);
  });

  test("go on from the source that a switch on the way has written", () => {
    const line: Sketch = {
      processes: { client: ["a", "10.0.0.1"], server: ["c", "10.0.0.2"] },
      links: ["a>b", "b>c", "c>a"],
      fibs: {
        a: [[to("10.0.0.2"), forward("a>b")]],
        b: [[ANY, forward("b>c")]],
        c: [
          [to("10.0.0.2"), deliver("server")],
          [ANY, forward("c>a")],
        ],
      },
    };
    const renamed = hook("masquerade", [{ sources: among("10.0.0.1") }, masquerade("10.0.0.9")]);
    const only = (source: string, port: number): Hook =>
      hook(
        "ingress",
        [{ sources: among(source), destinationPorts: [[port, port]] }, { kind: "pass" }],
        [ANY, { kind: "discard", reason: "filtered" }],
      );
    const admitting = (source: string): unknown =>
      delivered({ ...line, hooks: { "b>c leaving": [renamed, only(source, 80)] } });
    expect(admitting("10.0.0.9")).toEqual([[[[80, 80]]]]);
    expect(admitting("10.0.0.1")).toEqual([]);
    const entering = { "b>c leaving": [renamed], "b>c entering": [only("10.0.0.9", 81)] };
    expect(delivered({ ...line, hooks: entering })).toEqual([[[[81, 81]]]]);
  });

  test("take a choice once: the way of one switch is the way of the next", () => {
    const apart: Sketch = {
      ...TWO_WAYS,
      links: ["a>b", "a>c", "b>c", "b>d", "c>a"],
      fibs: {
        ...TWO_WAYS.fibs,
        // By the first link to b, from where only the second would lead on; by the second to a dead end.
        a: [[to("10.0.0.2"), multipath("way", "a>b", "a>d")]],
        b: [[ANY, multipath("way", "b>d", "b>c")]],
        d: [],
      },
    };
    expect(delivered({ ...apart, links: [...(apart.links ?? []), "a>d"] })).toEqual([]);
  });
});

/** A hub with three servers, which it calls in its own name where services lead to them. */
function hub(marked: boolean): Network {
  const pods = ["p1", "p2", "p3"];
  const inItsName = hook("masquerade", [
    { ...(marked ? { marked } : {}), sources: among("0.0.0.0/0") },
    masquerade("10.0.0.9"),
  ]);
  const service = hook("dnat", [to("10.9.0.1", 80), marking(dnat("web", "10.0.0.1", "10.0.0.2"))]);
  const own = (pod: string): string => `10.0.0.${pod.slice(1)}`;
  return network({
    processes: {
      ...Object.fromEntries(pods.map((pod) => [pod, [pod, own(pod)] as const])),
      daemon: ["hub", "10.0.0.9"],
    },
    links: pods.flatMap((pod) => [`${pod}>hub`, `hub>${pod}`]),
    fibs: {
      ...Object.fromEntries(
        pods.map((pod) => [
          pod,
          [
            [to(own(pod)), deliver(pod)],
            [ANY, forward(`${pod}>hub`)],
          ] as const,
        ]),
      ),
      hub: [
        [to("10.0.0.9"), deliver("daemon")],
        ...pods.map((pod) => [to(own(pod)), forward(`hub>${pod}`)] as const),
      ],
    },
    hooks: Object.fromEntries(
      pods.flatMap((pod) => [
        [`${pod}>hub entering`, [service]],
        [`hub>${pod} leaving`, [inItsName]],
      ]),
    ),
  });
}

describe("classes", () => {
  const ends = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
  const classes = (net: Network): readonly number[] =>
    createReach(net).pairClasses(
      ends.map((text, i) => from(`p${i + 1}`, text)),
      ends.map(toward),
    ).senders;

  test("are not taken apart by rules for marked packets", () => {
    expect(classes(hub(true))).toEqual([0, 0, 0]);
    expect(classes(hub(false))).toEqual([0, 1, 2]);
  });
});

describe("loops", () => {
  test("are found by the second of two links", () => {
    const net = (second: string): Network =>
      network({
        processes: { client: ["a", "10.0.0.1"], server: ["b", "10.0.0.2"] },
        links: ["a>b", "b>a", "b>c"],
        fibs: {
          a: [
            [to("10.0.0.1"), deliver("client")],
            [to("10.0.0.7"), forward("a>b")],
          ],
          b: [[to("10.0.0.7"), multipath("way", "b>c", second)]],
          c: [],
        },
      });
    expect(createReach(net("b>c")).loops().witness).toBeUndefined();
    const { witness } = createReach(net("b>a")).loops();
    expect(witness?.header.destination).toBe(0x0a00_0007n);
  });
});

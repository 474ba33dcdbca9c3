import { describe, expect, test } from "vitest";
import { run } from "../../../models/network/run.ts";
import { traceJson } from "../../../src/report/json.ts";
import { render } from "../../../src/report/line.ts";
import { traceLines } from "../../../src/report/trace-text.ts";
import { LOAD_BALANCER, network, packet } from "../../support/network-examples.ts";

const traces = run(network(LOAD_BALANCER), packet("client", "10.0.0.1 5000", "10.9.0.1 80"));

describe("a trace with a choice of links and a mark", () => {
  test("says which link was taken, and where the packet is marked", () => {
    expect(
      `\n${traces.map((t) => render(traceLines(t), false)).join("\n")}`,
    ).toMatchInlineSnapshot(`
      "
      client  send     tcp 10.0.0.1:5000 -> 10.9.0.1:80
      out     fib      forward out>b (one of 2)                        out 1
      b       dnat     destination 10.9.0.1:80 => 10.0.0.2:8080, mark  to 10.0.0.2 8080
      b       fib      deliver server                                  b 0
      server  receive  tcp 10.0.0.1:5000 -> 10.0.0.2:8080

      client  send        tcp 10.0.0.1:5000 -> 10.9.0.1:80
      out     fib         forward out>c (one of 2)                        out 1
      c       dnat        destination 10.9.0.1:80 => 10.0.0.2:8080, mark  to 10.0.0.2 8080
      c       fib         forward c>b                                     c 1
      c       masquerade  source 10.0.0.1:5000 => 10.0.0.3:5000           as 10.0.0.3
      b       fib         deliver server                                  b 0
      server  receive     tcp 10.0.0.3:5000 -> 10.0.0.2:8080
      "
    `);
  });

  test("as JSON has the link that was taken, those that were offered, and the mark", () => {
    expect(traces.flatMap((t) => traceJson(t).slice(0, 2))).toMatchObject([
      { action: "multipath", via: "out>b", among: ["out>b", "out>c"], before: {}, after: {} },
      { action: "translate", marks: true, after: { destination: "10.0.0.2" } },
      { action: "multipath", via: "out>c", among: ["out>b", "out>c"] },
      { action: "translate", marks: true },
    ]);
    expect(traces.flatMap((t) => traceJson(t).slice(2)).map((hop) => hop["marks"])).toEqual(
      traces.flatMap((t) => t.hops.slice(2).map(() => undefined)),
    );
  });
});

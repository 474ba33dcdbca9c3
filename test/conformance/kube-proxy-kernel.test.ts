/**
 * What upstream's own tests of kube-proxy expect to become of packets on one node, in the kernel itself: with
 * the rules that the laboratory loads in each mode.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressSets, LOOPBACK, sameAddress } from "../../models/base/address.ts";
import { ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import { formatAddress } from "../../src/base/ip.ts";
import type { Lab } from "../../src/lab/lab.ts";
import type { Life } from "../../src/lab/life.ts";
import { observed, wiringOf } from "../../src/lab/observe.ts";
import { type LabNode, type LabPlan, planOf } from "../../src/lab/plan.ts";
import type { Probe } from "../../src/lab/sightings.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { skipped } from "../support/skipped.ts";
import {
  type Case,
  type Flow,
  addressOf,
  cases,
  clusterOf,
  explanation,
  profileOf,
  wanted,
} from "./kube-proxy-cases.ts";
import { say } from "./shared.ts";

/** How often each packet is sent: every endpoint has to be chosen once. */
const REPEATS = 40;

type Answer = ReturnType<typeof wanted>;

/** Who sends `flow`: the node itself, a pod on it, or somebody beyond who is handed to that node. */
function senderOf(plan: LabPlan, place: LabNode, flow: Flow): Pick<Probe, "in" | "mark"> {
  const from = addressOf(flow.from);
  const isOwn =
    addressSets.contains(LOOPBACK, from) ||
    ownAddressesOf(place.node).some((own) => sameAddress(own, from));
  if (isOwn) return { in: place.space };
  const pod = place.pods.find((p) => p.pod.addresses.some((own) => sameAddress(own, from)));
  return pod === undefined ? { in: plan.outside.space, mark: place.number } : { in: pod.space };
}

/** What the lives of the same packet say, as the corpus puts it. */
function answerOf(name: string, flow: Flow, lives: readonly Life[]): Answer {
  const called = `${formatAddress(addressOf(flow.to))} ${String(flow.port)}`;
  const onward = lives.flatMap(({ passes, end }) => {
    const pass = passes.find(({ from }) => from === name);
    return pass ?? (end.kind === "delivered" && end.at === name ? end : []);
  });
  const masquerade = onward.some(({ source }) => source !== formatAddress(addressOf(flow.from)));
  const led = onward.filter((one) => `${one.destination} ${String(one.port)}` !== called);
  if (led.length > 0) {
    const shown = led.map(({ destination, port }) => {
      const place = destination.includes(":") ? `[${destination}]` : destination;
      return `${place}:${String(port)}`;
    });
    return { expect: { endpoints: [...new Set(shown)].sort() }, masquerade };
  }
  if (onward.length > 0) return { expect: "none", masquerade };
  const isRejected = lives.some(({ end }) => end.kind === "rejected");
  return { expect: isRejected ? "reject" : "drop", masquerade: false };
}

async function kernelAnswers(lab: Lab, one: Case, mode: Flow["modes"][number]) {
  const profile = { ...profileOf(one, mode), masqueradeOutside: false };
  const plan = planOf(clusterOf(one), profile);
  const place = plan.nodes.find(({ node }) => node.name === one.observedFromNode);
  if (place === undefined) throw new Error(`no node ${one.observedFromNode}`);
  await lab.build(plan);
  // Endpoints need not exist: what is sent to them shall leave the node all the same.
  await lab.run([
    plan.families.map((family) => ({
      in: place.space,
      argv: ["nft", "delete", "table", family === "IPv4" ? "ip" : "ip6", "cni"],
    })),
  ]);
  const flows = one.flows.filter(({ modes }) => modes.includes(mode));
  const wiring = wiringOf(plan);
  const probes = flows.flatMap((flow, i) =>
    Array.from({ length: REPEATS }, (_, j): Probe => {
      const number = 1 + i * REPEATS + j;
      return {
        ...senderOf(plan, place, flow),
        number,
        protocol: flow.protocol,
        source: formatAddress(addressOf(flow.from)),
        destination: formatAddress(addressOf(flow.to)),
        sourcePort: 10_000 + number,
        destinationPort: flow.port,
      };
    }),
  );
  const records = await lab.send(probes);
  const lives = probes.map((probe, i) => {
    const record = records[i];
    if (record === undefined) throw new Error("a probe without a record");
    return observed(wiring, probe, record);
  });
  return flows.map((flow, i) => ({
    flow,
    isOwnFlow: place.node.addresses.some((own) => sameAddress(own, addressOf(flow.from))),
    found: answerOf(place.node.name, flow, lives.slice(i * REPEATS, (i + 1) * REPEATS)),
  }));
}

let checked = 0;
let agreed = 0;
const explained = new Map<string, number>();

// The corpus lies beside the repository on some machines only; NETQED_SHARED names it elsewhere.
describe.skipIf(
  skipped(isUnable || cases.length === 0, "there is no corpus kube-proxy, or no kernel for it"),
)("packet flows of kube-proxy in the kernel", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = openTestLab();
  });
  afterAll(() => lab.close());

  test.each(cases.map((one) => [one.id, one] as const))("%s", async (_id, one) => {
    const wrong: string[] = [];
    for (const mode of ["iptables", "nftables"] as const) {
      if (!one.flows.some(({ modes }) => modes.includes(mode))) continue;
      for (const { flow, found, isOwnFlow } of await kernelAnswers(lab, one, mode)) {
        checked += 1;
        const asked = wanted(flow);
        // The node's own address in place of itself shows nowhere.
        const seen = isOwnFlow ? { ...found, masquerade: asked.masquerade } : found;
        const [own, theirs] = [JSON.stringify(seen), JSON.stringify(asked)];
        if (own === theirs) {
          agreed += 1;
          continue;
        }
        const rule = explanation(one, flow);
        if (rule === undefined) wrong.push(`${mode} ${flow.name}: ${own}, not ${theirs}`);
        else explained.set(rule, (explained.get(rule) ?? 0) + 1);
      }
    }
    expect(wrong).toEqual([]);
  });

  afterAll(() => {
    const others = [...explained].map(([rule, count]) => `${rule}: ${String(count)}`).sort();
    say(
      `kube-proxy in the kernel: ${String(agreed)} of ${String(checked)} facts agree; ${others.join(", ")}`,
    );
  });
});

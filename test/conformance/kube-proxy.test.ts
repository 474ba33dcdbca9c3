/**
 * What upstream's own tests of kube-proxy expect to become of packets on one node, in both modes, against the
 * definition: the endpoints that it may choose, rejection, drop, and masquerade.
 */
import { afterAll, describe, expect, test } from "vitest";
import { prefixContains, sameAddress } from "../../models/base/address.ts";
import type { Cluster, Node } from "../../models/kubernetes/cluster.ts";
import { serviceAt } from "../../models/kubernetes/ends.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import { frontendAt, lead } from "../../models/kubernetes/translation.ts";
import { formatAddress } from "../../src/base/ip.ts";
import {
  type Flow,
  type Mode,
  addressOf,
  cases,
  clusterOf,
  explanation,
  profileOf,
  wanted,
} from "./kube-proxy-cases.ts";
import { say } from "./shared.ts";
import { skipped } from "../support/skipped.ts";

/** What netqed says of `flow`, in the words of the corpus. */
function answered(cluster: Cluster, node: Node, profile: Profile, flow: Flow, mode: Mode) {
  const call = {
    source: addressOf(flow.from),
    address: addressOf(flow.to),
    protocol: flow.protocol,
    port: flow.port,
  };
  const nothing = { masquerade: false };
  const frontend = frontendAt(cluster, profile, node, call);
  if (frontend === undefined) {
    const isService = serviceAt(cluster, call.address) !== undefined;
    if (profile.undefinedServicePort === "rejected" && isService)
      return { expect: "reject", ...nothing };
    // What is left of the blocks leads nowhere in the network: a drop, which iptables leaves to routing.
    const isLeft = cluster.serviceCidrs.some((block) => prefixContains(block, call.address));
    return { expect: mode === "nftables" && isLeft ? "drop" : "none", ...nothing };
  }
  const led = lead(cluster, profile, node, frontend, call);
  switch (led.kind) {
    case "rejected":
      return { expect: "reject", ...nothing };
    case "dropped":
      return { expect: "drop", ...nothing };
    case "endpoints": {
      const shown = led.endpoints.map(({ address, port }) => {
        const text = formatAddress(address);
        return `${address.family === "IPv6" ? `[${text}]` : text}:${String(port)}`;
      });
      const isHairpin = led.endpoints.some((e) => sameAddress(e.address, call.source));
      return { expect: { endpoints: shown.sort() }, masquerade: led.masquerade || isHairpin };
    }
  }
}

let checked = 0;
let agreed = 0;
const explained = new Map<string, number>();

// The corpus lies beside the repository on some machines only; NETQED_SHARED names it elsewhere.
describe.skipIf(skipped(cases.length === 0, "there is no corpus kube-proxy"))(
  "packet flows of kube-proxy",
  () => {
    test.each(cases.map((one) => [one.id, one] as const))("%s", (_id, one) => {
      const cluster = clusterOf(one);
      const node = cluster.nodes.find(({ name }) => name === one.observedFromNode);
      if (node === undefined) throw new Error(`no node ${one.observedFromNode}`);
      const wrong: string[] = [];
      for (const flow of one.flows) {
        for (const mode of flow.modes) {
          const found = answered(cluster, node, profileOf(one, mode), flow, mode);
          checked += 1;
          if (JSON.stringify(found) === JSON.stringify(wanted(flow))) {
            agreed += 1;
            continue;
          }
          const rule = explanation(one, flow);
          if (rule !== undefined) explained.set(rule, (explained.get(rule) ?? 0) + 1);
          else
            wrong.push(
              `${mode} ${flow.name}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted(flow))}`,
            );
        }
      }
      expect(wrong).toEqual([]);
    });

    afterAll(() => {
      const others = [...explained].map(([rule, count]) => `${rule}: ${String(count)}`).sort();
      say(`kube-proxy: ${String(agreed)} of ${String(checked)} facts agree; ${others.join(", ")}`);
    });
  },
);

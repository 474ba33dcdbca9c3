import { describe, expect, test } from "vitest";
import type { Pod } from "../../../models/kubernetes/cluster.ts";
import { DEFAULT_PROFILE } from "../../../models/kubernetes/profile.ts";
import { createAdmissionClasses } from "../../../src/check/admission-classes.ts";
import { example, exampleCluster, policy, ports, rule } from "../../support/example-cluster.ts";

const { pods } = exampleCluster();
const end = (name: string): { pod: Pod; address: Pod["addresses"][number] } => {
  const pod = pods.find((p) => p.name === name);
  const address = pod?.addresses[0];
  if (pod === undefined || address === undefined) throw new Error(`no pod ${name}`);
  return { pod, address };
};

/** The class of a call of shop/api by shop/web where an ingress rule opens `range`. */
function classWith(range: ReturnType<typeof ports>): string {
  const policies = [policy("shop", "api", ["ingress"], { ingress: [rule("any", [range])] })];
  const classes = createAdmissionClasses(exampleCluster({ policies }), DEFAULT_PROFILE);
  return classes.classOf(end("web"), end("api"));
}

describe("admission classes", () => {
  test("tell a port from the range that begins with it", () => {
    expect(classWith(ports("TCP", 80, 90))).not.toBe(classWith(ports("TCP", 80)));
    expect(classWith(ports("TCP", 80, 80))).toBe(classWith(ports("TCP", 80)));
  });

  test("tell an address at which a service is published", () => {
    const [api] = end("api").pod.addresses;
    const own = example("shop/api", ["10.96.0.1"], 80, 8080);
    const addresses = api === undefined ? [] : [api];
    const plain = createAdmissionClasses(exampleCluster({ services: [own] }), DEFAULT_PROFILE);
    const services = [{ ...own, externalAddresses: addresses }];
    const published = createAdmissionClasses(exampleCluster({ services }), DEFAULT_PROFILE);
    expect(published.classOf(end("web"), end("api"))).not.toBe(
      plain.classOf(end("web"), end("api")),
    );
  });
});

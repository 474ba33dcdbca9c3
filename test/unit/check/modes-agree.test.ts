/** Whether services lead to the same under every kind of kube-proxy. */
import { describe, expect, test } from "vitest";
import { DEFAULT_PROFILE, type Profile } from "../../../models/kubernetes/profile.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { modesAgree } from "../../../src/check/modes-agree.ts";
import { sameTables } from "../../../src/check/same-tables.ts";
import { createSubject } from "../../../src/check/subject.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { compile } from "../../../src/compile/compile.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";

const CLUSTER = (policy: string): string => `
apiVersion: v1
kind: Node
metadata: { name: one }
spec: { podCIDR: 10.244.1.0/24 }
status: { addresses: [{ type: InternalIP, address: 192.168.1.1 }] }
---
apiVersion: v1
kind: Node
metadata: { name: two }
spec: { podCIDR: 10.244.2.0/24 }
status: { addresses: [{ type: InternalIP, address: 192.168.1.2 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { nodeName: one, containers: [{ name: web, image: web, ports: [{ containerPort: 8080 }] }] }
status: { phase: Running, podIP: 10.244.1.5 }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  type: NodePort
  clusterIP: 10.96.0.5
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }]
  ${policy}
`;

function cluster(policy: string) {
  const { value } = readManifests([{ name: "c.yaml", text: CLUSTER(policy), named: true }]);
  const built = buildCluster(value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS).value;
  if (built === undefined) throw new Error("no cluster");
  return built;
}

function agree(policy: string, profile: Partial<Profile>) {
  const built = cluster(policy);
  const own = { ...DEFAULT_PROFILE, ...profile };
  return modesAgree(createSubject(built.cluster, own, built.unknowns));
}

describe("modesAgree", () => {
  test.each(["iptables", "nftables", "ipvs"] as const)("proves policy Cluster in %s", (mode) => {
    expect(agree("", { kubeProxyMode: mode }).outcome).toEqual({ kind: "proved" });
  });

  test("proves policy Local in the modes iptables and nftables, ports and addresses apart", () => {
    const found = agree("externalTrafficPolicy: Local", { undefinedServicePort: "rejected" });
    expect(found.outcome).toEqual({ kind: "proved" });
  });

  test.each(["externalTrafficPolicy: Local", "internalTrafficPolicy: Local"])(
    "refutes %s in the mode ipvs, with one packet and both traces",
    (policy) => {
      const { outcome } = agree(policy, { kubeProxyMode: "ipvs" });
      if (outcome.kind !== "refuted") throw new Error(outcome.kind);
      const [own, other] = outcome.by;
      const words = / is delivered to \S+ in the mode ipvs, discarded .* in the mode iptables$/;
      expect(own.summary).toMatch(words);
      expect([own.trace?.verdict.kind, other?.trace?.verdict.kind]).toEqual([
        "delivered",
        "discarded",
      ]);
      expect(own.trace?.packet).toEqual(other?.trace?.packet);
    },
  );
});

test("networks with other rules have other tables", () => {
  const { cluster: own } = cluster("");
  const base = compile(own);
  expect(sameTables(base, compile(own))).toBe(true);
  expect(sameTables(base, compile(own, { ...DEFAULT_PROFILE, masqueradeAll: true }))).toBe(false);
  expect(sameTables(base, compile({ ...own, pods: [] }))).toBe(false);
});

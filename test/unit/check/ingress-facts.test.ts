/** When a missing backend is a fault, and when it is only not in the input. */
import { describe, expect, test } from "vitest";
import { DEFAULT_PROFILE } from "../../../models/kubernetes/profile.ts";
import { backendsExist } from "../../../src/check/ingress-facts.ts";
import { createSubject } from "../../../src/check/subject.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";
import { build } from "../cluster/helpers.ts";

const service = (name: string): string => `
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: web}]}
`;

/** `proved` or `refuted`, and how many backends are left out, for an Ingress that leads to `backends`. */
function existence(services: readonly string[], backends: readonly string[]): string {
  const paths = backends.map(
    (name, i) =>
      `{path: /${String(i)}, pathType: Prefix, backend: {service: {name: ${name}, port: {number: 80}}}}`,
  );
  const text = `${POD}${services.map(service).join("")}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {rules: [{http: {paths: [${paths.join(", ")}]}}]}
`;
  const read = readManifests([{ name: "input.yaml", text, named: true }]);
  const { cluster, unknowns } = build(read.value?.resources ?? []);
  const { outcome, leavesOut = [] } = backendsExist(
    createSubject(cluster, DEFAULT_PROFILE, unknowns),
  );
  return `${outcome.kind}, ${String(leavesOut.length)} left out`;
}

describe("backendsExist", () => {
  test("is proved where every backend has an endpoint", () => {
    expect(existence(["web", "api"], ["web", "api"])).toBe("proved, 0 left out");
  });

  test("is refuted by a missing service where another backend is there", () => {
    expect(existence(["web"], ["web", "old"])).toBe("refuted, 0 left out");
  });

  test("is refuted by a misspelt service", () => {
    expect(existence(["payments"], ["payment"])).toBe("refuted, 0 left out");
  });

  test("leaves out what is probably elsewhere", () => {
    expect(existence([], ["web"])).toBe("proved, 1 left out");
    expect(existence(["balancer"], ["web"])).toBe("proved, 1 left out");
  });
});

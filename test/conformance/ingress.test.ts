/**
 * The cases of the Ingress conformance suite and of the documentation's tables, read as manifests of a cluster
 * with one controller: each request goes where it is said to go, or docs/disagreements.md says why not.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import { UNKNOWN_CONVENTIONS } from "../../models/kubernetes/ingress.ts";
import { backendTarget } from "../../models/kubernetes/ingress-backend.ts";
import { type HttpRequest, route } from "../../models/kubernetes/ingress-route.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../src/base/cluster-settings.ts";
import { buildCluster } from "../../src/cluster/build-cluster.ts";
import { readLocated } from "../../src/manifest/located-document.ts";
import { readManifests } from "../../src/manifest/read-manifests.ts";
import { corpus } from "../support/shared.ts";
import { say } from "./shared.ts";
import { skipped } from "../support/skipped.ts";

interface Request {
  readonly host: string | null;
  readonly path: string;
  readonly tls: boolean;
  /** `service:port`, `default`, or null where no backend gets it. */
  readonly expectBackend: string | null;
}

interface Case {
  readonly id: string;
  readonly namespace: string;
  readonly ingress: {
    readonly metadata: object;
    readonly spec: { readonly ingressClassName?: string };
  };
  readonly services: readonly { readonly name: string; readonly ports: readonly object[] }[];
  readonly expectAddress?: boolean;
  readonly requests?: readonly Request[];
}

const CASES = 42;
const base = corpus("l7") ?? "";

function readCases(): readonly Case[] {
  const text = readFileSync(join(base, "ingress.yaml"), "utf8");
  const documents = readLocated("ingress.yaml", text).value ?? [];
  // The format is the corpus's own, described beside it; a case of another form fails below.
  return documents.flatMap(({ content }) => (content as { readonly cases: readonly Case[] }).cases);
}

/** A controller that is the default one, the services of `c`, and its Ingress. */
function clusterOf(c: Case): Cluster {
  const { namespace } = c;
  const objects = [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: {
        name: "any",
        annotations: { "ingressclass.kubernetes.io/is-default-class": "true" },
      },
      spec: { controller: "k8s.io/ingress-nginx" },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "controller", namespace: "edge" },
      spec: { containers: [{ name: "c", image: "ingress-nginx/controller:v1" }] },
    },
    ...c.services.map(({ name, ports }) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: { selector: { app: name }, ports },
    })),
    { ...c.ingress, metadata: { ...c.ingress.metadata, namespace } },
  ];
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const read = readManifests([{ name: "case.json", text, named: true }]);
  const problems = read.diagnostics.filter(({ severity }) => severity === "error");
  const built = buildCluster(read.value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS);
  if (problems.length > 0 || built.value === undefined) {
    throw new Error(`${c.id}: ${problems.map(({ message }) => message).join("; ")}`);
  }
  return built.value.cluster;
}

/** Where `request` goes, in the words of the corpus. */
function answer(cluster: Cluster, request: Request): string | null {
  const { host, path, tls } = request;
  const asked: HttpRequest = { ...(host === null ? {} : { host }), path, tls };
  const ingresses = cluster.ingress?.groups.flatMap((group) => group.ingresses) ?? [];
  const found = route(ingresses, UNKNOWN_CONVENTIONS, asked);
  if (found.kind === "none") return null;
  if (found.kind === "undecided") return `undecided: ${found.doubts.map((d) => d.kind).join(" ")}`;
  const { backend, via, ingress } = found.target;
  if (via === "default" && ingress.rules.length > 0) return "default";
  const target = backendTarget(cluster, backend);
  return target.kind === "port"
    ? `${target.service.name}:${String(target.port.port)}`
    : target.kind;
}

// The corpus lies beside the repository on some machines only; NETQED_SHARED names it elsewhere.
describe.skipIf(skipped(base === "", "there is no corpus l7"))("Ingress", () => {
  test("requests go where they are said to go", () => {
    const cases = readCases();
    let requests = 0;
    const wrong = cases.flatMap((c) => {
      const cluster = clusterOf(c);
      const { strays = [] } = cluster.ingress ?? {};
      if (c.expectAddress === false) {
        return strays.length === 1 ? [] : [`${c.id}: some controller handles it`];
      }
      const asked = c.requests ?? [];
      if (asked.length === 0) return [`${c.id}: it asks nothing`];
      requests += asked.length;
      return asked
        .map((request) => ({ request, found: answer(cluster, request) }))
        .filter(({ request, found }) => found !== request.expectBackend)
        .map(
          ({ request, found }) =>
            `${c.id} ${request.host ?? ""}${request.path}: expected ${String(request.expectBackend)}, found ${String(found)}`,
        );
    });
    say(
      `ingress: ${String(requests)} requests of ${String(cases.length)} cases; ${String(wrong.length)} differ`,
    );
    expect(wrong).toEqual([]);
    expect(cases.length).toBe(CASES);
  });
});

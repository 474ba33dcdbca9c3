/** The generators of clusters are tested like any other code: a law is only as good as its cases. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Address, LOOPBACK, addressSets } from "../../../models/base/address.ts";
import { type Fate, outcomeKey } from "../../../models/base/connection.ts";
import { admits } from "../../../models/kubernetes/admits.ts";
import { type Cluster, podId } from "../../../models/kubernetes/cluster.ts";
import { addressesOf, endOf } from "../../../models/kubernetes/ends.ts";
import { clusterArbitrary } from "../../support/cluster-arbitrary.ts";
import { clusterCaseArbitrary } from "../../support/cluster-connection-near.ts";
import { endpointsOfCluster } from "../../support/cluster-edges.ts";
import { clusterFaults } from "../../support/cluster-faults.ts";
import { profileArbitrary } from "../../support/cluster-profile-arbitrary.ts";
import { unknownsArbitrary } from "../../support/cluster-unknowns-arbitrary.ts";
import { scaled, seed } from "../../support/law-settings.ts";

describe("clusterArbitrary", () => {
  test("keeps the invariants of a cluster", () => {
    fc.assert(
      fc.property(clusterArbitrary(), (cluster) => {
        expect(clusterFaults(cluster)).toEqual([]);
      }),
      { numRuns: scaled(400) },
    );
  });

  test("keeps the invariants while it shrinks", () => {
    // Fails on purpose, so that fast-check walks down; the smallest cluster must still be a cluster.
    const seen: Cluster[] = [];
    fc.check(
      fc.property(clusterArbitrary(), (cluster) => {
        seen.push(cluster);
        return cluster.policies.length === 0;
      }),
      { numRuns: 20 },
    );
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.flatMap(clusterFaults)).toEqual([]);
  });

  test("gives the same cluster for the same seed", () => {
    const draw = (): readonly Cluster[] => fc.sample(clusterArbitrary(), { seed, numRuns: 20 });
    expect(draw()).toEqual(draw());
  });

  test("contains every form that a cluster can take", () => {
    const clusters = fc.sample(clusterArbitrary(), { seed, numRuns: 300 });
    const pods = clusters.flatMap((c) => c.pods);
    const services = clusters.flatMap((c) => c.services);
    const policies = clusters.flatMap((c) => c.policies);
    const rules = policies.flatMap((p) => [...p.ingress, ...p.egress]);
    const peers = rules.flatMap((r) => (r.peers === "any" ? [] : r.peers));
    const ports = rules.flatMap((r) => (r.ports === "any" ? [] : r.ports));
    const share: Record<string, number> = {
      hostNetwork: pods.filter((p) => p.hostNetwork).length,
      notReady: pods.filter((p) => !p.ready).length,
      terminating: pods.filter((p) => p.ready && p.terminating).length,
      dualPods: pods.filter((p) => p.addresses.length === 2).length,
      init: pods.filter((p) => p.containers.some((c) => c.kind === "init")).length,
      sidecar: pods.filter((p) => p.containers.some((c) => c.kind === "sidecar")).length,
      headless: services.filter((s) => s.addresses.length === 0).length,
      slices: services.filter((s) => s.slices.some((l) => l.endpoints.length > 0)).length,
      namedTargets: services.filter((s) => s.ports.some((p) => typeof p.target === "string"))
        .length,
      unknownNamespaces: clusters.filter((c) => c.namespaces.some((n) => n.origin === undefined))
        .length,
      anyPeers: rules.filter((r) => r.peers === "any").length,
      anyPorts: rules.filter((r) => r.ports === "any").length,
      podsOnly: peers.filter((p) => p.kind === "pods" && p.namespaceSelector === undefined).length,
      namespacesOnly: peers.filter((p) => p.kind === "pods" && p.podSelector === undefined).length,
      blocksWithExcept: peers.filter((p) => p.kind === "ipBlock" && p.except.length > 0).length,
      everything: peers.filter((p) => p.kind === "ipBlock" && p.cidr.length === 0).length,
      protocolOnly: ports.filter((p) => p.port === undefined).length,
      namedPorts: ports.filter((p) => typeof p.port === "string").length,
      ranges: ports.filter((p) => p.endPort !== undefined).length,
      frontends: clusters.flatMap((c) => c.frontends).length,
      IPv6Only: clusters.filter((c) => c.podCidrs.every((p) => p.family === "IPv6")).length,
    };
    for (const [form, count] of Object.entries(share)) {
      expect(count, form).toBeGreaterThanOrEqual(20);
    }
  });
});

describe("connectionNear", () => {
  test("gives connections that their sender may send", () => {
    fc.assert(
      fc.property(clusterCaseArbitrary(), ({ cluster, connection: c }) => {
        const source: Address = { family: c.family, bits: c.source };
        const destination: Address = { family: c.family, bits: c.destination };
        const own = addressesOf(cluster, endOf(cluster, c.from));
        const onLoopback =
          addressSets.contains(LOOPBACK, source) && addressSets.contains(LOOPBACK, destination);
        expect(endpointsOfCluster(cluster)).toContain(c.from);
        expect(onLoopback || addressSets.contains(own, source)).toBe(true);
        for (const port of [c.sourcePort, c.destinationPort]) {
          expect(port).toBeGreaterThanOrEqual(1);
          expect(port).toBeLessThanOrEqual(65_535);
        }
      }),
      { numRuns: scaled(400) },
    );
  });
});

describe("clusterCaseArbitrary", () => {
  const sampled = fc.sample(clusterCaseArbitrary(), { seed, numRuns: 2000 }).map((sample) => ({
    ...sample,
    outcomes: admits(sample.cluster, sample.profile, sample.connection),
  }));
  const share = (of: (found: (typeof sampled)[number]) => boolean): number =>
    sampled.filter(of).length / sampled.length;

  test("meets every fate in at least one case out of twenty", () => {
    const fates: readonly Fate[] = ["delivered", "rejected", "dropped", "no-route", "undecided"];
    for (const fate of fates) {
      const found = share(({ outcomes }) => outcomes.some((o) => o.fate === fate));
      expect(found, fate).toBeGreaterThanOrEqual(0.05);
    }
  });

  test("meets choices, hairpins and every kind of receiver", () => {
    const receiver = (prefix: string) =>
      share(({ outcomes }) => outcomes.some((o) => o.to?.startsWith(prefix) === true));
    const found = {
      choices: share(({ outcomes }) => outcomes.length > 1),
      mixedChoices: share(({ outcomes }) => new Set(outcomes.map((o) => o.fate)).size > 1),
      hairpins: share(({ connection, outcomes }) =>
        outcomes.some((o) => o.to === connection.from && o.sourceSeen?.bits !== connection.source),
      ),
      pods: receiver("pod:"),
      nodes: receiver("node:"),
      outside: receiver("outside"),
    };
    expect(found.choices).toBeGreaterThan(0.03);
    expect(found.mixedChoices).toBeGreaterThan(0.005);
    expect(found.hairpins).toBeGreaterThan(0.01);
    for (const kind of ["pods", "nodes", "outside"] as const) {
      expect(found[kind], kind).toBeGreaterThanOrEqual(0.05);
    }
  });

  test("meets no outcome twice and never none", () => {
    for (const { outcomes } of sampled) {
      expect(outcomes.length).toBeGreaterThan(0);
      expect(new Set(outcomes.map(outcomeKey)).size).toBe(outcomes.length);
    }
  });
});

describe("unknownsArbitrary", () => {
  test("names only what the cluster has and could be open", () => {
    const both = clusterArbitrary().chain((cluster) =>
      unknownsArbitrary(cluster).map((unknowns) => ({ cluster, unknowns })),
    );
    fc.assert(
      fc.property(both, ({ cluster, unknowns }) => {
        const pods = cluster.pods.map(podId);
        const hostNetwork = cluster.pods.filter((p) => p.hostNetwork).map(podId);
        expect(hostNetwork.filter((p) => unknowns.podAddresses.has(p))).toEqual([]);
        const named = [
          ...unknowns.podAddresses,
          ...unknowns.placements,
          ...unknowns.footprints.flatMap((f) => [...f.pods]),
        ];
        expect(named.filter((p) => !pods.includes(p))).toEqual([]);
        for (const name of unknowns.namespaceLabels) {
          expect(cluster.namespaces.find((n) => n.name === name)?.labels.size).toBe(1);
        }
      }),
    );
  });
});

describe("profileArbitrary", () => {
  test("takes every value of every switch", () => {
    const profiles = fc.sample(profileArbitrary(), { seed, numRuns: 200 });
    const values = (of: (p: (typeof profiles)[number]) => unknown): number =>
      new Set(profiles.map(of)).size;
    expect(values((p) => p.ownNodeIngress)).toBe(2);
    expect(values((p) => p.ownNodeEgress)).toBe(2);
    expect(values((p) => p.hairpin)).toBe(2);
    expect(values((p) => p.endpointlessService)).toBe(2);
    expect(values((p) => p.undefinedServicePort)).toBe(2);
    expect(values((p) => p.outsideRoutesToPods)).toBe(2);
  });
});

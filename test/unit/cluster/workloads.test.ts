import { describe, expect, test } from "vitest";
import { container, deployment, pod, workload } from "../../support/resource-values.ts";
import { build, podIds } from "./helpers.ts";

describe("workloads", () => {
  test("become as many pods as they have replicas, named after them", () => {
    const built = build([
      deployment("shop/web", { replicas: 2 }),
      workload("StatefulSet", "shop/db", { replicas: 2, firstOrdinal: 3 }),
      workload("ReplicaSet", "shop/rs"),
      workload("ReplicationController", "shop/rc"),
      workload("Job", "shop/job"),
      workload("CronJob", "shop/cron"),
    ]);
    expect(podIds(built)).toEqual([
      "shop/cron-1",
      "shop/db-3",
      "shop/db-4",
      "shop/job-1",
      "shop/rc-1",
      "shop/rs-1",
      "shop/web-1",
      "shop/web-2",
    ]);
    expect(built.pod("shop/db-4").workload).toEqual({
      namespace: "shop",
      kind: "StatefulSet",
      name: "db",
    });
  });

  test("give their pods the labels of the template and of their controller only", () => {
    const built = build([
      deployment("shop/web", { podLabels: ["app=api"], labels: ["app=web"] }),
      workload("StatefulSet", "shop/db", { podLabels: ["app=db"] }),
      workload("Job", "shop/job", { podLabels: ["app=job"] }),
    ]);
    const web = built.pod("shop/web-1").labels;
    expect([...web.keys()]).toEqual(["app", "pod-template-hash"]);
    expect(web.get("app")).toBe("api");
    const db = built.pod("shop/db-0").labels;
    expect(db.get("statefulset.kubernetes.io/pod-name")).toBe("db-0");
    expect(db.get("apps.kubernetes.io/pod-index")).toBe("0");
    expect(built.pod("shop/job-1").labels.get("batch.kubernetes.io/job-name")).toBe("job");
  });

  test("of one kind and name in two namespaces have different made-up labels", () => {
    const built = build([deployment("a/web", { replicas: 2 }), deployment("b/web")]);
    const hash = (id: string): string | undefined => built.pod(id).labels.get("pod-template-hash");
    expect(hash("a/web-1")).toBe(hash("a/web-2"));
    expect(hash("a/web-1")).not.toBe(hash("b/web-1"));
  });

  test.each([
    { how: "no replicas", options: { replicas: 0 }, kind: "Deployment" as const },
    { how: "suspension", options: { suspended: true }, kind: "CronJob" as const },
  ])("with $how are answered for one pod, with a note", ({ options, kind }) => {
    const built = build([workload(kind, "shop/idle", options)]);
    expect(podIds(built)).toEqual(["shop/idle-1"]);
    expect(built.codes).toContain("note NQ2010");
    expect(built.assumptions.some((a) => a.text.includes("shop/") && a.from === "input")).toBe(
      true,
    );
  });

  test("with very many replicas are cut, with a warning", () => {
    const built = build([deployment("shop/web", { replicas: 100_000 })]);
    expect(built.cluster.pods).toHaveLength(250);
    expect(built.codes).toContain("warning NQ2012");
  });

  test("of a daemon set run once on each node, and their place is certain", () => {
    const built = build([workload("DaemonSet", "mon/agent", { podLabels: ["app=agent"] })]);
    expect(podIds(built)).toEqual(["mon/agent-node-1", "mon/agent-node-2"]);
    expect(built.pod("mon/agent-node-2").node).toBe("node-2");
    expect(built.unknowns.placements.size).toBe(0);
  });

  test("keep declared container kinds and ports", () => {
    const containers = [
      container("main", ["http:8080", "53/UDP"]),
      container("init", ["1"], { init: true }),
      container("mesh", ["15090"], { init: true, restartPolicy: "Always" }),
    ];
    const own = build([deployment("shop/web", { containers })]).pod("shop/web-1").containers;
    expect(own.map((c) => `${c.name} ${c.kind}`)).toEqual([
      "main regular",
      "init init",
      "mesh sidecar",
    ]);
    expect(own[0]?.ports.map((p) => `${p.name ?? "-"} ${String(p.number)} ${p.protocol}`)).toEqual([
      "http 8080 TCP",
      "- 53 UDP",
    ]);
  });

  test("give way to pods of the same name", () => {
    const built = build([
      pod("shop/web-1"),
      deployment("shop/web", { replicas: 2 }),
      workload("StatefulSet", "shop/web"),
    ]);
    expect(podIds(built)).toEqual([
      "shop/web-0",
      "shop/web-1",
      "shop/web-deployment-1",
      "shop/web-deployment-2",
    ]);
    const taken = build([pod("shop/db-0"), workload("StatefulSet", "shop/db")]);
    expect(podIds(taken)).toEqual(["shop/db-0", "shop/db-statefulset-0"]);
    expect(taken.codes).toContain("warning NQ2016");
  });
});

describe("live pods", () => {
  const running = { phase: "Running", ips: ["10.244.1.7"] };
  const owner = { kind: "ReplicaSet", name: "web-5d8f", uid: "rs" };

  test("replace the workload that owns them, through what lies between", () => {
    const built = build([
      deployment("shop/web", { replicas: 3, uid: "d" }),
      workload("ReplicaSet", "shop/web-5d8f", {
        replicas: 1,
        uid: "rs",
        controller: { kind: "Deployment", name: "web", uid: "d" },
      }),
      pod("shop/web-5d8f-x2", { controller: owner, status: running, labels: ["app=web"] }),
    ]);
    expect(podIds(built)).toEqual(["shop/web-5d8f-x2"]);
    expect(built.pod("shop/web-5d8f-x2").workload.kind).toBe("Deployment");
    expect(built.unknowns.podAddresses.size).toBe(0);
  });

  test("replace a deployment whose replica set is not in the input", () => {
    const built = build([
      deployment("shop/web", { replicas: 3 }),
      pod("shop/web-5d8f-x2", {
        controller: owner,
        status: running,
        labels: ["pod-template-hash=5d8f"],
      }),
    ]);
    expect(podIds(built)).toEqual(["shop/web-5d8f-x2"]);
  });

  test("do not replace a workload of that name with another uid", () => {
    const built = build([
      workload("ReplicaSet", "shop/web-5d8f", { uid: "new" }),
      pod("shop/web-5d8f-x2", { controller: owner, status: running }),
    ]);
    expect(podIds(built)).toEqual(["shop/web-5d8f-1", "shop/web-5d8f-x2"]);
  });

  test("that have ended or are pending are left out, and their workload is answered for", () => {
    const built = build([
      workload("ReplicaSet", "shop/web-5d8f"),
      workload("Job", "shop/done"),
      pod("shop/p", { controller: owner, status: { phase: "Pending" } }),
      pod("shop/d", { controller: { kind: "Job", name: "done" }, status: { phase: "Succeeded" } }),
    ]);
    expect(podIds(built)).toEqual(["shop/web-5d8f-1"]);
    expect(built.codes.filter((c) => c === "note NQ2011")).toHaveLength(2);
    expect(built.codes).toContain("note NQ2010");
  });

  test("without a status are manifests, assumed to run", () => {
    const built = build([pod("shop/a"), pod("shop/b", { status: {} })]);
    expect(podIds(built)).toEqual(["shop/a", "shop/b"]);
    expect(built.pod("shop/a").ready).toBe(true);
    expect([...built.unknowns.podAddresses]).toEqual(["shop/a", "shop/b"]);
  });

  test("keep readiness and termination", () => {
    const built = build([
      pod("shop/a", { status: { ...running, ready: false }, deletionTimestamp: "2026-11-21" }),
    ]);
    expect(built.pod("shop/a")).toMatchObject({ ready: false, terminating: true });
  });

  test("leave out old revisions of a deployment that is not in the input", () => {
    const old = { kind: "Deployment", name: "web" };
    const built = build([workload("ReplicaSet", "shop/web-1", { replicas: 0, controller: old })]);
    expect(podIds(built)).toEqual([]);
    expect(built.codes).toContain("note NQ2010");
  });

  test("survive a circle of owners", () => {
    const circle = { kind: "ReplicaSet", name: "a" };
    const built = build([
      workload("ReplicaSet", "shop/a", { controller: circle }),
      pod("shop/p", { controller: circle, status: running }),
    ]);
    expect(podIds(built)).toEqual(["shop/p"]);
  });
});

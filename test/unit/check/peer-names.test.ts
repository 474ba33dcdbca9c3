/** Peers in the same words mean others in other namespaces: of too few clusters for the law to meet it surely. */
import { describe, expect, test } from "vitest";
import type { PodPeer } from "../../../models/kubernetes/peer.ts";
import { DEFAULT_PROFILE } from "../../../models/kubernetes/profile.ts";
import { createNamers } from "../../../src/check/peer-names.ts";
import { address, pod, smallCluster, SOMEWHERE } from "../../support/small-cluster.ts";

const web = pod("shop/web", ["10.244.0.10"], { labels: { app: "web" } });
const other = pod("ops/web", ["10.244.0.11"], { labels: { app: "web" } });
const everybody = { matchLabels: new Map<string, string>(), matchExpressions: [] };
const named = { matchLabels: new Map([["app", "web"]]), matchExpressions: [] };

function whom(namespace: string, peer: PodPeer): readonly string[] {
  return [web, other].flatMap((end) =>
    namers.names(namespace, peer)({ pod: end, address: address("10.244.0.10") })
      ? [end.namespace]
      : [],
  );
}

const namers = createNamers(smallCluster([other, web]), DEFAULT_PROFILE);

describe("createNamers", () => {
  test("a peer without namespaceSelector is about the namespace of its policy", () => {
    const peer: PodPeer = { kind: "pods", podSelector: named, origin: SOMEWHERE };
    expect(whom("shop", peer)).toEqual(["shop"]);
    expect(whom("ops", peer)).toEqual(["ops"]);
  });

  test("a peer with one is about the same pods wherever its policy is", () => {
    const peer: PodPeer = {
      kind: "pods",
      podSelector: named,
      namespaceSelector: everybody,
      origin: SOMEWHERE,
    };
    expect(whom("shop", peer)).toEqual(["shop", "ops"]);
    expect(whom("ops", peer)).toEqual(["shop", "ops"]);
  });
});

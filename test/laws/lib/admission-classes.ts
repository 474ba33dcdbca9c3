/**
 * Law of admission classes: pairs of ends of one class have the same admitted ports; and of slices: what
 * is admitted in the part of a cluster that concerns a pair is what is admitted in all of it.
 */
import fc from "fast-check";
import { FAMILIES } from "../../../models/base/family.ts";
import { admitted } from "../../../models/kubernetes/admitted.ts";
import {
  type Cluster,
  type Pod,
  nodeEndpoint,
  podEndpoint,
  ownAddressesOf,
} from "../../../models/kubernetes/cluster.ts";
import type { Profile } from "../../../models/kubernetes/profile.ts";
import { createAdmissionClasses } from "../../../src/check/admission-classes.ts";
import { addressOf } from "../../../src/check/processes.ts";
import { portsOfBoxes } from "../../../src/check/prover.ts";
import { createSlicer } from "../../../src/check/slice.ts";
import { assertLaw } from "../../support/assert-law.ts";
import { clusterArbitrary } from "../../support/cluster-arbitrary.ts";
import { profileArbitrary } from "../../support/cluster-profile-arbitrary.ts";
import type { LawOptions } from "../../support/mutate.ts";

/** @throws when the law has a counterexample */
export function check(options: LawOptions): void {
  assertLaw(fc.property(clusterArbitrary(), profileArbitrary(), alike), options);
}

interface End {
  readonly endpoint: string;
  readonly pod?: Pod;
  readonly addresses: Pod["addresses"];
}

/** Frontends that are not modelled are no matter of policy, and left out of slices. */
function alike(whole: Cluster, profile: Profile): void {
  const cluster = { ...whole, frontends: [] };
  const classes = createAdmissionClasses(cluster, profile);
  const slicer = createSlicer(whole);
  const known = new Map<string, { readonly pair: string; readonly ports: string }>();
  for (const [from, to] of pairs(cluster)) {
    const ofPair = [from.pod, to.pod].flatMap((pod) => pod ?? []);
    const boxes = admitted(cluster, profile, from.endpoint, to.endpoint);
    const sliced = admitted(slicer.slice(ofPair), profile, from.endpoint, to.endpoint);
    for (const family of FAMILIES) {
      const source = addressOf(from.addresses, family);
      const destination = addressOf(to.addresses, family);
      if (source === undefined || destination === undefined) continue;
      const pair = `${from.endpoint} to ${to.endpoint} by ${family}`;
      const ports = JSON.stringify(portsOfBoxes(boxes, source, destination));
      const inSlice = JSON.stringify(portsOfBoxes(sliced, source, destination));
      if (ports !== inSlice) throw new Error(`${pair}: ${ports}, but ${inSlice} in its slice`);
      const key = classes.classOf(
        { pod: from.pod, address: source },
        { pod: to.pod, address: destination },
      );
      const first = known.get(key) ?? { pair, ports };
      known.set(key, first);
      if (first.ports !== ports) {
        throw new Error(`${key}: ${first.pair} ${first.ports}, but ${pair} ${ports}`);
      }
    }
  }
}

/** Every pod and node to every other pod with a network of its own. */
function pairs(cluster: Cluster): readonly (readonly [End, End])[] {
  const pods = cluster.pods
    .filter((pod) => !pod.hostNetwork)
    .map((pod): End => ({ endpoint: podEndpoint(pod), pod, addresses: pod.addresses }));
  const nodes = cluster.nodes.map(
    (node): End => ({ endpoint: nodeEndpoint(node), addresses: ownAddressesOf(node) }),
  );
  return pods.flatMap((to) =>
    [...pods, ...nodes].filter((from) => from !== to).map((from) => [from, to] as const),
  );
}

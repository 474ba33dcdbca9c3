/**
 * Law of agreeing bounds: where src/check says that the bounds agree among some ends, both networks deliver
 * the same between any two of them.
 */
import fc from "fast-check";
import { type Address, addressSets } from "../../../models/base/address.ts";
import { FAMILIES } from "../../../models/base/family.ts";
import {
  OUTSIDE,
  type Cluster,
  type Pod,
  podEndpoint,
  podId,
} from "../../../models/kubernetes/cluster.ts";
import { outsideAddresses } from "../../../models/kubernetes/ends.ts";
import type { Profile } from "../../../models/kubernetes/profile.ts";
import type { Unknowns } from "../../../models/kubernetes/unknowns.ts";
import type { ProcessId } from "../../../models/network/ids.ts";
import { boundsAgree } from "../../../src/check/bounds-agree.ts";
import { speakers } from "../../../src/check/processes.ts";
import { createSubject, type Subject } from "../../../src/check/subject.ts";
import { clusterArbitrary } from "../../support/cluster-arbitrary.ts";
import { profileArbitrary } from "../../support/cluster-profile-arbitrary.ts";
import { unknownsArbitrary } from "../../support/cluster-unknowns-arbitrary.ts";
import { assertLaw } from "../../support/assert-law.ts";
import { describable } from "../../support/describable.ts";
import type { LawOptions } from "../../support/mutate.ts";

/** @throws when the law has a counterexample */
export function check(options: LawOptions): void {
  assertLaw(fc.property(cases, agreeing), options);
}

interface Case {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly unknowns: Unknowns;
  readonly pods: readonly Pod[];
  readonly outside: boolean;
}

const anyProfile: fc.Arbitrary<Profile> = fc
  .tuple(profileArbitrary(), fc.constantFrom<Profile["hostNetworkPods"][]>("ignored", "undecided"))
  .map(([profile, hostNetworkPods]) => ({ ...profile, hostNetworkPods }));

/** Where pods run is mostly open, as in bare manifests. */
const cases: fc.Arbitrary<Case> = fc
  .tuple(clusterArbitrary(), anyProfile, fc.boolean())
  .chain(([cluster, profile, outside]) =>
    fc.record({
      cluster: fc.constant(cluster),
      profile: fc.constant(profile),
      unknowns: fc.oneof(unknownsArbitrary(cluster), fc.constant(placementsOpen(cluster))),
      pods: fc.subarray([...cluster.pods]),
      outside: fc.constant(outside),
    }),
  )
  .map((open) => ({ ...open, cluster: describable(open.cluster, open.unknowns) }));

function placementsOpen(cluster: Cluster): Unknowns {
  return {
    podAddresses: new Set(),
    nodeAddresses: new Set(),
    innerAddresses: new Set(),
    placements: new Set(cluster.pods.map(podId)),
    namespaceLabels: new Set(),
    footprints: [],
  };
}

interface End {
  readonly process: ProcessId;
  readonly address: Address;
}

function agreeing({ cluster, profile, unknowns, pods, outside }: Case): void {
  const subject = createSubject(cluster, profile, unknowns);
  const ends = [...podEnds(subject, pods), ...(outside ? outsideEnds(subject) : [])];
  if (!boundsAgree(subject, addressSets.ofAddresses(ends.map(({ address }) => address)))) return;
  const [least, most] = [subject.reach("least"), subject.reach("most")];
  for (const from of ends) {
    for (const to of ends) {
      const sameFamily = from.address.family === to.address.family;
      if (!sameFamily || from.address.bits === to.address.bits) continue;
      const [low, high] = [least, most].map((reach) =>
        reach.delivered(from.process, from.address, to.address),
      );
      if (low !== high) {
        throw new Error(
          `${from.process} to ${String(to.address.bits)}: ${JSON.stringify(low)} for certain, at most ${JSON.stringify(high)}`,
        );
      }
    }
  }
}

function podEnds(subject: Subject, pods: readonly Pod[]): readonly End[] {
  const speaker = speakers(subject.network("most"));
  return pods.flatMap((pod) => {
    const process = speaker.get(podEndpoint(pod))?.id;
    return process === undefined ? [] : pod.addresses.map((address) => ({ process, address }));
  });
}

/** Both ends of each range outside of the cluster. */
function outsideEnds(subject: Subject): readonly End[] {
  const process = speakers(subject.network("most")).get(OUTSIDE)?.id;
  if (process === undefined) return [];
  const ranges = outsideAddresses(subject.cluster);
  return FAMILIES.flatMap((family) =>
    ranges[family].flat().map((bits) => ({ process, address: { family, bits } })),
  );
}

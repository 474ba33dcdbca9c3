/**
 * The ends of the connectivity graph: pods, and the ranges of the outside that rules tell apart.
 */
import type { Address, AddressSet } from "../../models/base/address.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import { OUTSIDE, type Pod, podEndpoint } from "../../models/kubernetes/cluster.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import { present } from "../base/assert.ts";
import { addressOf, speakers } from "./processes.ts";
import type { Subject } from "./subject.ts";

/** One end: who speaks for it, and one address of each family that it has. */
export interface Member {
  readonly index: number;
  readonly process: ProcessId;
  readonly addresses: readonly Address[];
  /** Present for pods. */
  readonly pod?: Pod;
  /** Present for the outside: all addresses that this end stands for. */
  readonly ranges?: AddressSet;
}

/**
 * Pods in the order of the cluster, then outside ranges in address order, IPv4 before IPv6. Families
 * that no pod has are left out of the outside.
 */
export function graphMembers(subject: Subject): readonly Member[] {
  const speaker = speakers(subject.network("most"));
  const pods = subject.cluster.pods.map((pod, index): Member => {
    const process = present(speaker.get(podEndpoint(pod)), `no process for ${pod.name}`).id;
    return { index, process, addresses: pod.addresses, pod };
  });
  const families = FAMILIES.filter((family) =>
    subject.cluster.pods.some((pod) => addressOf(pod.addresses, family) !== undefined),
  );
  return [...pods, ...outsideMembers(subject, families, pods.length)];
}

function outsideMembers(
  subject: Subject,
  families: readonly Family[],
  offset: number,
): readonly Member[] {
  const outside = speakers(subject.network("most")).get(OUTSIDE);
  if (outside === undefined) return [];
  return subject
    .reach("most")
    .outsideClasses(outside.id)
    .filter(({ representative }) => families.includes(representative.family))
    .map(
      ({ representative, addresses }, i): Member => ({
        index: offset + i,
        process: outside.id,
        addresses: [representative],
        ranges: addresses,
      }),
    );
}

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
  /** The class of members that no rule tells apart; equal classes have equal rows. */
  readonly classId: number;
  readonly process: ProcessId;
  readonly addresses: ReadonlyMap<Family, Address>;
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
  const classes = classNumbers(subject);
  const speaker = speakers(subject.network("most"));
  const pods = subject.cluster.pods.map((pod, index): Member => {
    const process = present(speaker.get(podEndpoint(pod)), `no process for ${pod.name}`).id;
    const addresses = new Map(pod.addresses.map((address) => [address.family, address]));
    return { index, classId: classes(process, pod.addresses), process, addresses, pod };
  });
  const families = FAMILIES.filter((family) =>
    subject.cluster.pods.some((pod) => addressOf(pod.addresses, family) !== undefined),
  );
  return [...pods, ...outsideMembers(subject, families, pods.length, classes)];
}

function outsideMembers(
  subject: Subject,
  families: readonly Family[],
  offset: number,
  classes: (process: ProcessId, addresses: readonly Address[]) => number,
): readonly Member[] {
  const outside = speakers(subject.network("most")).get(OUTSIDE);
  if (outside === undefined) return [];
  const found = subject
    .reach("most")
    .outsideClasses(outside.id)
    .filter((outsideClass) => families.includes(outsideClass.representative.family));
  return found.map((outsideClass, i): Member => {
    const { representative, ranges } = outsideClass;
    return {
      index: offset + i,
      classId: classes(outside.id, [representative]),
      process: outside.id,
      addresses: new Map([[representative.family, representative]]),
      ranges,
    };
  });
}

/** Numbers the classes in both bounds' networks; the same number iff the same class in both. */
function classNumbers(
  subject: Subject,
): (process: ProcessId, addresses: readonly Address[]) => number {
  const numbers = new Map<string, number>();
  const [least, most] = [subject.reach("least"), subject.reach("most")];
  return (process, addresses) => {
    const key = addresses
      .map((a) => `${a.family} ${least.classOf(process, a)} ${most.classOf(process, a)}`)
      .join(" ");
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
}

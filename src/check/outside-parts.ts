/**
 * Addresses outside of the cluster, one for each part of them that somebody tells apart: the network by its
 * rules, or a claim by the ranges that it names.
 */
import { type Address, type AddressSet, addressSets } from "../../models/base/address.ts";
import { FAMILIES } from "../../models/base/family.ts";
import { OUTSIDE } from "../../models/kubernetes/cluster.ts";
import { bitSets } from "../../models/base/interval-set.ts";
import { present } from "../base/assert.ts";
import { parsePrefix } from "../base/ip.ts";
import { speakers } from "./processes.ts";
import type { Subject } from "./subject.ts";

/**
 * One address of each part of `set`, IPv4 before IPv6: two addresses are in one part iff no rule of the
 * network tells them apart and each of `cuts` has both or neither.
 */
export function outsideAddresses(
  subject: Subject,
  set: AddressSet,
  cuts: readonly AddressSet[],
): readonly Address[] {
  if (addressSets.isEmpty(set)) return [];
  const outside = speakers(subject.network("most")).get(OUTSIDE);
  if (outside === undefined) return [];
  return subject
    .reach("most")
    .outsideClasses(outside.id)
    .flatMap(({ representative: { family }, addresses }) => {
      const shared = { ...NONE, [family]: bitSets.intersect(addresses[family], set[family]) };
      return partsOf(shared, cuts).flatMap((part) => shownAddress(part) ?? []);
    });
}

/** The non-empty parts into which `cuts` divide `whole`. */
function partsOf(whole: AddressSet, cuts: readonly AddressSet[]): readonly AddressSet[] {
  const divide = (parts: readonly AddressSet[], cut: AddressSet): readonly AddressSet[] =>
    parts.flatMap((part) => [addressSets.intersect(part, cut), addressSets.subtract(part, cut)]);
  return cuts.reduce(
    (parts, cut) => divide(parts, cut).filter((part) => !addressSets.isEmpty(part)),
    addressSets.isEmpty(whole) ? [] : [whole],
  );
}

const NONE: AddressSet = { IPv4: [], IPv6: [] };

/** The address of `part` to show: of the first of the usual ranges that it meets, else its lowest. */
function shownAddress(part: AddressSet): Address | undefined {
  for (const range of [...USUAL, part]) {
    for (const family of FAMILIES) {
      const [shared] = bitSets.intersect(part[family], range[family]);
      if (shared !== undefined) return { family, bits: shared[0] };
    }
  }
  return undefined;
}

const rangeOf = (...texts: readonly string[]): AddressSet =>
  addressSets.ofPrefixes(
    texts.map((text) => present(parsePrefix(text)?.prefix, `${text} is no CIDR block`)),
  );

/**
 * Ranges in which an address is a host of somebody's: those for documentation, then what is neither "this
 * network" nor link-local nor multicast nor reserved.
 *
 * @source https://www.rfc-editor.org/rfc/rfc5737#section-3 (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24)
 * @source https://www.rfc-editor.org/rfc/rfc3849 (2001:db8::/32)
 * @source https://www.rfc-editor.org/rfc/rfc6890#section-2.2.2 (0.0.0.0/8, 169.254.0.0/16, 240.0.0.0/4)
 * @source https://www.rfc-editor.org/rfc/rfc4291#section-2.4 (global unicast, link-local, multicast)
 */
const USUAL: readonly AddressSet[] = [
  rangeOf("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"),
  addressSets.subtract(
    rangeOf("0.0.0.0/0", "2000::/3"),
    rangeOf("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"),
  ),
];

/**
 * What the word `internet` leaves out of the addresses outside of the cluster.
 */
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import { present } from "../base/assert.ts";
import { parsePrefix } from "../base/ip.ts";

/**
 * Private, shared (carrier-grade NAT) and link-local ranges.
 *
 * @source https://www.rfc-editor.org/rfc/rfc1918#section-3 (10/8, 172.16/12, 192.168/16)
 * @source https://www.rfc-editor.org/rfc/rfc6598#section-7 (100.64/10)
 * @source https://www.rfc-editor.org/rfc/rfc3927#section-1.2 (169.254/16)
 * @source https://www.rfc-editor.org/rfc/rfc4193#section-3.1 (fc00::/7)
 * @source https://www.rfc-editor.org/rfc/rfc4291#section-2.5.6 (fe80::/10)
 */
const RANGES: readonly string[] = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "fc00::/7",
  "fe80::/10",
];

/** The addresses that are not internet although they are outside of the cluster. */
export const INTERNET_EXCLUDES: AddressSet = addressSets.ofPrefixes(
  RANGES.map((text) => present(parsePrefix(text)?.prefix, `${text} is no CIDR block`)),
);

/** The definition of the word, for reports that use it. */
export const INTERNET_MEANS = `internet is every address outside of the cluster but ${RANGES.join(", ")}`;

/**
 * Addresses that nothing on a network can have.
 */
import { type Address, type AddressSet, addressSets, LOOPBACK } from "../../models/base/address.ts";
import { formatAddress } from "../base/ip.ts";
import type { Located } from "../manifest/resources.ts";
import type { Sink } from "./sink.ts";

/**
 * Unspecified and multicast addresses, and the IPv4 limited broadcast.
 *
 * @source https://www.iana.org/assignments/iana-ipv4-special-registry/ (0.0.0.0/8, 224.0.0.0/4, 255.255.255.255)
 * @source https://www.rfc-editor.org/rfc/rfc4291#section-2.4 (::, ff00::/8)
 */
const NO_UNICAST: AddressSet = {
  IPv4: [
    [0n, 0x00ff_ffffn],
    [0xe000_0000n, 0xefff_ffffn],
    [0xffff_ffffn, 0xffff_ffffn],
  ],
  IPv6: [
    [0n, 0n],
    [0xffn << 120n, (1n << 128n) - 1n],
  ],
};

/** Why `address` cannot belong to a pod, a node or a service; undefined when it can. */
export function whyUnusable(address: Address): string | undefined {
  if (addressSets.contains(LOOPBACK, address)) return "a loopback address";
  if (addressSets.contains(NO_UNICAST, address)) return "no unicast address";
  return undefined;
}

/** Whether `address` can belong to `owner`; otherwise says so, as an error at its position. */
export function usable(address: Located<Address>, owner: string, sink: Sink): boolean {
  const why = whyUnusable(address.value);
  if (why === undefined) return true;
  sink.diagnostics.push({
    code: "NQ2022",
    severity: "error",
    message: `the address of ${owner} must be one that packets can be sent to; found ${formatAddress(address.value)}, ${why}`,
    at: address.at,
  });
  return false;
}

/**
 * Addresses by which the parts of a laboratory find each other. They are link-local: no cluster has them,
 * no packet of a probe carries them.
 */
import type { Family } from "../../models/base/family.ts";
import type { Address } from "../../models/base/address.ts";
import { addressWidthBits } from "../../models/base/family.ts";
import { formatAddress } from "../base/ip.ts";

/** The number of the outside on the wire between nodes. */
export const OUTSIDE_NUMBER = 0xfffe;

/** Where the holder of `number` is found on the wire between nodes. */
export function hopAddress(family: Family, number: number): string {
  return family === "IPv4"
    ? `169.254.${String(number >> 8)}.${String(number & 255)}`
    : `fe80::1:${number.toString(16)}`;
}

/** Where a pod finds its node. */
export const GATEWAY: Readonly<Record<Family, string>> = { IPv4: "169.254.1.1", IPv6: "fe80::1" };

/** `address` alone, as a prefix. */
export function host(address: Address): string {
  return `${formatAddress(address)}/${String(addressWidthBits(address.family))}`;
}

/** The option that keeps an IPv6 address from being tentative for a second. */
export function nodad(family: Family): string {
  return family === "IPv6" ? " nodad" : "";
}

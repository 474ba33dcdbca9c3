/**
 * Address families and transport protocols: the two vocabularies every other file shares.
 */

/** The two Internet address families. A packet, a prefix and an address belong to exactly one. */
export type Family = "IPv4" | "IPv6";

/** Both families, in the order in which every output lists them. */
export const FAMILIES: readonly Family[] = ["IPv4", "IPv6"];

/**
 * The transport protocols that the model speaks about; the domain of every law.
 *
 * @source https://kubernetes.io/docs/reference/networking/service-protocols/ (v1.34)
 */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** All protocols, in the order in which every output lists them. */
export const PROTOCOLS: readonly Protocol[] = ["TCP", "UDP", "SCTP"];

/** Width of an address of `family` in bits. */
export function addressWidthBits(family: Family): number {
  return family === "IPv4" ? 32 : 128;
}

/** The highest address of `family`, as an unsigned integer (the lowest is 0). */
export function highestAddress(family: Family): bigint {
  return (1n << BigInt(addressWidthBits(family))) - 1n;
}

/** The lowest and highest transport port that a packet of the domain carries (port 0 is reserved). */
export const LOWEST_PORT = 1;
export const HIGHEST_PORT = 65_535;

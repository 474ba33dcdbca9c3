/**
 * What one address and port is called among those that something claims.
 */
import type { Address } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";

/** Equal for equal protocols, addresses and ports, and for no others. */
export function claimKey(protocol: Protocol, address: Address, port: number): string {
  return `${protocol} ${address.family} ${String(address.bits)} ${String(port)}`;
}

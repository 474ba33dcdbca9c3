/**
 * The name at which the name of an address is looked up.
 */
import type { Address } from "../base/address.ts";

/**
 * `1.0.3.10.in-addr.arpa.` for 10.3.0.1; for IPv6 its 32 hexadecimal digits, the last one first.
 *
 * @source https://www.rfc-editor.org/rfc/rfc1035#section-3.5 (in-addr.arpa)
 * @source https://www.rfc-editor.org/rfc/rfc3596#section-2.5 (ip6.arpa)
 */
export function reverseName({ family, bits }: Address): string {
  return family === "IPv4"
    ? `${digits(bits, 4, 8n).join(".")}.in-addr.arpa.`
    : `${digits(bits, 32, 4n)
        .map((digit) => digit.toString(16))
        .join(".")}.ip6.arpa.`;
}

/** The `count` lowest digits of `width` bits, the lowest first. */
function digits(bits: bigint, count: number, width: bigint): readonly bigint[] {
  const mask = (1n << width) - 1n;
  return Array.from({ length: count }, (_, i) => (bits >> (BigInt(i) * width)) & mask);
}

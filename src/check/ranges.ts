/**
 * Address sets as lists of ranges, for output.
 */
import type { Address, AddressSet } from "../../models/base/address.ts";
import { FAMILIES } from "../../models/base/family.ts";

/** The ranges of `set` as pairs of first and last address, in address order, IPv4 first. */
export function rangesOf(set: AddressSet): readonly (readonly [Address, Address])[] {
  return FAMILIES.flatMap((family) =>
    set[family].map(
      ([low, high]) =>
        [
          { family, bits: low },
          { family, bits: high },
        ] as const,
    ),
  );
}

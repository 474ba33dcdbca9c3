/**
 * What containers mount, as decoded.
 */
import type { AccessMode, Mount } from "../../models/kubernetes/storage.ts";

/** A mount as written. `undeclared`: a volume that the pod itself does not declare. */
export interface MountSpec extends Omit<Mount, "source"> {
  readonly source:
    | Mount["source"]
    | { readonly kind: "ephemeral"; readonly modes: readonly AccessMode[] }
    | { readonly kind: "undeclared" };
}

/** The claim that a StatefulSet makes for each of its pods. */
export interface ClaimTemplate {
  readonly name: string;
  readonly modes: readonly AccessMode[];
}

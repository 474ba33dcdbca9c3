/**
 * Builders for the reasons that rules carry.
 */
import type { Origin, Provenance } from "../../models/base/origin.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";

/** A reason of the network model itself: no manifest asks for it. */
export function inherent(text: string): Provenance {
  return { text, origins: [] };
}

/** A reason that lines of manifests give; `object` is the one object that decides, if it is one. */
export function stated(
  text: string,
  origins: readonly (Origin | undefined)[],
  object?: string,
): Provenance {
  const known = origins.filter((origin) => origin !== undefined);
  return object === undefined ? { text, origins: known } : { text, object, origins: known };
}

/** `reason`, marked as standing for something that is not known or not modelled. */
export function uncertainly(reason: Provenance, code: DiagnosticCode | (string & {})): Provenance {
  return { ...reason, uncertain: code };
}

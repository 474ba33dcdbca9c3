/**
 * What a frontend that is not modelled claims.
 */
import { type AddressSet, NO_ADDRESSES } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import type { PortSet } from "../../models/base/interval-set.ts";
import type { Origin } from "../../models/base/origin.ts";
import type { PodId, UnmodelledFrontend } from "../../models/kubernetes/cluster.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import type { BuiltService } from "./services.ts";

/** The code of everything that is reached at an address of a node or outside the cluster. */
export const FRONTEND_CODE: DiagnosticCode = "NQ2120";

/** What a frontend claims, without its name. */
export interface Claim {
  readonly addresses: AddressSet;
  readonly protocol: Protocol;
  readonly ports: PortSet;
}

/** A claim to no address that is known: what leads there is known all the same. */
export const NO_CLAIM: Claim = { addresses: NO_ADDRESSES, protocol: "TCP", ports: [] };

/** A frontend that is not modelled, by which a service is entered. */
export interface OpenEntrance {
  readonly of: BuiltService;
  /** What it is, without the service, e.g. `a node port that the input does not state`. */
  readonly what: string;
  readonly frontend: UnmodelledFrontend;
}

/** The frontend called `text` that claims `claim` and may lead to the pods `leadsTo`. */
export function frontend(
  claim: Claim,
  text: string,
  origin: Origin,
  leadsTo: readonly PodId[],
): UnmodelledFrontend {
  return { ...claim, code: FRONTEND_CODE, text, leadsTo, origin };
}

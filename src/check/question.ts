/**
 * A question about two ends and a port.
 */
import type { Address } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import type { EndpointSpec } from "../intent/ast.ts";
import type { EndpointSet } from "../intent/endpoint-set.ts";

/** Can `from` open `port` of `to`? `port` is absent where `to` is a service port, which names its own. */
export interface Query {
  readonly from: {
    readonly text: string;
    readonly spec: EndpointSpec;
    readonly set: EndpointSet;
  };
  readonly to: {
    readonly text: string;
    readonly spec: EndpointSpec;
    readonly set: EndpointSet;
    /** Loopback addresses: those of whoever asks. */
    readonly loopback?: readonly Address[];
  };
  readonly protocol: Protocol;
  readonly port?: number;
}

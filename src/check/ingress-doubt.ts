/**
 * Why a route is open, in words.
 */
import type { RouteDoubt } from "../../models/kubernetes/ingress-route.ts";
import type { UndecidedReason } from "./types.ts";

/** The reason that `doubt` is. */
export function doubtReason({ kind, origins, alteration }: RouteDoubt): UndecidedReason {
  switch (kind) {
    case "equal-paths":
      return { code: "NQ2076", text: "several rules have the host and path equally", origins };
    case "implementation-specific":
      return {
        code: "NQ3020",
        text: "what a path of type ImplementationSpecific matches is the controller's choice",
        origins,
      };
    case "less-specific-host":
      return {
        code: "NQ3020",
        text: "whether a rule for a less specific host counts, when no path of the more specific one matches, is the controller's choice",
        origins,
      };
    case "several-default-backends":
      return { code: "NQ3020", text: "several Ingresses have different default backends", origins };
    case "tls-without-entry":
      return {
        code: "NQ3020",
        text: "no TLS entry covers the host: whether the controller answers TLS with a certificate of its own is its choice",
        origins,
      };
    case "alteration":
      return {
        code: "NQ2079",
        text: `the route may be another one because of this: ${alteration?.text ?? ""}`,
        origins,
      };
  }
}

/**
 * Frontends that are not modelled and may lead to what an intent protects: nothing can be proven past
 * them.
 */
import { addressSets } from "../../models/base/address.ts";
import { portSets } from "../../models/base/interval-set.ts";
import type { UnmodelledFrontend } from "../../models/kubernetes/cluster.ts";
import { DIAGNOSTIC_CODES, type DiagnosticCode } from "../base/diagnostic-codes.ts";
import { type ForbiddenClaim, forbiddenRule } from "./forbidden.ts";
import type { ResolvedClaim } from "../intent/resolve-claim.ts";
import type { Subject } from "./subject.ts";
import type { UndecidedReason } from "./types.ts";

/** One reason for each frontend that may lead to a pod into which `claim` forbids packets, or that it names. */
export function openFrontends(subject: Subject, claim: ResolvedClaim): readonly UndecidedReason[] {
  if (claim.kind === "allow") return [];
  const { cluster } = subject;
  const forbidden: ForbiddenClaim = claim;
  const { to } = forbiddenRule(cluster, forbidden);
  const leads = ({ leadsTo }: UnmodelledFrontend): boolean =>
    leadsTo === undefined || leadsTo.some((pod) => to.pods.has(pod));
  const isNamed = ({ addresses, protocol, ports }: UnmodelledFrontend): boolean =>
    to.services.some(
      (frontend) =>
        frontend.port.protocol === protocol &&
        portSets.contains(ports, frontend.port.port) &&
        frontend.addresses.some((address) => addressSets.contains(addresses, address)),
    );
  return cluster.frontends.filter((frontend) => leads(frontend) || isNamed(frontend)).map(reasonOf);
}

function reasonOf({ code, text, origin }: UnmodelledFrontend): UndecidedReason {
  const known = Object.hasOwn(DIAGNOSTIC_CODES, code);
  // A code outside of the table cannot be explained: fall back to the general one.
  return {
    code: known ? (code as DiagnosticCode) : "NQ3010",
    text: `${text} is not modelled and may lead there`,
    origins: [origin],
  };
}

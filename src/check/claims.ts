/**
 * What a claim about packets says of one situation.
 */
import type { PacketClaim } from "../../models/kubernetes/property.ts";
import type { Bool } from "../smt/term.ts";
import { violation } from "./expectations.ts";
import type { Scene } from "./situations.ts";

/** The packets of `scene` that break `claim`; undefined where the claim does not speak about it. */
export function breaking(claim: PacketClaim, scene: Scene): Bool | undefined {
  if (!inDomain(claim, scene)) return undefined;
  const { terms } = scene.explorer;
  return terms.and(
    scene.exploration.domain,
    claim.premise === "admitted" ? scene.admitted : terms.yes,
    terms.or(...expected(claim, scene).map((expectation) => violation(expectation, scene))),
  );
}

/** What `claim` expects of `scene`: of endpoints only where a service is called. */
export function expected(claim: PacketClaim, scene: Scene): PacketClaim["expects"] {
  return scene.endpoints === undefined
    ? claim.expects.filter((expectation) => expectation !== "endpoints-only")
    : claim.expects;
}

function inDomain(claim: PacketClaim, scene: Scene): boolean {
  const senders = claim.senders === "pods-and-nodes" || claim.senders === scene.senders;
  const receivers = claim.receivers === "cluster-address" || claim.receivers === scene.receivers;
  const placement = claim.placement === "any" || claim.placement === scene.placement;
  return senders && receivers && placement;
}

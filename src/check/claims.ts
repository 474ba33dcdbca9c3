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
  const senders = sendersOf(claim).includes(scene.senders);
  const receivers = receiversOf(claim).includes(scene.receivers);
  const placement = claim.placement === "any" || claim.placement === scene.placement;
  return senders && receivers && placement;
}

function sendersOf({ senders }: PacketClaim): readonly Scene["senders"][] {
  switch (senders) {
    case "pods":
    case "nodes":
      return [senders];
    case "pods-and-nodes":
      return ["pods", "nodes"];
    case "pods-and-outside":
      return ["pods", "outside"];
    case "everybody":
      return ["pods", "nodes", "outside"];
  }
}

function receiversOf({ receivers }: PacketClaim): readonly Scene["receivers"][] {
  switch (receivers) {
    case "own-loopback":
      return [];
    case "pod-address":
      return [receivers];
    case "service":
      return ["service-address", "published-address"];
    case "cluster-address":
      return ["pod-address", "node-address", "service-address"];
  }
}

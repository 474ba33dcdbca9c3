/**
 * Proves or refutes every built-in property and every intent of one cluster.
 */
import { PROPERTIES } from "../../properties/index.ts";
import type { GroundClaim, Property } from "../../models/kubernetes/property.ts";
import { codeOr } from "./diagnostic-code.ts";
import type { ResolvedProperty } from "../intent/resolve-claim.ts";
import type { Solver } from "../smt/solver.ts";
import { endpointsAgree } from "./endpoints-agree.ts";
import { type GroundResult, groundFact } from "./ground.ts";
import { proveIntents } from "./intents.ts";
import { leftOut } from "./left-out.ts";
import { backendsExist, backendsReachable } from "./ingress-facts.ts";
import { modesAgree } from "./modes-agree.ts";
import { namesResolve } from "./names-resolve.ts";
import { type PacketResult, provePackets } from "./packet-properties.ts";
import type { Subject } from "./subject.ts";
import type { Finding, PropertyOutcome, UndecidedReason, Verification } from "./types.ts";

/** What `verify` is asked to do. */
export interface VerifyOptions {
  readonly solver: Solver;
  /** For each condition that the solver decides. */
  readonly timeoutMs: number;
}

/** The findings: built-in properties in the order of the catalogue, then `intents` in theirs. */
export async function verify(
  subject: Subject,
  intents: readonly ResolvedProperty[],
  { solver, timeoutMs }: VerifyOptions,
): Promise<Verification> {
  const packets = await provePackets(subject, PROPERTIES, solver, timeoutMs);
  const builtIn = PROPERTIES.map((property) => {
    const { claim } = property;
    const result =
      claim.kind === "ground" ? groundResult(subject, claim.fact) : packets.get(property.id);
    return builtInFinding(subject, property, result);
  });
  const own = await proveIntents(subject, intents, solver, timeoutMs);
  return { findings: [...builtIn, ...own] };
}

function groundResult(subject: Subject, fact: GroundClaim["fact"]): GroundResult {
  switch (fact) {
    case "addresses-are-unique":
    case "ports-do-not-collide":
      return groundFact(subject.cluster, fact);
    case "endpoints-agree":
      return endpointsAgree(subject);
    case "ingress-backends-exist":
      return backendsExist(subject);
    case "ingress-backends-reachable":
      return backendsReachable(subject);
    case "kube-proxy-modes-agree":
      return modesAgree(subject);
    case "names-can-be-resolved":
      return namesResolve(subject);
  }
}

function builtInFinding(
  subject: Subject,
  property: Property,
  result: GroundResult | PacketResult | undefined,
): Finding {
  if (result === undefined) throw new Error(`property ${property.id} was not examined`);
  const { claim } = property;
  return {
    id: property.id,
    from: "built-in",
    title: property.title,
    severity: property.severity ?? "error",
    outcome:
      claim.kind === "ground"
        ? result.outcome
        : withinFootprints(subject, property, result.outcome),
    method: result.method,
    leavesOut: claim.kind === "ground" ? groundLeavesOut(result) : leftOut(subject, claim),
    ...("assumes" in result ? { assumes: result.assumes } : {}),
  };
}

function groundLeavesOut(result: GroundResult | PacketResult): readonly string[] {
  return "leavesOut" in result ? (result.leavesOut ?? []) : [];
}

/**
 * A property that speaks about what policies admit is undecided, though proven for what is modelled, when
 * policies of another kind may admit something else to some of the pods.
 */
function withinFootprints(
  subject: Subject,
  property: Property,
  outcome: PropertyOutcome,
): PropertyOutcome {
  const { claim } = property;
  if (outcome.kind !== "proved" || claim.kind !== "packet") return outcome;
  if (claim.expects.includes("delivered-iff-admitted") && isUnpoliced(subject)) {
    const text = "no network policy is enforced here: none admits or denies anything";
    return { kind: "not-applicable", text };
  }
  const aboutPolicy =
    claim.premise === "admitted" || claim.expects.includes("delivered-iff-admitted");
  const why = aboutPolicy ? footprintReasons(subject) : [];
  return why.length === 0 ? outcome : { kind: "undecided", why };
}

/** Whether nobody enforces policies: that the network does what they say would be an empty word. */
function isUnpoliced({ profile }: Subject): boolean {
  return profile.networkPolicy === "ignored";
}

function footprintReasons({ unknowns }: Subject): readonly UndecidedReason[] {
  return unknowns.footprints
    .filter(({ pods, effect }) => pods.size > 0 && Object.keys(effect).length > 0)
    .map(({ code, object, origin, pods }) => ({
      code: codeOr(code),
      text: `proved for what is modelled; ${object} may decide otherwise for ${String(pods.size)} ${pods.size === 1 ? "pod" : "pods"}`,
      origins: [origin],
    }));
}

/**
 * Ends of a question that mean somebody only by an assumption: addresses that assumed ones may or may not
 * be among, and labels of namespaces that are not known. Nothing is answered past them.
 */
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import { podId, ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import { aboutNameOnly, type LabelSelector, selects } from "../../models/kubernetes/selector.ts";
import { formatPrefix } from "../base/ip.ts";
import type { EndpointAtom, EndpointSpec } from "../intent/ast.ts";
import { atomsOf } from "../intent/atoms.ts";
import type { ResolvedClaim, ResolvedEndpoint } from "../intent/resolve-claim.ts";
import type { Subject } from "./subject.ts";
import type { UndecidedReason } from "./types.ts";

/** One reason for each part of `specs` that means different ends under different assumptions. */
export function assumedEnds(
  subject: Subject,
  specs: readonly EndpointSpec[],
): readonly UndecidedReason[] {
  if (subject.settled) return [];
  return atomsOf(specs).flatMap(({ atom, at }) =>
    reasonsOf(subject, atom).map((reason) => ({ ...reason, origins: [at] })),
  );
}

/** The ends that `claim` names. */
export function endsOfClaim(claim: ResolvedClaim): readonly EndpointSpec[] {
  const flows = claim.kind === "allow" ? [] : claim.kind === "deny" ? claim.except : claim.flows;
  const main = claim.kind === "only" ? [claim.target] : [claim.from, claim.to];
  const ends: readonly (ResolvedEndpoint | undefined)[] = [
    ...main,
    ...flows.flatMap(({ from, to }) => [from, to]),
  ];
  return ends.flatMap((end) => end?.spec ?? []);
}

type Reason = Omit<UndecidedReason, "origins">;

function reasonsOf(subject: Subject, atom: EndpointAtom): readonly Reason[] {
  switch (atom.kind) {
    case "addresses": {
      const text = atom.prefixes.map(formatPrefix).join(", ");
      return addressReasons(subject, addressSets.ofPrefixes(atom.prefixes), text);
    }
    case "namespaceLabels":
      return labelReasons(subject, atom.selector);
    case "workload":
    case "namespace":
    case "labels":
    case "service":
    case "internet":
    case "external":
    case "cluster":
    case "nodes":
    case "node":
      return [];
  }
}

/**
 * Pods whose addresses are assumed could have any address of the pod CIDRs that nobody is known to have, so
 * they are told from the others by all of those or none. Of nodes it is only said when `meant` holds an
 * address that one is assumed to have: they could have nearly any.
 */
function addressReasons(
  { cluster, unknowns }: Subject,
  meant: AddressSet,
  text: string,
): readonly Reason[] {
  const assumed = cluster.pods.filter(
    (pod) => !pod.hostNetwork && unknowns.podAddresses.has(podId(pod)),
  );
  const known = cluster.pods.filter((pod) => !unknowns.podAddresses.has(podId(pod)));
  const open = addressSets.subtract(
    addressSets.ofPrefixes(cluster.podCidrs),
    addressSets.ofAddresses(known.flatMap((pod) => pod.addresses)),
  );
  const nodes = cluster.nodes.filter(({ name }) => unknowns.nodeAddresses.has(name));
  const assumedNodes = addressSets.ofAddresses(nodes.flatMap(ownAddressesOf));
  return [
    ...(assumed.length > 0 && cuts(meant, open)
      ? [{ code: "NQ3006", text: `which pods have an address in ${text} is assumed` } as const]
      : []),
    ...(cuts(meant, assumedNodes)
      ? [{ code: "NQ3006", text: `which nodes have an address in ${text} is assumed` } as const]
      : []),
  ];
}

/** Whether `meant` holds some of `whole` and not all. */
function cuts(meant: AddressSet, whole: AddressSet): boolean {
  const inside = addressSets.intersect(meant, whole);
  return !addressSets.isEmpty(inside) && !addressSets.equals(inside, whole);
}

/** The selector is asked twice: nothing known of the labels, and everything that it wants. */
function labelReasons({ cluster, unknowns }: Subject, selector: LabelSelector): readonly Reason[] {
  const named = aboutNameOnly(selector);
  if (named === selector) return [];
  return cluster.namespaces
    .filter(({ name, labels }) => unknowns.namespaceLabels.has(name) && selects(named, labels))
    .filter(({ name }) => cluster.pods.some((pod) => pod.namespace === name))
    .map(({ name }) => ({
      code: "NQ3001",
      text: `whether the labels of namespace ${name} are the ones asked for is not known`,
    }));
}

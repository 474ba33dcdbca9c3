/**
 * Whether the bounds say the same about some addresses: then one of the two networks answers for both.
 */
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import { FAMILIES } from "../../models/base/family.ts";
import type { HookAction } from "../../models/network/action.ts";
import type { Hook, Rule } from "../../models/network/fib.ts";
import type { Match } from "../../models/network/match.ts";
import type { Network } from "../../models/network/network.ts";
import type { Subject } from "./subject.ts";

/**
 * Whether `least` and `most` certainly deliver the same between different addresses of `ends`. The two
 * networks have the same rules, and those that are uncertain do different things; so it is enough that
 * no packet between these addresses can meet an uncertain rule, and that none is translated, after which
 * its addresses would be others; what is never translated is never marked. What leaves for the outside may
 * get another source: it does not come back. False says nothing.
 *
 * @law agreeing bounds deliver the same
 * @cost the rules of the hooks of `most`; `least` is not compiled
 */
export function boundsAgree(subject: Subject, ends: AddressSet): boolean {
  if (subject.settled) return true;
  const { profile, unknowns } = subject;
  // What is not modelled changes more than rules.
  if (unknowns.footprints.length > 0 || profile.hostNetworkPods === "undecided") return false;
  const shared = sharedWith(ends);
  return distinctHooks(subject.network("most")).every(
    ({ rules, otherwise }) =>
      otherwise.because.uncertain === undefined &&
      otherwise.action.kind !== "translate" &&
      rules.every((rule) => !isTelling(rule) || isOfMarked(rule) || misses(rule, shared)),
  );
}

function distinctHooks(network: Network): readonly Hook[] {
  const outside = [...network.processes.values()].find((p) => p.endpoint === network.outside);
  const beyond = network.links.get(outside?.uplink ?? "")?.to;
  const links = [...network.links.values()].filter(
    ({ to, onLeave, onEnter }) => to !== beyond || ![...onLeave, ...onEnter].every(isSourceOnly),
  );
  return [...new Set(links.flatMap(({ onLeave, onEnter }) => [...onLeave, ...onEnter]))];
}

/** Whether a hook is certain, and rewrites sources at most. */
function isSourceOnly({ rules, otherwise }: Hook): boolean {
  return [...rules, otherwise].every(
    ({ action, because }) =>
      because.uncertain === undefined &&
      (action.kind !== "translate" ||
        action.rewrites.every(
          (r) =>
            r.destination === undefined && r.destinationPort === undefined && r.marks === undefined,
        )),
  );
}

function isTelling({ action, because }: Rule<HookAction>): boolean {
  return because.uncertain !== undefined || action.kind === "translate";
}

/** Whether only what a translation has marked matches: a rule that counts as well. */
function isOfMarked({ match }: Rule<HookAction>): boolean {
  return match.marked === true;
}

/** The members of a set that are in `ends`; each set object is looked at once. */
function sharedWith(ends: AddressSet): (set: AddressSet | undefined) => AddressSet {
  const known = new Map<AddressSet, AddressSet>();
  return (set) => {
    if (set === undefined) return ends;
    const before = known.get(set);
    if (before !== undefined) return before;
    const shared = addressSets.intersect(set, ends);
    known.set(set, shared);
    return shared;
  };
}

/** Whether no packet between different addresses matches. */
function misses(
  { match }: { readonly match: Match },
  shared: (set: AddressSet | undefined) => AddressSet,
): boolean {
  const sources = shared(match.sources);
  const destinations = shared(match.destinations);
  return FAMILIES.every((family) => {
    const [from, ...moreFrom] = sources[family];
    const [to, ...moreTo] = destinations[family];
    if (from === undefined || to === undefined) return true;
    const single = moreFrom.length === 0 && moreTo.length === 0 && from[0] === from[1];
    return single && from[0] === to[0] && to[0] === to[1];
  });
}

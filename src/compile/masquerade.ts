/**
 * Hairpin masquerade: a pod that reaches itself through a service sees its node as the source, so that
 * its reply goes back to the node, which translates it.
 */
import type { AddressSet } from "../../models/base/address.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import type { Pod } from "../../models/kubernetes/cluster.ts";
import type { Hook } from "../../models/network/fib.ts";
import { formatAddress } from "../base/ip.ts";
import { inherent } from "./because.ts";
import type { HookRule } from "./bounds.ts";
import { type Ground, addressOf, ownAddresses, placeOf } from "./ground.ts";
import { podName } from "./names.ts";

/**
 * The masquerade of `pod`, or undefined when its node has no address to put in place of the pod's.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/README.md (masquerading; S4.20 a)
 */
export function masqueradeHook(ground: Ground, pod: Pod): Hook | undefined {
  const { node } = placeOf(ground, pod);
  const own = ownAddresses(ground, pod);
  const rules = familiesOf(own).flatMap((family): readonly HookRule[] => {
    const source = addressOf(node.addresses, family);
    if (source === undefined) return [];
    const same: AddressSet = { IPv4: [], IPv6: [], [family]: own[family] };
    const because = inherent(
      `${podName(pod)} reaches itself through a service: the source becomes ${node.name} at ${formatAddress(source)}`,
    );
    const choice = `masquerade:${podName(pod)}/${family}`;
    return [
      {
        match: { sources: same, destinations: same },
        action: { kind: "translate", choice, rewrites: [{ source, because }] },
        because,
      },
    ];
  });
  if (rules.length === 0) return undefined;
  const because = inherent(`${podName(pod)} does not reach itself`);
  return { stage: "masquerade", rules, otherwise: { action: { kind: "pass" }, because } };
}

/** The families in which `set` has members. */
function familiesOf(set: AddressSet): readonly Family[] {
  return FAMILIES.filter((family) => set[family].length > 0);
}

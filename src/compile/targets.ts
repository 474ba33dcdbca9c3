/**
 * What one peer and one port of a policy's rule open together: addresses at the far end (sources for
 * ingress, destinations for egress) and ports at the destination.
 */
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import type { PolicyPort } from "../../models/kubernetes/policy.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import type { Bits } from "./bits.ts";
import type { Ground } from "./ground.ts";
import type { Named } from "./peers.ts";
import { EVERY_PORT, type NamedPorts, type PortMatch, numericMatch, onePort } from "./ports.ts";

/** Addresses and ports; absent addresses are all addresses. */
export interface Target {
  readonly addresses?: AddressSet;
  readonly ports: PortMatch;
}

/** A target that is opened or not, depending on something unknown. */
export interface UncertainTarget extends Target {
  readonly code: DiagnosticCode;
}

/** What is opened, and what may be. */
export interface Targets {
  readonly certain: readonly Target[];
  readonly uncertain: readonly UncertainTarget[];
}

const NOTHING: Targets = { certain: [], uncertain: [] };

/** What `port` means on the pod at `position`: nothing when that pod lacks the name. */
function portsOnPod(
  names: NamedPorts,
  port: PolicyPort | "any",
  position: number,
): readonly PortMatch[] {
  if (port === "any") return [EVERY_PORT];
  if (typeof port.port !== "string") return [numericMatch(port)];
  const { port: name, protocol } = port;
  return names.onPod(name, protocol, position).map((number) => onePort(protocol, number));
}

/** What an ingress rule's `named` sources may open on the pod at `position`. */
export function ingressTargets(
  ground: Ground,
  names: NamedPorts,
  named: Named,
  port: PolicyPort | "any",
  position: number,
): Targets {
  return acrossPorts(ground, named, portsOnPod(names, port, position));
}

/**
 * What an egress rule opens at `named` destinations. A named port is resolved by each destination pod; a
 * destination that is no pod, or is only named by its address, has no named ports.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ (egress.ports.port; v1.34; S6.30)
 */
export function egressTargets(
  ground: Ground,
  names: NamedPorts,
  named: Named,
  port: PolicyPort | "any",
): Targets {
  if (port === "any") return acrossPorts(ground, named, [EVERY_PORT]);
  const { port: name, protocol } = port;
  if (typeof name !== "string") return acrossPorts(ground, named, [numericMatch(port)]);
  const resolved = (among: Bits): readonly Target[] =>
    names.groups(name, protocol, among).map(({ number, pods }) => ({
      addresses: ground.addressesOf(pods),
      ports: onePort(protocol, number),
    }));
  const doubtful = (pods: Bits, code: DiagnosticCode): readonly UncertainTarget[] =>
    resolved(pods).map((target) => ({ ...target, code }));
  switch (named.kind) {
    case "everyone":
      return { certain: resolved(named.pods), uncertain: doubtful(named.perhaps, "NQ3005") };
    case "pods":
      return {
        certain: resolved(named.certain),
        uncertain: named.uncertain.flatMap((u) => doubtful(u.pods, u.code)),
      };
    case "addresses":
      return NOTHING;
  }
}

function acrossPorts(ground: Ground, named: Named, matches: readonly PortMatch[]): Targets {
  const at = (addresses: AddressSet): readonly Target[] =>
    addressSets.isEmpty(addresses) ? [] : matches.map((ports) => ({ addresses, ports }));
  const doubtful = (addresses: AddressSet, code: DiagnosticCode): readonly UncertainTarget[] =>
    at(addresses).map((target) => ({ ...target, code }));
  switch (named.kind) {
    case "everyone":
      return { certain: matches.map((ports) => ({ ports })), uncertain: [] };
    case "pods":
      return {
        certain: at(ground.addressesOf(named.certain)),
        uncertain: named.uncertain.flatMap((u) => doubtful(ground.addressesOf(u.pods), u.code)),
      };
    case "addresses":
      return {
        certain: at(named.certain),
        uncertain: named.uncertain.flatMap((u) => doubtful(u.addresses, u.code)),
      };
  }
}

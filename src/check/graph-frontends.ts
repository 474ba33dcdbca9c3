/**
 * The ports of the graph's ends that belong to frontends which are not modelled: whoever calls them is
 * handed on, nobody knows where.
 */
import { type Address, addressSets } from "../../models/base/address.ts";
import type { Family, Protocol } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import type { UnmodelledFrontend } from "../../models/kubernetes/cluster.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import { codeOr } from "./diagnostic-code.ts";
import type { Group } from "./graph-groups.ts";
import type { GraphRow } from "./types.ts";

/** Ports of one end that a frontend claims. */
export interface Claim {
  readonly family: Family;
  readonly protocol: Protocol;
  readonly ports: PortSet;
  readonly code: DiagnosticCode;
}

/**
 * What `frontends` claim of each of `groups`; groups of which they claim nothing are absent. Pods on the
 * network of their node and the outside have addresses that frontends may have as well.
 */
export function claimsOf(
  groups: readonly Group[],
  frontends: readonly UnmodelledFrontend[],
): ReadonlyMap<Group, readonly Claim[]> {
  const claiming = frontends.filter(({ addresses }) => !addressSets.isEmpty(addresses));
  const found = new Map<Group, readonly Claim[]>();
  for (const group of groups) {
    const addresses = group.members
      .filter(({ pod }) => pod === undefined || pod.hostNetwork)
      .flatMap((member) => member.addresses);
    const claims = addresses.flatMap((address) => claimsAt(address, claiming));
    if (claims.length > 0) found.set(group, claims);
  }
  return found;
}

function claimsAt(address: Address, frontends: readonly UnmodelledFrontend[]): readonly Claim[] {
  return frontends
    .filter(({ addresses }) => addressSets.contains(addresses, address))
    .map(({ protocol, ports, code }) => ({
      family: address.family,
      protocol,
      ports,
      code: codeOr(code),
    }));
}

/** The ports that `claims` name for `family` and `protocol`. */
export function claimedPorts(
  claims: readonly Claim[],
  family: Family,
  protocol: Protocol,
): PortSet {
  return claims
    .filter((claim) => claim.family === family && claim.protocol === protocol)
    .map(({ ports }) => ports)
    .reduce(portSets.union, portSets.empty);
}

/** The codes of those of `claims` that have a port in `rows`. */
export function claimCodes(
  claims: readonly Claim[],
  rows: readonly GraphRow[],
): readonly DiagnosticCode[] {
  return claims
    .filter((claim) =>
      rows.some(
        ({ protocol, ports, families }) =>
          protocol === claim.protocol &&
          (families ?? [claim.family]).includes(claim.family) &&
          portSets.intersect(ports, claim.ports).length > 0,
      ),
    )
    .map(({ code }) => code);
}

/**
 * Symbolic execution: walks the graph from the sender's uplink with a header of terms. What depends on
 * the header splits the walk; what does not is followed as `run` of models/network follows it. No
 * unrolling, no location variables: a path's condition speaks about the initial header only.
 */
import { LOOPBACK } from "../../models/base/address.ts";
import { HIGHEST_PORT, LOWEST_PORT, PROTOCOLS, highestAddress } from "../../models/base/family.ts";
import { type BitSet, bitSets } from "../../models/base/interval-set.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import type { Network, Process } from "../../models/network/network.ts";
import { present } from "../base/assert.ts";
import { meet, onlyMember } from "./bit-sets.ts";
import type { Terms } from "./factory.ts";
import type { Exploration, Scope } from "./path.ts";
import {
  type Region,
  type SymbolicHeader,
  headerVariables,
  protocolBits,
} from "./symbolic-header.ts";
import type { Bits, Bool } from "./term.ts";
import { Walker } from "./walker.ts";

/** Reads one network symbolically. Holds prepared tables: make one for a network and keep it. */
export interface Explorer {
  readonly terms: Terms;
  /**
   * Every path of the packets of `scope` that `from` may send. Addresses that the scope or the sender
   * leave no choice about are substituted, so that conditions fold to what is left, mostly ports. Fix
   * the destination (one address) where you can: the walk is then quick at any size of the network.
   *
   * @throws InternalError when there is no process `from`
   * @law A3 encoding
   * @cost for a fixed destination: the paths, times the rules that can match it, squared
   */
  readonly paths: (from: ProcessId, scope: Scope) => Exploration;
}

/** An explorer of `network` that makes its terms by `terms`. */
export function createExplorer(network: Network, terms: Terms): Explorer {
  const walker = new Walker(network, terms);
  const unknown = {
    IPv4: headerVariables(terms, "IPv4"),
    IPv6: headerVariables(terms, "IPv6"),
  };
  // Ports and protocols have the same variables and the same domain in both families.
  const transport = terms.and(
    terms.within(unknown.IPv4.protocol, ALL_PROTOCOLS),
    terms.within(unknown.IPv4.sourcePort, ALL_PORTS),
    terms.within(unknown.IPv4.destinationPort, ALL_PORTS),
  );
  return {
    terms,
    paths: (from, scope) => {
      const sender = present(network.processes.get(from), `no process ${from}`);
      const region = initialRegion(sender, scope);
      const header = initialHeader(terms, unknown[scope.family], region);
      const domain = terms.and(transport, addressesOf(terms, sender, scope, header, region));
      const paths =
        domain === terms.no ? [] : walker.walk(scope.family, sender.uplink, header, region);
      return { from, scope, header, domain, paths };
    },
  };
}

/** The sets in which the fields of a packet of the domain lie. */
function initialRegion(sender: Process, scope: Scope): Region {
  const { family } = scope;
  const every: BitSet = [[0n, highestAddress(family)]];
  const own = sender.addresses[family];
  const loopback = LOOPBACK[family];
  const scoped = scope.destinations ?? every;
  const mayLoop = meet(scoped, loopback).length > 0;
  const source = meet(mayLoop ? bitSets.union(own, loopback) : own, scope.sources ?? every);
  // Without an own address as source both ends are loopback addresses.
  const destination = meet(source, own).length > 0 ? scoped : meet(scoped, loopback);
  return {
    protocol: ALL_PROTOCOLS,
    source,
    sourcePort: ALL_PORTS,
    destination,
    destinationPort: ALL_PORTS,
  };
}

const ALL_PROTOCOLS = protocolBits(PROTOCOLS);
const ALL_PORTS: BitSet = [[BigInt(LOWEST_PORT), BigInt(HIGHEST_PORT)]];

/** The variables, but literals for addresses of which the region leaves one. */
function initialHeader(terms: Terms, variables: SymbolicHeader, region: Region): SymbolicHeader {
  const address = (field: "source" | "destination"): Bits => {
    const only = onlyMember(region[field]);
    return only === undefined ? variables[field] : terms.literal(only, variables[field].width);
  };
  return { ...variables, source: address("source"), destination: address("destination") };
}

/** What `sends` of models/network and the scope ask of the addresses. */
function addressesOf(
  terms: Terms,
  sender: Process,
  scope: Scope,
  header: SymbolicHeader,
  region: Region,
): Bool {
  if (region.source.length === 0 || region.destination.length === 0) return terms.no;
  const isIn = (field: "source" | "destination", set: BitSet): Bool =>
    terms.within(header[field], set);
  const { family } = scope;
  const loopback = LOOPBACK[family];
  return terms.and(
    isIn("source", region.source),
    isIn("destination", region.destination),
    terms.or(
      isIn("source", sender.addresses[family]),
      terms.and(isIn("source", loopback), isIn("destination", loopback)),
    ),
  );
}

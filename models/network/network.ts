/**
 * The network as a graph: processes send and receive, switches decide by their FIB, directed links
 * join them and carry hooks at both ends.
 */
import type { Address, AddressSet } from "../base/address.ts";
import { LOOPBACK, addressSets } from "../base/address.ts";
import { LOWEST_PORT, HIGHEST_PORT } from "../base/family.ts";
import type { EndpointId } from "../base/connection.ts";
import type { Origin } from "../base/origin.ts";
import type { Fib, Hook } from "./fib.ts";
import type { LinkId, ProcessId, SwitchId } from "./ids.ts";
import { type Header, destinationOf, sourceOf } from "./packet.ts";

/** Something that sends and receives. */
export interface Process {
  readonly id: ProcessId;
  /** How a trace names it. */
  readonly name: string;
  /** Whom it belongs to; several processes may share one endpoint. */
  readonly endpoint: EndpointId;
  /** The addresses from which it sends beyond its own switch. */
  readonly addresses: AddressSet;
  /** The link by which its packets enter its switch. */
  readonly uplink: LinkId;
  /** Whether an input declares it; false for the stand-in that receives on undeclared ports. */
  readonly declared: boolean;
  readonly origins: readonly Origin[];
}

/** Something that decides by its FIB. */
export interface Switch {
  readonly id: SwitchId;
  readonly name: string;
  readonly fib: Fib;
}

/**
 * A directed link. A packet that is sent along it passes `onLeave` at the sending end, then `onEnter`
 * at the receiving end, each in order.
 */
export interface Link {
  readonly id: LinkId;
  /** The switch, or for an uplink the process, at which it begins. */
  readonly from: SwitchId | ProcessId;
  readonly to: SwitchId;
  readonly onLeave: readonly Hook[];
  readonly onEnter: readonly Hook[];
}

/** A network. Maps iterate in the order in which outputs list their members. */
export interface Network {
  readonly processes: ReadonlyMap<ProcessId, Process>;
  readonly switches: ReadonlyMap<SwitchId, Switch>;
  readonly links: ReadonlyMap<LinkId, Link>;
  /** The endpoint that stands for everything beyond the network, if there is one. */
  readonly outside?: EndpointId;
}

/** A packet: a header, and the process that sends it. */
export interface Packet {
  readonly from: ProcessId;
  readonly header: Header;
}

/**
 * Whether `process` may send `header`: the source is one of its own addresses, or the packet stays on
 * loopback (both ends loopback addresses); ports are 1 to 65535. The domain of all laws; no spoofing.
 */
export function sends(process: Process, header: Header): boolean {
  const onLoopback = (a: Address): boolean => addressSets.contains(LOOPBACK, a);
  const validPort = (port: number): boolean => port >= LOWEST_PORT && port <= HIGHEST_PORT;
  return (
    validPort(header.sourcePort) &&
    validPort(header.destinationPort) &&
    (addressSets.contains(process.addresses, sourceOf(header)) ||
      (onLoopback(sourceOf(header)) && onLoopback(destinationOf(header))))
  );
}

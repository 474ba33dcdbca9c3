/**
 * What a laboratory saw of a probe, as docs/laboratory.md describes it.
 */
import type { Protocol } from "../../models/base/family.ts";

/** A packet to send: from `in`, with `number` inside. */
export interface Probe {
  readonly in: string;
  readonly number: number;
  readonly protocol: Protocol;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** A mark with which it is sent: the outside sends what has the number of a node to that node. */
  readonly mark?: number;
}

/** Source, destination and their ports. */
export type Ends = readonly [source: string, destination: string, sport: number, dport: number];

/** A packet that entered the device of a namespace: when, where, from which hardware address. */
export type Seen = readonly [
  when: number,
  space: string,
  device: string,
  from: string,
  kind: "probe" | "reply",
  ...ends: Ends,
];

/** A packet that a namespace took for its own. */
export type Received = readonly [space: string, kind: "probe" | "reply", ...ends: Ends];

/** An ICMP error about the probe that was seen somewhere. */
export type IcmpError = readonly [when: number, space: string, type: number, code: number];

/** Everything that was seen of one probe, in the order of time. */
export interface ProbeRecord {
  readonly number: number;
  readonly seen: readonly Seen[];
  readonly received: readonly Received[];
  readonly errors: readonly IcmpError[];
  readonly sendError?: string;
  readonly replyError?: string;
}

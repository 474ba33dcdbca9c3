/**
 * Headers, addresses and ports as text.
 */
import type { Address } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import type { PortSet } from "../../models/base/interval-set.ts";
import { type Header, destinationOf, sourceOf } from "../../models/network/packet.ts";
import { formatAddress } from "../base/ip.ts";

/** `10.0.0.1:80`, `[2001:db8::1]:80`. */
export function socketText(address: Address, port: number): string {
  const text = formatAddress(address);
  return `${address.family === "IPv6" ? `[${text}]` : text}:${String(port)}`;
}

/** `tcp 10.0.0.1:49152 -> 10.0.0.2:80`. */
export function headerText(header: Header): string {
  const from = socketText(sourceOf(header), header.sourcePort);
  const to = socketText(destinationOf(header), header.destinationPort);
  return `${header.protocol.toLowerCase()} ${from} -> ${to}`;
}

/** What `after` changed: `destination 10.96.0.9:80 => 10.244.0.2:8080`; empty when nothing. */
export function translationText(before: Header, after: Header): string {
  const end = (name: string, a: string, b: string): readonly string[] =>
    a === b ? [] : [`${name} ${a} => ${b}`];
  return [
    ...end(
      "source",
      socketText(sourceOf(before), before.sourcePort),
      socketText(sourceOf(after), after.sourcePort),
    ),
    ...end(
      "destination",
      socketText(destinationOf(before), before.destinationPort),
      socketText(destinationOf(after), after.destinationPort),
    ),
  ].join(", ");
}

/** `tcp/80,8000-8999`, or `tcp` for every port. */
export function portsText(protocol: Protocol, ports: PortSet): string {
  const word = protocol.toLowerCase();
  const [first] = ports;
  if (ports.length === 1 && first?.[0] === 1 && first[1] === 65_535) return `${word}/any`;
  const ranges = ports.map(([low, high]) =>
    low === high ? String(low) : `${String(low)}-${String(high)}`,
  );
  return `${word}/${ranges.join(",")}`;
}

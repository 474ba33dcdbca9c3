/**
 * Sightings as the life of a packet.
 */
import type { End, Life, Pass, ReplyEnd } from "./life.ts";
import { type LabPlan, TUNNEL, nameOfSpace } from "./plan.ts";
import type { Probe, ProbeRecord, Seen } from "./sightings.ts";

/** Between whom what enters a device passes, in the words of people. */
export interface Wiring {
  /** Undefined for devices that are part of another's way. */
  readonly from: (space: string, device: string, mac: string) => string | undefined;
  readonly name: (space: string) => string;
}

/** The wiring of `plan`. */
export function wiringOf(plan: LabPlan): Wiring {
  const byDevice = new Map<string, string>();
  const byMac = new Map<string, string>([[plan.outside.mac, plan.outside.space]]);
  const nodes = new Set<string>();
  for (const { space, mac, tunnelMac, pods } of plan.nodes) {
    nodes.add(space);
    byMac.set(mac, space);
    if (tunnelMac !== undefined) byMac.set(tunnelMac, space);
    for (const pod of pods) {
      byDevice.set(`${pod.space} eth0`, space);
      byDevice.set(`${space} ${pod.device}`, pod.space);
    }
  }
  const names = nameOfSpace(plan);
  const name = (space: string): string => names.get(space) ?? space;
  const from = (space: string, device: string, mac: string): string | undefined => {
    if (nodes.has(space) && (device === "eth0" || device === TUNNEL)) return byMac.get(mac);
    if (space === plan.outside.space) return device === "fab0" ? byMac.get(mac) : undefined;
    return byDevice.get(`${space} ${device}`);
  };
  return {
    name,
    from: (space, device, mac) => {
      const found = from(space, device, mac);
      return found === undefined ? undefined : name(found);
    },
  };
}

/**
 * The life that `record` shows of `probe`. The last namespace that took the packet for its own received it;
 * a refusal counts only where nobody did, since a closed port refuses as well.
 */
export function observed(wiring: Wiring, probe: Probe, record: ProbeRecord): Life {
  const passes = passesOf(wiring, record, "probe");
  const delivery = record.received.find(([, kind]) => kind === "probe");
  if (delivery === undefined) {
    const isRejected = record.errors.some(([, , type, code]) => isRefusal(type, code));
    return { passes, end: { kind: isRejected ? "rejected" : "lost" } };
  }
  const [at, , source, destination, , port] = delivery;
  const end: End = { kind: "delivered", at: wiring.name(at), source, destination, port };
  const reply = { passes: passesOf(wiring, record, "reply"), end: replyEnd(probe, record) };
  return { passes, end, reply };
}

/**
 * Port unreachable, which REJECT sends.
 *
 * @source https://www.rfc-editor.org/rfc/rfc792 (type 3, code 3)
 * @source https://www.rfc-editor.org/rfc/rfc4443#section-3.1 (type 1, code 4)
 */
function isRefusal(type: number, code: number): boolean {
  return (type === 3 && code === 3) || (type === 1 && code === 4);
}

function passesOf(
  wiring: Wiring,
  { seen }: ProbeRecord,
  wanted: "probe" | "reply",
): readonly Pass[] {
  return seen.flatMap((one: Seen): readonly Pass[] => {
    const [, space, device, mac, kind, source, destination, sport, dport] = one;
    const from = kind === wanted ? wiring.from(space, device, mac) : undefined;
    const to = wiring.name(space);
    const port = kind === "probe" ? dport : sport;
    return from === undefined ? [] : [{ from, to, source, destination, port }];
  });
}

function replyEnd(probe: Probe, { received }: ProbeRecord): ReplyEnd {
  const replies = received.filter(([space, kind]) => space === probe.in && kind === "reply");
  if (replies.length === 0) return "lost";
  const isAsked = replies.some(
    ([, , source, destination, sport, dport]) =>
      source === probe.destination &&
      destination === probe.source &&
      sport === probe.destinationPort &&
      dport === probe.sourcePort,
  );
  return isAsked ? "returned" : "elsewhere";
}

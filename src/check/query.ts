/**
 * Can X open a port of Y? It can where the request arrives and, if the protocol needs one, the reply comes back.
 * One packet for each pair of ends that rules tell apart, every choice of the network, in both bounds.
 */
import type { Address } from "../../models/base/address.ts";
import { FAMILIES, LOWEST_PORT } from "../../models/base/family.ts";
import type { Header } from "../../models/network/packet.ts";
import type { Trace } from "../../models/network/trace.ts";
import type { Packet } from "../../models/network/network.ts";
import type { Engine } from "../engine/engine.ts";
import { assumedEnds } from "./assumed-ends.ts";
import { assumedNodePorts, type CalledPorts } from "./assumed-node-ports.ts";
import { becauseOf, undecidedBy } from "./because.ts";
import { EPHEMERAL_PORT } from "./believable.ts";
import { closestYes } from "./closest-yes.ts";
import { becauseLost, type CallFate, callFate } from "./connects.ts";
import { calls, type Destination, type Sender, destinationsOf, sendersOf } from "./ends.ts";
import { entrancesInstead } from "./intent-frontends.ts";
import { queryOutcome } from "./query-outcome.ts";
import { replay } from "./replay.ts";
import type { Query } from "./question.ts";
import type { Subject } from "./subject.ts";
import type { QueryAnswer, UndecidedReason } from "./types.ts";

type Word = QueryAnswer["answer"];

interface PairAnswer {
  readonly word: Word;
  readonly packet: Packet;
  readonly traces: readonly Trace[];
  readonly undecided: readonly UndecidedReason[];
}

/**
 * The answer: `yes` iff every pair of ends and every choice connects for certain; `no` iff none can;
 * `depends` iff known choices disagree; `undecided` iff something not known or not modelled decides, be it
 * whom the question means.
 * Pairs of a pod with itself are asked only when there is no other.
 */
export function answerQuery(subject: Subject, query: Query): QueryAnswer {
  const { base, first } = answerWith(subject, query);
  if (base.answer !== "no" || first === undefined) return base;
  const closest = closestYes(subject, query, first);
  return closest === undefined ? base : { ...base, closest };
}

/**
 * As `answerQuery`, without the nearest yes, for which the sets of all packets are needed. With `needsReply` a
 * datagram is of no use without its reply either.
 */
export function answerWithoutAdvice(
  subject: Subject,
  query: Query,
  needsReply = false,
): QueryAnswer {
  return answerWith(subject, query, needsReply).base;
}

/** The answer, and the header of the first packet that was asked about. */
function answerWith(
  subject: Subject,
  query: Query,
  needsReply = false,
): { readonly base: QueryAnswer; readonly first: Header | undefined } {
  const pairs = pairsOf(subject, query).map((packet) => answerPair(subject, packet, needsReply));
  const first = pairs[0]?.packet.header;
  const word = combine(pairs.map((pair) => pair.word));
  const { services } = query.to.set;
  // Where the service is reached as it is published, further entrances cannot make it less so.
  const isReached = word === "yes" && services.every(({ published }) => published.length > 0);
  const assumed = [
    ...assumedEnds(subject, [query.from.spec, query.to.spec]),
    ...assumedNodePorts(subject, calledPorts(query)),
    ...(isReached ? [] : entrancesInstead(subject, query.from.set, services)),
  ];
  const outcomes = pairs.flatMap((pair) =>
    pair.traces.map((trace) => queryOutcome(subject, trace)),
  );
  const base = {
    answer: assumed.length > 0 ? ("undecided" as const) : word,
    from: query.from.text,
    to: query.to.text,
    protocol: first?.protocol ?? query.protocol,
    // A node port is not what was asked for.
    port: query.port ?? portOf(services, first) ?? LOWEST_PORT,
    outcomes,
    because: distinct([
      ...pairs.flatMap((pair) => pair.traces.flatMap((trace) => becauseOf(trace))),
      ...outcomes.flatMap(({ lostReply }) => lostReply ?? []).map(becauseLost),
    ]),
    undecided: distinct([...assumed, ...pairs.flatMap((pair) => pair.undecided)]),
  };
  return { base, first };
}

/** The port that is asked for by its number, if one is. */
function calledPorts({ to, protocol, port }: Query): readonly CalledPorts[] {
  if (port === undefined) return [];
  const ports = [{ kind: "numbers", protocol, ports: [[port, port]], at: to.spec.at }] as const;
  return [{ to: to.set, ports }];
}

/** The port that is meant: of the one service that is called, else of the packets sent. */
function portOf(
  services: Query["to"]["set"]["services"],
  first: Header | undefined,
): number | undefined {
  const [service, other] = services;
  return other === undefined && service !== undefined ? service.port.port : first?.destinationPort;
}

/** The packets to ask about: one for each pair of distinguishable ends of a common family. */
function pairsOf(subject: Subject, query: Query): readonly Packet[] {
  const senders = sendersOf(subject, query.from.set);
  if (query.to.loopback !== undefined) return loopbackPackets(senders, query);
  const destinations = destinationsOf(subject, query.to.set, query.protocol, query.port);
  const pairs = FAMILIES.flatMap((family) =>
    senders
      .filter((sender) => sender.source.family === family)
      .flatMap((sender) =>
        destinations
          .filter((destination) => destination.address.family === family)
          .filter((destination) => calls(subject, sender, destination))
          .map((destination) => ({ sender, destination })),
      ),
  );
  const others = pairs.filter(({ sender, destination }) => !isSelf(sender, destination));
  return (others.length > 0 ? others : pairs).map(({ sender, destination }) => ({
    from: sender.process,
    header: headerOf(sender.source, destination),
  }));
}

/** Each sender calls its own loopback, once for each of the addresses. */
function loopbackPackets(senders: readonly Sender[], query: Query): readonly Packet[] {
  const { protocol, port = LOWEST_PORT } = query;
  const processes = [...new Set(senders.map((sender) => sender.process))];
  return processes.flatMap((from) =>
    (query.to.loopback ?? []).map((address) => ({
      from,
      header: headerOf(address, { address, protocol, port }),
    })),
  );
}

function isSelf(sender: Sender, destination: Destination): boolean {
  return destination.owner !== undefined && sender.endpoint === destination.owner;
}

function headerOf(source: Address, { address, protocol, port }: Destination): Header {
  return {
    family: address.family,
    protocol,
    source: source.bits,
    sourcePort: EPHEMERAL_PORT,
    destination: address.bits,
    destinationPort: port,
  };
}

function answerPair(subject: Subject, packet: Packet, needsReply: boolean): PairAnswer {
  const traces = replay(subject, "assumed", packet);
  const least = callsOf(subject.engine("least"), packet, needsReply);
  const isSame = subject.engine("most") === subject.engine("least");
  const most = isSame ? least : callsOf(subject.engine("most"), packet, needsReply);
  const certain = count(least.fates, "connects");
  const possible = count(most.fates, "connects");
  const isOpen = most.fates.includes("open");
  const word: Word =
    certain === least.fates.length
      ? "yes"
      : possible === 0 && !isOpen
        ? "no"
        : certain === possible && !isOpen
          ? "depends"
          : "undecided";
  const undecided = word === "undecided" ? undecidedBy([...least.traces, ...most.traces]) : [];
  return { word, packet, traces, undecided };
}

interface Calls {
  readonly fates: readonly CallFate[];
  /** Those of the packet, and those of the replies that decide. */
  readonly traces: readonly Trace[];
}

function callsOf(engine: Engine, packet: Packet, needsReply: boolean): Calls {
  const traces = engine.run(packet);
  const fates = traces.map((trace) => callFate(engine, trace, needsReply || undefined));
  const unanswered = traces.filter((_, index) => fates[index] !== "connects");
  const back = unanswered.flatMap((trace) => engine.replies(trace));
  return { fates, traces: [...traces, ...back] };
}

function count(fates: readonly CallFate[], fate: CallFate): number {
  return fates.filter((one) => one === fate).length;
}

function combine(words: readonly Word[]): Word {
  const has = (word: Word): boolean => words.includes(word);
  if (has("depends") || (has("yes") && has("no"))) return "depends";
  if (has("undecided") || words.length === 0) return "undecided";
  return has("no") ? "no" : "yes";
}

function distinct<T>(items: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = JSON.stringify(item);
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
}

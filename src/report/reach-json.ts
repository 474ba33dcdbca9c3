/**
 * `reach -o json`: a contract, see docs/schemas/reach.schema.json.
 */
import type {
  Because,
  IngressLeg,
  IngressPassage,
  NameAnswer,
  QueryAnswer,
  QueryOutcome,
  UndecidedReason,
} from "../check/types.ts";
import { isWritten } from "./code-frame.ts";
import {
  addressJson,
  contextJson,
  headerJson,
  type JsonObject,
  placeJson,
  SCHEMA_VERSION,
  traceJson,
} from "./json.ts";
import type { RunContext } from "./run-context.ts";

/** The report of `answer`. */
export function reachJson(answer: QueryAnswer, context: RunContext): JsonObject {
  const { from, to, protocol, port, outcomes, because, undecided, closest } = answer;
  return {
    schemaVersion: SCHEMA_VERSION,
    folder: context.folder,
    answer: answer.answer,
    from,
    to,
    protocol,
    port,
    outcomes: outcomes.map(outcomeJson),
    because: because.map(becauseJson),
    undecided: undecided.map(undecidedJson),
    name: answer.name === undefined ? undefined : nameJson(answer.name),
    passages: answer.passages?.map(passageJson),
    closest: closest === undefined ? undefined : { ...closest },
    ...contextJson(context),
  };
}

function passageJson(passage: IngressPassage): JsonObject {
  const { answer, controller, rule, endpoints, entrances, backends } = passage;
  return {
    answer,
    controller,
    rule:
      rule === undefined
        ? undefined
        : {
            ingress: rule.ingress,
            text: rule.text,
            backend: rule.backend,
            ...(isWritten(rule.origin) ? placeJson(rule.origin) : {}),
          },
    endpoints: endpoints.map(({ address, port }) => ({ address: addressJson(address), port })),
    entrances: entrances.map(legJson),
    backends: backends.map(legJson),
    because: passage.because.map(becauseJson),
    undecided: passage.undecided.map(undecidedJson),
  };
}

function legJson({ text, answer }: IngressLeg): JsonObject {
  return {
    text,
    answer: answer.answer,
    outcomes: answer.outcomes.map(outcomeJson),
    because: answer.because.map(becauseJson),
    undecided: answer.undecided.map(undecidedJson),
  };
}

function nameJson({ asked, through, addresses, dns, assumption, apart }: NameAnswer): JsonObject {
  return {
    asked: asked.map(({ name, answer }) => ({ name, answer })),
    through,
    addresses: addresses.map(addressJson),
    dns:
      dns === undefined
        ? undefined
        : {
            server: dns.server,
            answer: dns.question.answer,
            overTcp: dns.overTcp,
            assumption: dns.assumption,
            because: dns.question.because.map(becauseJson),
            undecided: dns.question.undecided.map(undecidedJson),
          },
    assumption,
    apart,
  };
}

function outcomeJson(outcome: QueryOutcome): JsonObject {
  const { verdict, receiver, address, port, sourceSeen, reply, lostReply, trace, undeclared } =
    outcome;
  return {
    verdict,
    receiver,
    address: addressJson(address),
    port,
    sourceSeen: sourceSeen === undefined ? undefined : addressJson(sourceSeen),
    reply,
    declaredListener: receiver === undefined ? undefined : !undeclared,
    sends: headerJson(trace.packet.header),
    trace: traceJson(trace),
    replyTrace: lostReply === undefined ? undefined : traceJson(lostReply.trace),
  };
}

/** A deciding line; `policy` is the object that it belongs to. */
export function becauseJson(because: Because): JsonObject {
  const { direction, effect, text, object, origins } = because;
  const [first] = origins.filter(isWritten);
  return {
    direction,
    effect,
    text,
    policy: object,
    ...(first === undefined ? {} : placeJson(first)),
  };
}

/** Why something is undecided. */
export function undecidedJson(reason: UndecidedReason): JsonObject {
  const { code, text, origins } = reason;
  const [first] = origins.filter(isWritten);
  return { code, text, ...(first === undefined ? {} : placeJson(first)) };
}

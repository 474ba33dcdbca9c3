/**
 * What breaks an expectation, as a condition on the packets of one exploration.
 */
import type { Expectation } from "../../models/kubernetes/property.ts";
import type { Network } from "../../models/network/network.ts";
import type { Exploration, Path } from "../smt/path.ts";
import type { Replier } from "../smt/replies.ts";
import { sameTerms } from "../smt/symbolic-header.ts";
import type { Explorer } from "../smt/explore.ts";
import type { Bool } from "../smt/term.ts";
import type { Address } from "../../models/base/address.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import { assert } from "../base/assert.ts";

/** One exploration and what is expected of it. */
export interface Situation {
  readonly network: Network;
  readonly explorer: Explorer;
  readonly replier: Replier;
  readonly exploration: Exploration;
  /** Who must receive; absent where nobody in particular must. */
  readonly receiver?: EndpointId;
  /** The addresses by which the sender is known. */
  readonly senderAddresses: readonly Address[];
  /** What the definition admits, for the addresses of the exploration. */
  readonly admitted: Bool;
  /** Whose source the receiver of a called service must see; absent: nothing is said. */
  readonly shown?: "client" | "node";
  /** Whether the service may drop what it is called with: of policy Local, or restricted to ranges. */
  readonly mayDrop?: boolean;
  /** Whether the installation puts the address of the sender's node in place of the sender's. */
  readonly isReplaced?: boolean;
  /** Where the called port may lead; for services only. */
  readonly endpoints?: readonly { readonly address: Address; readonly port: number }[];
}

/**
 * The packets of the exploration's domain that break `expectation`. Source and destination of the
 * exploration must be fixed; a path that the network may choose breaks it for all choices that take it.
 */
export function violation(expectation: Expectation, situation: Situation): Bool {
  const { explorer, exploration, admitted } = situation;
  const { terms } = explorer;
  const bad = (isBad: (path: Path) => Bool): Bool =>
    terms.or(...exploration.paths.map((path) => terms.and(path.condition, isBad(path))));
  const when = (condition: boolean): Bool => (condition ? terms.yes : terms.no);
  const delivered = (path: Path): boolean => deliveredRight(situation, path);
  switch (expectation) {
    case "delivered":
      return bad((path) => when(!delivered(path)));
    case "header-unchanged":
      return bad((path) => when(isDelivered(path) && !sameTerms(path.header, exploration.header)));
    case "source-is-sender":
      return bad((path) => (isDelivered(path) ? terms.not(fromSender(situation, path)) : terms.no));
    case "own-source-untranslated":
      return bad((path) =>
        isDelivered(path) && isUntranslated(situation, path) && situation.isReplaced !== true
          ? terms.not(fromSender(situation, path))
          : terms.no,
      );
    case "source-as-documented":
      return bad((path) => (isDelivered(path) ? terms.not(asShown(situation, path)) : terms.no));
    case "reply-returns":
      return bad((path) =>
        isDelivered(path) ? terms.not(situation.replier.returns(exploration, path)) : terms.no,
      );
    case "endpoints-only":
      return bad((path) => terms.not(atEndpoint(situation, path)));
    case "no-loop":
      return bad((path) => when(path.verdict.kind === "looped"));
    case "discards-explained":
      return bad((path) => when(!explained(path)));
    case "delivered-iff-admitted": {
      const arrives = terms.or(
        ...exploration.paths.filter(delivered).map((path) => path.condition),
      );
      return terms.not(terms.iff(arrives, admitted));
    }
  }
}

function isDelivered(path: Path): boolean {
  return path.verdict.kind === "delivered";
}

function deliveredRight({ network, receiver }: Situation, { verdict }: Path): boolean {
  return verdict.kind === "delivered" && network.processes.get(verdict.to)?.endpoint === receiver;
}

function fromSender({ explorer, exploration, senderAddresses }: Situation, path: Path): Bool {
  const { terms } = explorer;
  const { family } = exploration.scope;
  return terms.or(
    ...senderAddresses
      .filter((address) => address.family === family)
      .map(({ bits }) =>
        terms.eq(path.header.source, terms.literal(bits, path.header.source.width)),
      ),
  );
}

function isUntranslated({ exploration }: Situation, { header }: Path): boolean {
  return (
    header.destination === exploration.header.destination &&
    header.destinationPort === exploration.header.destinationPort
  );
}

/** Whether the receiver sees whom it should; what is led back to its sender comes from the node. */
function asShown(situation: Situation, path: Path): Bool {
  const { terms } = situation.explorer;
  const own = fromSender(situation, path);
  const { family } = situation.exploration.scope;
  const isBack = terms.or(
    ...situation.senderAddresses
      .filter((address) => address.family === family)
      .map(({ bits }) =>
        terms.eq(path.header.destination, terms.literal(bits, path.header.destination.width)),
      ),
  );
  if (situation.shown === undefined) return terms.yes;
  return situation.shown === "client" ? terms.or(own, isBack) : terms.not(own);
}

/** A discarded packet of a known reason, or one that is not discarded (S4.12, S4.14, policies). */
function explained({ verdict }: Path): boolean {
  if (verdict.kind !== "discarded") return true;
  if (verdict.reason === "unmodelled") return true;
  return verdict.because.length > 0 && verdict.because.every(({ origins }) => origins.length > 0);
}

/** Whether the path's last destination is an endpoint, or the packet was refused for want of any. */
function atEndpoint({ explorer, endpoints, mayDrop }: Situation, path: Path): Bool {
  assert(endpoints !== undefined, "endpoints are expected of services only");
  const { terms } = explorer;
  const { verdict, header } = path;
  if (verdict.kind === "discarded" && verdict.reason === "rejected") {
    return endpoints.length === 0 ? terms.yes : terms.no;
  }
  if (mayDrop === true && verdict.kind === "discarded" && verdict.reason === "filtered") {
    return terms.yes;
  }
  return terms.or(
    ...endpoints.map(({ address, port }) =>
      terms.and(
        terms.eq(header.destination, terms.literal(address.bits, header.destination.width)),
        terms.eq(header.destinationPort, terms.literal(BigInt(port), 16)),
      ),
    ),
  );
}

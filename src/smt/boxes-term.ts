/**
 * Sets of packets as conditions: what another reader of a network found, to be compared with the paths.
 */
import type { Box } from "../../models/base/box.ts";
import type { Family, Protocol } from "../../models/base/family.ts";
import type { BitSet, PortSet } from "../../models/base/interval-set.ts";
import { portBits } from "./bit-sets.ts";
import type { Terms } from "./factory.ts";
import { type SymbolicHeader, protocolBits } from "./symbolic-header.ts";
import type { Bool } from "./term.ts";

/** That a header of `family` lies in one of `boxes`; boxes of the other family hold none of them. */
export function boxesTerm(
  terms: Terms,
  boxes: readonly Box[],
  family: Family,
  header: SymbolicHeader,
): Bool {
  return terms.or(
    ...boxes
      .filter((box) => box.family === family)
      .map((box) =>
        terms.and(
          terms.within(header.source, box.sources),
          terms.within(header.destination, box.destinations),
          portsTerm(terms, box.protocol, box.ports, header),
        ),
      ),
  );
}

/** That a header has `protocol` and one of `ports` as its destination port. */
export function portsTerm(
  terms: Terms,
  protocol: Protocol,
  ports: PortSet,
  header: SymbolicHeader,
): Bool {
  return terms.and(
    terms.within(header.protocol, protocolBits([protocol])),
    terms.within(header.destinationPort, portBits(ports)),
  );
}

/** That a header's source and destination lie in the given sets; an absent set holds all addresses. */
export function endsTerm(
  terms: Terms,
  ends: { readonly sources?: BitSet; readonly destinations?: BitSet },
  header: SymbolicHeader,
): Bool {
  return terms.and(
    ends.sources === undefined ? terms.yes : terms.within(header.source, ends.sources),
    ends.destinations === undefined
      ? terms.yes
      : terms.within(header.destination, ends.destinations),
  );
}

/**
 * From values of variables back to a packet: headers, choices and the assignments that stand for them.
 */
import { LOWEST_PORT, PROTOCOLS } from "../../models/base/family.ts";
import type { Packet } from "../../models/network/network.ts";
import { type Header, PROTOCOL_NUMBER } from "../../models/network/packet.ts";
import type { Choices } from "../../models/network/trace.ts";
import { present } from "../base/assert.ts";
import { choiceVariableName } from "./choices.ts";
import { type Assignment, type Evaluation, evaluation } from "./eval-term.ts";
import type { Exploration, Path } from "./path.ts";
import { FIELDS, type SymbolicHeader, fieldVariableName, headerBits } from "./symbolic-header.ts";

/**
 * The header that `header` is under `model`. Variables that the model leaves open decide nothing: they
 * take the lowest value of the domain.
 *
 * @throws InternalError when the protocol is none of the domain: the model was of a question that did
 * not assume the domain
 */
export function decodeHeader(
  header: SymbolicHeader,
  family: Header["family"],
  model: Assignment,
): Header {
  const { bits } = evaluation(new Map([...lowest(family), ...model]));
  return headerOf(header, family, bits);
}

/** The packet that `model` shows for an exploration. @throws InternalError as `decodeHeader` does */
export function decodePacket(exploration: Exploration, model: Assignment): Packet {
  const { from, header, scope } = exploration;
  return { from, header: decodeHeader(header, scope.family, model) };
}

/** The choices of `path` with the values that `model` gives them; open ones take the first offer. */
export function decodeChoices(path: Path, model: Assignment): Choices {
  return Object.fromEntries(
    Object.keys(path.choices).map((name) => {
      const value = model.get(choiceVariableName(name));
      return [name, typeof value === "bigint" ? Number(value) : 0];
    }),
  );
}

/** The assignment that stands for `header` and `choices`: what `decodeHeader` inverts. */
export function assignmentOf(header: Header, choices: Choices): Assignment {
  const bits = headerBits(header);
  const fields = FIELDS.map(
    (field) => [fieldVariableName(field, header.family), bits[field]] as const,
  );
  const chosen = Object.entries(choices).map(
    ([name, index]) => [choiceVariableName(name), BigInt(index)] as const,
  );
  return new Map<string, bigint>([...fields, ...chosen]);
}

/** The lowest value of each field in the domain. */
function lowest(family: Header["family"]): Assignment {
  const least = {
    source: 0n,
    destination: 0n,
    protocol: BigInt(PROTOCOL_NUMBER.TCP),
    sourcePort: BigInt(LOWEST_PORT),
    destinationPort: BigInt(LOWEST_PORT),
  };
  return new Map(FIELDS.map((field) => [fieldVariableName(field, family), least[field]]));
}

function headerOf(
  header: SymbolicHeader,
  family: Header["family"],
  bits: Evaluation["bits"],
): Header {
  const number = bits(header.protocol);
  const protocol = PROTOCOLS.find((name) => BigInt(PROTOCOL_NUMBER[name]) === number);
  return {
    family,
    protocol: present(protocol, `protocol ${number} is none of the domain`),
    source: bits(header.source),
    sourcePort: Number(bits(header.sourcePort)),
    destination: bits(header.destination),
    destinationPort: Number(bits(header.destinationPort)),
  };
}

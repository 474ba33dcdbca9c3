/**
 * Packets as probes, and the comparison of a whole series with a model.
 */
import type { Packet } from "../../models/network/network.ts";
import type { SwitchId } from "../../models/network/ids.ts";
import type { Trace } from "../../models/network/trace.ts";
import { present } from "../base/assert.ts";
import { formatAddress } from "../base/ip.ts";
import { type Difference, difference } from "./compare.ts";
import { type Expected, type Oracle, expected } from "./expect.ts";
import type { Lab } from "./lab.ts";
import type { Life } from "./life.ts";
import { observed, wiringOf } from "./observe.ts";
import { type LabPlan, spaceOfEndpoint } from "./plan.ts";
import type { Probe } from "./sightings.ts";

/** A packet, and from which end it is sent. */
export interface Question {
  /** The endpoint: `pod:namespace/name`, `node:name` or `outside`. */
  readonly from: string;
  readonly packet: Packet;
}

/** What the kernel did with a packet, what was expected, and where they part. */
export interface Told {
  readonly question: Question;
  readonly kernel: Life;
  readonly allowed: readonly Expected[];
  readonly difference?: Difference;
}

/** An engine, as far as it is asked. */
export interface Model extends Oracle {
  readonly run: (packet: Packet) => readonly Trace[];
}

/** Source ports of probes: each probe of a series has its own, so that no connection is known before. */
const FIRST_PORT = 10_000;
const PORTS = 50_000;

/**
 * Sends `questions` in `lab`, in which `plan` is built, and holds what happens against `model`. Source ports
 * are the laboratory's own. `first` numbers the probes: series of one building have different numbers.
 */
export async function ask(
  lab: Lab,
  plan: LabPlan,
  model: Model,
  questions: readonly Question[],
  first = 1,
): Promise<readonly Told[]> {
  const ends = spaceOfEndpoint(plan);
  const wiring = wiringOf(plan);
  const names: ReadonlyMap<SwitchId, string> = new Map(
    [...ends].map(([end, space]) => [end, wiring.name(space)]),
  );
  const asked = questions.map((question, i) => {
    const header = {
      ...question.packet.header,
      sourcePort: FIRST_PORT + ((first + i) % PORTS),
    };
    return { from: question.from, packet: { ...question.packet, header } };
  });
  const probes = asked.map((question, i) =>
    probeOf(present(ends.get(question.from), question.from), question.packet, first + i),
  );
  const records = await lab.send(probes);
  return asked.map((question, i): Told => {
    const [probe, record] = [present(probes[i], "a probe"), present(records[i], "a record")];
    const kernel = observed(wiring, probe, record);
    const allowed = model.run(question.packet).map((trace) => expected(model, names, trace));
    const mayLeak = plan.proxy === "iptables";
    const found = difference(kernel, allowed, {
      mayLeak,
      outside: wiring.name(plan.outside.space),
    });
    const base = { question, kernel, allowed };
    return found === undefined ? base : { ...base, difference: found };
  });
}

function probeOf(space: string, { header }: Packet, number: number): Probe {
  const { family, protocol, source, destination, sourcePort, destinationPort } = header;
  return {
    in: space,
    number,
    protocol,
    source: formatAddress({ family, bits: source }),
    destination: formatAddress({ family, bits: destination }),
    sourcePort,
    destinationPort,
  };
}

/**
 * Connections as what is asked in a laboratory.
 */
import type { Connection } from "../../models/base/connection.ts";
import { type Network, sends } from "../../models/network/network.ts";
import type { Question } from "../../src/lab/ask.ts";

/** The question that `connection` asks in `network`. */
export function questionOf(network: Network, { from, ...header }: Connection): Question {
  const process = [...network.processes.values()].find(
    (one) => one.endpoint === from && sends(one, header),
  );
  if (process === undefined) throw new Error(`no process of ${from} can send this`);
  return { from, packet: { from: process.id, header } };
}

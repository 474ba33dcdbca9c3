/**
 * Which diagnostics make a row of the graph undecided: found by sending a packet of the row through the
 * networks of both bounds and reading the uncertain rules that decide it.
 */
import { LOWEST_PORT } from "../../models/base/family.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import { compareText } from "../base/diagnostic.ts";
import { EPHEMERAL_PORT } from "./believable.ts";
import { undecidedBy } from "./because.ts";
import type { Member } from "./graph-members.ts";
import { addressOf } from "./processes.ts";
import type { Subject } from "./subject.ts";
import type { GraphRow } from "./types.ts";

/** The codes that decide the first packet of each of `rows`, sorted; not empty for undecided rows. */
export function whyUndecided(
  subject: Subject,
  from: Member,
  to: Member,
  rows: readonly GraphRow[],
): readonly DiagnosticCode[] {
  const codes = new Set<DiagnosticCode>();
  for (const row of rows) {
    for (const destination of to.addresses) {
      const { family } = destination;
      const source = addressOf(from.addresses, family);
      if (source === undefined) continue;
      if (row.families !== undefined && !row.families.includes(family)) continue;
      const header = {
        family,
        protocol: row.protocol,
        source: source.bits,
        sourcePort: EPHEMERAL_PORT,
        destination: destination.bits,
        destinationPort: row.ports[0]?.[0] ?? LOWEST_PORT,
      };
      for (const bound of ["least", "most"] as const) {
        const traces = subject.engine(bound).run({ from: from.process, header });
        for (const { code } of undecidedBy(traces)) codes.add(code);
      }
    }
  }
  return [...codes].sort(compareText);
}

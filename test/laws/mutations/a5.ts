/** Mistakes that the laws of sets must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "a5-reach";
const classes = "a5-classes";
const flow = "a5-flow";

export const MUTATIONS: readonly Mutation[] = [
  {
    law,
    file: "src/reach/indexed-table.ts",
    from: "left = sets.subtract(left, taken);",
    to: "left = sets.subtract(left, packets === taken ? NO_PACKETS : taken);",
  },
  {
    law,
    file: "src/reach/port-relation.ts",
    from: "portSets.contains(row.ports, port)",
    to: "portSets.contains(row.sourcePorts, port)",
  },
  {
    law,
    file: "src/reach/fates.ts",
    from: "if (taken !== undefined && taken !== index) return;",
    to: "if (taken !== undefined && taken < index) return;",
  },
  {
    law,
    file: "src/reach/fates.ts",
    from: "if (a.port === b.port) return ALL_PACKETS;",
    to: "if (a.port === b.port && a.port === undefined) return ALL_PACKETS;",
  },
  {
    law,
    file: "src/reach/fates.ts",
    from: "packets = indexed.sets.subtract(packets, again);",
    to: "packets = indexed.sets.union(packets, again);",
  },
  {
    law,
    file: "src/reach/address-space.ts",
    from: "const next = Number(high) + 1;",
    to: "const next = Number(high) + 2;",
  },
  {
    law,
    file: "src/reach/all-pairs.ts",
    from: 'if (action.kind === "translate") walk.giveUp(run.from, run.to);',
    to: 'if (action.kind === "translate") after.push(run);',
  },
  {
    law,
    file: "src/reach/all-pairs.ts",
    from: "if (hasId(own, walk.board.ids[position] ?? 0)) walk.deliver",
    to: "if (own.length > 0) walk.deliver",
  },
  {
    law,
    file: "src/reach/all-pairs.ts",
    from: "const to = Math.min(run.to, starts[index + 1] ?? run.to);",
    to: "const to = run.to;",
  },
  {
    law: flow,
    file: "src/reach/flow.ts",
    from: "if (destination === undefined) after.push(here);",
    to: "if (destination === undefined) continue;",
  },
  {
    law: flow,
    file: "src/reach/flow.ts",
    from: "else written.add(indexed.space.idOf(destination));",
    to: "else if (before.length > 4) written.add(indexed.space.idOf(destination));",
  },
  {
    law: flow,
    file: "src/reach/flow.ts",
    from: "if (sameRanges(before, here)) continue;",
    to: "if (before.length > 0) continue;",
  },
  {
    law: flow,
    file: "src/reach/indexed-table.ts",
    from: "if (packets === ALL_PACKETS && sources === undefined && links === undefined) return parts;",
    to: "if (packets === ALL_PACKETS && sources === undefined) return parts;",
  },
  {
    law,
    file: "src/reach/address-classes.ts",
    from: 'if (destinations !== undefined && role !== "source") found.add(destinations);',
    to: 'if (destinations !== undefined && role === "source") found.add(destinations);',
  },
  {
    law: classes,
    file: "src/reach/unit-marks.ts",
    from: "const alone = strangers.has(unit.at) || context.named.has(unit.at);",
    to: "const alone = strangers.has(unit.at);",
  },
  {
    law: classes,
    file: "src/reach/unit-marks.ts",
    from: "const alone = strangers.has(unit.at) || context.named.has(unit.at);",
    to: "const alone = context.named.has(unit.at);",
  },
  {
    law: classes,
    file: "src/reach/unit-marks.ts",
    from: '(memberships.get(id) ?? []).join(",")',
    to: "(memberships.get(id) ?? []).length > 0",
  },
  {
    law: classes,
    file: "src/reach/unit-tables.ts",
    from: 'if (place === "into" && sources.own) return [];',
    to: 'if (place === "into") return [];',
  },
  {
    law: classes,
    file: "src/reach/unit-marks.ts",
    from: 'if (way.kind !== "home") texts.push(',
    to: 'if (way.kind === "unclear") texts.push(',
  },
  {
    law: classes,
    file: "src/reach/pair-classes.ts",
    from: "if (settled.has(key(p, q)) || isSelf(at(first, p), j)) return;",
    to: "if (settled.has(key(p, q))) return;",
  },
];

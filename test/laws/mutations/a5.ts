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
    from: "for (let position = from; position < to; position += 1) walk.slow.add(position);",
    to: "walk.slow.delete(from);",
  },
  {
    law,
    file: "src/reach/all-pairs.ts",
    from: "if (!hasId(stop.own, board.ids[position] ?? 0)) continue;",
    to: "if (stop.own.length === 0) continue;",
  },
  {
    law,
    file: "src/reach/all-pairs.ts",
    from: "const to = Math.min(run.to, starts[index + 1] ?? run.to);",
    to: "const to = run.to;",
  },
  {
    law,
    file: "src/reach/tails.ts",
    from: "if (source === undefined || !isPlain) return UNCLEAR;",
    to: "if (source === undefined || !isPlain) return packets;",
  },
  {
    law,
    file: "src/reach/tails.ts",
    from: "if (!shared.but.has(stop.id)) return shared.tail;",
    to: "if (shared.tail.starts.length > 0) return shared.tail;",
  },
  // Marks: not asked for; seen at the next switch; lost by the next translation.
  {
    law,
    file: "src/reach/indexed-table.ts",
    from: "rule.marked === undefined || rule.marked === marked",
    to: "rule.marked === undefined || rule.marked !== undefined",
  },
  {
    law,
    file: "src/reach/fates.ts",
    from: "{ ...progress, packets, marked: false }",
    to: "{ ...progress, packets }",
  },
  {
    law,
    file: "src/reach/fates.ts",
    from: "progress.marked || rewrite.marks === true",
    to: "rewrite.marks === true",
  },
  // A choice of links: the first alone; forgotten afterwards; not noticed by what is computed at once.
  {
    law,
    file: "src/reach/fates.ts",
    from: "eachChoice(progress, action.choice, action.vias,",
    to: "eachChoice(progress, action.choice, action.vias.slice(0, 1),",
  },
  {
    law,
    file: "src/reach/fates.ts",
    from: "leave(via, packets, choices),",
    to: "leave(via, packets, progress.choices),",
  },
  {
    law,
    file: "src/reach/tails.ts",
    from: "if (spread !== NO_PACKETS) results",
    to: "if (spread === UNCLEAR) results",
  },
  {
    law,
    file: "src/reach/board.ts",
    from: 'if (action.kind === "multipath") return false;',
    to: "",
  },
  {
    law: flow,
    file: "src/reach/flow-summary.ts",
    from: "for (const via of action.vias) remember",
    to: "for (const via of action.vias.slice(0, 1)) remember",
  },
  {
    law: flow,
    file: "src/reach/indexed-table.ts",
    from: "links === undefined && marked === undefined;",
    to: "links === undefined;",
  },
  {
    law: classes,
    file: "src/reach/unit-tables.ts",
    from: "rule.marked === true || [sources",
    to: "rule.marked !== undefined || [sources",
  },
  {
    law: classes,
    file: "src/reach/exchange-units.ts",
    from: 'return { kind: "unclear" };\n      case "forward": {',
    to: 'at = indexed.link(action.vias[0]).to; break;\n      case "forward": {',
  },
  {
    law: flow,
    file: "src/reach/flow-summary.ts",
    from: "if (addresses.includes(undefined)) passed.push(ids);",
    to: "if (addresses.length === 0) passed.push(ids);",
    numRuns: 2000,
  },
  {
    law: flow,
    file: "src/reach/flow-summary.ts",
    from: ": summary.written.filter((w) => meets(w.from, before)).map((w) => w.to);",
    to: ": [];",
  },
  {
    law: flow,
    file: "src/reach/cycles.ts",
    from: "const onward = leaving.get(indexed.link(id).to) ?? NO_IDS;",
    to: "const onward = NO_IDS;",
  },
  {
    law: flow,
    file: "src/reach/flow.ts",
    from: "const leaving = intersectRanges(here, wanted);",
    to: "const leaving = intersectRanges(before, wanted);",
  },
  {
    law: flow,
    file: "src/reach/indexed-table.ts",
    from: "links === undefined && marked === undefined;",
    to: "marked === undefined;",
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

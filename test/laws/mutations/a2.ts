/** Mistakes that the law of the engine must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "a2-engine";
const numRuns = 100;
const MATCH = "src/engine/match-header.ts";
const RULES = "src/engine/rule-index.ts";
const WALK = "src/engine/walk.ts";
const TRACKING = "src/engine/tracking.ts";

export const MUTATIONS: readonly Mutation[] = [
  // The ends of an interval.
  { law, numRuns, file: MATCH, from: "interval[0] > member", to: "interval[0] >= member" },
  { law, numRuns, file: MATCH, from: "member <= last[1]", to: "member < last[1]" },
  // Of two rules that match, a later one.
  {
    law,
    numRuns,
    file: RULES,
    from: "rest.find(header, link, marked, found)",
    to: "rest.find(header, link, marked, bound)",
  },
  // A rule is missing from the last place that its range covers.
  { law, numRuns, file: RULES, from: "place <= last", to: "place < last" },
  {
    law,
    numRuns,
    file: RULES,
    from: "(header) => header.destination,",
    to: "(header) => header.source,",
  },
  // A change of the header is no progress.
  {
    law,
    numRuns,
    file: WALK,
    from: "list.link === link && sameHeader(list.header, header)",
    to: "list.link === link",
  },
  // A choice is taken anew each time.
  { law, numRuns, file: WALK, from: "taken !== undefined && taken !== i", to: "taken === -1" },
  // Filters judge replies as well.
  { law, numRuns, file: WALK, from: "known ? [] : via.onLeave", to: "via.onLeave" },
  // The reply goes to whoever the FIB names.
  {
    law,
    numRuns,
    file: WALK,
    from: "known && walk.memory?.home",
    to: "known && walk.memory?.opener",
  },
  {
    law,
    numRuns,
    file: TRACKING,
    from: "swapEnds(stay.original)",
    to: "swapEnds(stay.translated)",
  },
  // Marks: not asked for; seen at the next switch; lost by the next translation; seen on a known reply.
  {
    law,
    numRuns,
    file: MATCH,
    from: "match.marked === undefined || match.marked === marked",
    to: "match.marked === undefined || match.marked !== undefined",
  },
  {
    law,
    numRuns,
    file: WALK,
    from: "left.marked ? { ...left, marked: false } : left",
    to: "left",
  },
  {
    law,
    numRuns: 600,
    file: WALK,
    from: "marked || rewrite.marks === true",
    to: "rewrite.marks === true",
  },
  {
    law,
    numRuns,
    file: WALK,
    from: "header: restored, hops:",
    to: "header: restored, marked: true, hops:",
  },
  // A choice of links: the first alone; forgotten afterwards.
  {
    law,
    numRuns,
    file: WALK,
    from: "eachChoice(next, action.choice, action.vias, leave)",
    to: "eachChoice(next, action.choice, action.vias.slice(0, 1), leave)",
  },
  { law, numRuns, file: WALK, from: "choices: made, marked }", to: "choices, marked }" },
  { law, numRuns, file: "src/engine/engine.ts", from: 'fate = "altered"', to: 'fate = "returned"' },
];

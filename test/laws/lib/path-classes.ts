/**
 * Law of path classes: calls of one class have the same explorations but for names. In networks where
 * many switches are alike, as they should be and with mistakes in some of them.
 */
import fc from "fast-check";
import { FAMILIES } from "../../../models/base/family.ts";
import type { Network, Process } from "../../../models/network/network.ts";
import { type Explorer, createExplorer } from "../../../src/smt/explore.ts";
import { createTerms } from "../../../src/smt/factory.ts";
import type { Exploration, Path } from "../../../src/smt/path.ts";
import { type Call, createPathClasses } from "../../../src/smt/path-classes.ts";
import { type Replier, createReplier } from "../../../src/smt/replies.ts";
import { sameTerms } from "../../../src/smt/symbolic-header.ts";
import { assertLaw } from "../../support/assert-law.ts";
import { type Mistake, mistakeArbitrary, withMistakes } from "../../support/broken-network.ts";
import { edgeNetworkArbitrary } from "../../support/edge-network.ts";
import type { LawOptions } from "../../support/mutate.ts";

/** @throws when the law has a counterexample */
export function check(options: LawOptions): void {
  const mistakes = fc.array(mistakeArbitrary, { maxLength: 6 });
  assertLaw(fc.property(edgeNetworkArbitrary(), mistakes, alike), options);
}

function alike(right: Network, mistakes: readonly Mistake[]): void {
  const network = withMistakes(right, mistakes);
  const terms = createTerms();
  const explorer = createExplorer(network, terms);
  const replier = createReplier(network, terms);
  const classes = createPathClasses(network);
  const known = new Map<string, { readonly call: Call; readonly life: string }>();
  for (const call of calls(network)) {
    const key = classes.classOf(call);
    if (key === undefined) continue;
    const life = lifeOf(network, explorer, replier, call);
    const first = known.get(key) ?? { call, life };
    known.set(key, first);
    if (first.life !== life) {
      throw new Error(
        `${first.call.from} to ${first.call.receiver}: ${first.life}\n${call.from} to ${call.receiver}: ${life}`,
      );
    }
  }
}

/** Each process to an address of each other, and some calls that expect somebody else. */
function calls(network: Network): readonly Call[] {
  const all = [...network.processes.values()];
  return FAMILIES.flatMap((family) =>
    all.flatMap((from) =>
      all.flatMap((to, i): readonly Call[] => {
        const source = lowest(from, family);
        const destination = lowest(to, family);
        if (from === to || source === undefined || destination === undefined) return [];
        const expected = i % 5 === 4 ? from : to;
        return [{ from: from.id, receiver: expected.endpoint, family, source, destination }];
      }),
    ),
  );
}

function lowest({ addresses }: Process, family: Call["family"]): bigint | undefined {
  return addresses[family][0]?.[0];
}

/** The exploration of `call` without the names in it; equal terms have one number. */
function lifeOf(network: Network, explorer: Explorer, replier: Replier, call: Call): string {
  const { family, source, destination } = call;
  const exploration = explorer.paths(call.from, {
    family,
    sources: [[source, source]],
    destinations: [[destination, destination]],
  });
  const paths = exploration.paths.map((path) =>
    [
      path.condition.id,
      ending(network, call, path),
      sameTerms(path.header, exploration.header) ? "unchanged" : "translated",
      replyOf(replier, exploration, path),
    ].join(" "),
  );
  return [exploration.domain.id, ...paths].join("; ");
}

function replyOf(replier: Replier, exploration: Exploration, path: Path): string {
  return `reply ${String(replier.returns(exploration, path).id)}`;
}

function ending(network: Network, { receiver }: Call, { verdict }: Path): string {
  switch (verdict.kind) {
    case "delivered": {
      const right = network.processes.get(verdict.to)?.endpoint === receiver;
      return right ? "delivered" : "astray";
    }
    case "discarded": {
      const explained = verdict.because.every(({ origins }) => origins.length > 0);
      return `${verdict.reason} ${explained ? "explained" : "unexplained"}`;
    }
    case "looped":
      return "looped";
  }
}

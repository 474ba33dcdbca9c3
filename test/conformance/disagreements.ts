/**
 * docs/disagreements.md as data: which cases of others are answered differently, and in which way.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "../../src/manifest/resources.ts";
import type { Difference } from "./netpol-rows.ts";
import { ROOT } from "./shared.ts";

/** The rules that decide, by the id that the heading of a section cites first. */
const FORMS = {
  "S6.21": { kind: "row", explains: isAtHost },
  "S6.16": { kind: "row", explains: isInBlock },
  "S6.2": { kind: "row", explains: isJoined },
  "S6.60": { kind: "refusal", code: "NQ1025" },
  "S3.5": { kind: "refusal", code: "NQ1021" },
  "S2.3": { kind: "refusal", code: "NQ1032" },
} as const satisfies Readonly<Record<string, Form>>;

/** How the answers of a case differ: row by row, or by a refusal with that code. */
export type Form =
  | {
      readonly kind: "row";
      readonly explains: (row: Difference, resources: readonly Resource[]) => boolean;
    }
  | { readonly kind: "refusal"; readonly code: string };

/** The form of each case that docs/disagreements.md lists for `project`. @throws for a section without form */
export function disagreements(project: string): ReadonlyMap<string, Form> {
  const text = readFileSync(join(ROOT, "docs", "disagreements.md"), "utf8");
  const listed = text.split(/^## /m).flatMap((section) => {
    const heading = section.split("\n")[0] ?? "";
    return [...section.matchAll(/^- `([^/`]+)\/([^`]+)`$/gm)]
      .filter(([, of]) => of === project)
      .map(([, , name = ""]): readonly [string, Form] => [name, formOf(heading)]);
  });
  return new Map(listed);
}

function formOf(heading: string): Form {
  const cited = /\((S\d+\.\d+)/.exec(heading)?.[1] ?? "";
  const form = Object.entries(FORMS).find(([rule]) => rule === cited)?.[1];
  if (form === undefined) throw new Error(`docs/disagreements.md: no form for "${heading}"`);
  return form;
}

/** `ns/Kind/name` of the workload that an object is or belongs to, if it makes pods. */
function workloadOf(resource: Resource): string | undefined {
  if (!("spec" in resource) && !("template" in resource)) return undefined;
  if (resource.kind === "Pod") {
    const { meta } = resource;
    const owner = meta.controller ?? { kind: "Pod", name: meta.name };
    return `${meta.namespace?.value ?? "default"}/${owner.kind}/${owner.name}`;
  }
  const { kind, meta } = resource;
  return `${meta.namespace?.value ?? "default"}/${kind}/${meta.name}`;
}

const isWider = ({ theirs, ours }: Difference): boolean =>
  ours !== "" && ours !== "undecided" && ours.length >= theirs.length;

function isAtHost(row: Difference, resources: readonly Resource[]): boolean {
  const hosts = resources.filter((r) => r.kind === "Pod" && r.spec.hostNetwork?.value === true);
  const ends = new Set(hosts.map(workloadOf));
  return isWider(row) && (ends.has(row.from) || ends.has(row.to));
}

function isInBlock(row: Difference, resources: readonly Resource[]): boolean {
  const hasBlock = resources.some(
    (r) =>
      r.kind === "NetworkPolicy" &&
      [...(r.ingress?.rules ?? []), ...(r.egress?.rules ?? [])].some(({ peers }) =>
        peers.some((peer) => peer.kind === "ipBlock"),
      ),
  );
  return isWider(row) && hasBlock && row.from.includes("/") && row.to.includes("/");
}

function isJoined(row: Difference, resources: readonly Resource[]): boolean {
  const pods = new Set(resources.filter((r) => r.kind === "Pod").map(workloadOf));
  return row.ours === "no such endpoint" || pods.has(row.from) || pods.has(row.to);
}

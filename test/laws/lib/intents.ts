/**
 * Law of intents: a claim that forbids is not proved when the documentation's definition delivers a connection
 * that it forbids. Read here from the words of the claim, by ends and addresses, without classes of addresses.
 */
import fc from "fast-check";
import {
  type Address,
  type Prefix,
  addressSets,
  prefixBits,
  prefixOf,
} from "../../../models/base/address.ts";
import type { Connection, EndpointId } from "../../../models/base/connection.ts";
import { FAMILIES, addressWidthBits } from "../../../models/base/family.ts";
import { admits } from "../../../models/kubernetes/admits.ts";
import { type Cluster, OUTSIDE, podEndpoint } from "../../../models/kubernetes/cluster.ts";
import type { Profile } from "../../../models/kubernetes/profile.ts";
import { NO_UNKNOWNS } from "../../../models/kubernetes/unknowns.ts";
import { proveIntents } from "../../../src/check/intents.ts";
import { createSubject } from "../../../src/check/subject.ts";
import type { Claim, EndpointAtom, EndpointSpec, Flow } from "../../../src/intent/ast.ts";
import { INTERNET_EXCLUDES } from "../../../src/intent/internet.ts";
import { resolveProperties } from "../../../src/intent/resolve-claim.ts";
import { type Solver, openSolver } from "../../../src/smt/solver.ts";
import { assertLawAsync } from "../../support/assert-law.ts";
import { clusterArbitrary } from "../../support/cluster-arbitrary.ts";
import { connectionNear } from "../../support/cluster-connection-near.ts";
import { profileArbitrary } from "../../support/cluster-profile-arbitrary.ts";
import type { LawOptions } from "../../support/mutate.ts";
import { SOMEWHERE } from "../../support/small-cluster.ts";

const CONNECTIONS = 120;
/** Generous: a time-out is no counterexample, but it hides one. */
const TIMEOUT_MS = 20_000;

/** @throws when the law has a counterexample */
export async function check(options: LawOptions): Promise<void> {
  const solver = openSolver();
  try {
    await assertLawAsync(
      fc.asyncProperty(cases, async (each) => notProvedWrongly(each, solver)),
      options,
    );
  } finally {
    await solver.close();
  }
}

interface Case {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly claim: ForbiddingClaim;
  readonly connections: readonly Connection[];
}

type ForbiddingClaim = Exclude<Claim, { readonly kind: "allow" }>;

const cases: fc.Arbitrary<Case> = fc
  .tuple(clusterArbitrary(), profileArbitrary())
  .chain(([generated, profile]) => {
    // What is not modelled makes an intent undecided, which says nothing here.
    const cluster = { ...generated, frontends: [] };
    return fc.record({
      cluster: fc.constant(cluster),
      profile: fc.constant(profile),
      claim: claims(cluster),
      connections: fc.array(connectionNear(cluster), {
        minLength: CONNECTIONS,
        maxLength: CONNECTIONS,
      }),
    });
  });

function claims(cluster: Cluster): fc.Arbitrary<ForbiddingClaim> {
  const end = atoms(cluster).map(specOf);
  const flow = fc
    .record({ from: end, to: end }, { requiredKeys: [] })
    .map((ends): Flow => ({ ...ends, ports: "any", at: SOMEWHERE }));
  const flows = fc.array(flow, { maxLength: 2 });
  const at = SOMEWHERE;
  return fc.oneof(
    fc
      .record({ from: end, to: end, except: flows })
      .map((parts): ForbiddingClaim => ({ kind: "deny", ...parts, ports: "any", at })),
    fc
      .record({ direction: fc.constantFrom("into", "outOf"), target: end, flows })
      .map((parts): ForbiddingClaim => ({ kind: "only", ...parts, at })),
  );
}

const specOf = (expression: EndpointAtom): EndpointSpec => ({
  expression,
  text: "an end",
  at: SOMEWHERE,
});

/** Workloads, words, and the blocks that policies name, whole or a part of them. */
function atoms(cluster: Cluster): fc.Arbitrary<EndpointAtom> {
  const blocks = cluster.policies
    .flatMap((policy) => [...policy.ingress, ...policy.egress])
    .flatMap(({ peers }) => (peers === "any" ? [] : peers))
    .flatMap((peer) => (peer.kind === "pods" ? [] : [peer.cidr, ...peer.except]));
  const words = fc.constantFrom<EndpointAtom>(
    { kind: "internet" },
    { kind: "external" },
    { kind: "cluster" },
  );
  const workloads = cluster.pods.map(
    ({ namespace, workload: { name } }): EndpointAtom => ({ kind: "workload", namespace, name }),
  );
  const parts = fc
    .tuple(
      fc.constantFrom(...(blocks.length === 0 ? cluster.podCidrs : blocks)),
      fc.nat({ max: 2 }),
    )
    .map(([block, deeper]): EndpointAtom => {
      const length = Math.min(block.length + deeper, addressWidthBits(block.family));
      return { kind: "addresses", prefixes: [prefixOf(block, length)] };
    });
  return workloads.length === 0
    ? fc.oneof(words, parts)
    : fc.oneof(words, fc.constantFrom(...workloads), parts);
}

async function notProvedWrongly(
  { cluster, profile, claim, connections }: Case,
  solver: Solver,
): Promise<void> {
  const wrong = connections.find((connection) => breaks(cluster, profile, claim, connection));
  if (wrong === undefined) return;
  const property = { id: "claim", claim, severity: "error", tags: [], at: SOMEWHERE } as const;
  const { value = [] } = resolveProperties([{ ...property, allowEmpty: true }], cluster);
  const subject = createSubject(cluster, profile, NO_UNKNOWNS);
  const [finding] = await proveIntents(subject, value, solver, TIMEOUT_MS);
  if (finding?.outcome.kind !== "proved") return;
  throw new Error(
    `proved, although ${wrong.from} at ${String(wrong.source)} gets from ${wrong.protocol} ${String(wrong.destination)}:${String(wrong.destinationPort)} where it must not`,
  );
}

interface End {
  readonly endpoint: EndpointId;
  readonly address: Address;
}

function breaks(
  cluster: Cluster,
  profile: Profile,
  claim: ForbiddingClaim,
  connection: Connection,
): boolean {
  const { family, source } = connection;
  const sender: End = { endpoint: connection.from, address: { family, bits: source } };
  return admits(cluster, profile, connection).some(({ fate, to, candidate }) => {
    if (fate !== "delivered" || to === undefined || to === sender.endpoint) return false;
    return forbids(cluster, claim, sender, { endpoint: to, address: candidate });
  });
}

function forbids(cluster: Cluster, claim: ForbiddingClaim, sender: End, receiver: End): boolean {
  const among = ({ expression }: EndpointSpec, end: End): boolean =>
    expression.kind !== "union" &&
    expression.kind !== "intersection" &&
    expression.kind !== "difference" &&
    isIn(cluster, expression, end);
  const excused = ({ from, to }: Flow): boolean =>
    (from === undefined || among(from, sender)) && (to === undefined || among(to, receiver));
  const everyone = (end: End): boolean =>
    isIn(cluster, { kind: "cluster" }, end) || isIn(cluster, { kind: "external" }, end);
  switch (claim.kind) {
    case "deny":
      return among(claim.from, sender) && among(claim.to, receiver) && !claim.except.some(excused);
    case "only": {
      const [target, other] = claim.direction === "into" ? [receiver, sender] : [sender, receiver];
      return among(claim.target, target) && everyone(other) && !claim.flows.some(excused);
    }
  }
}

function isIn(cluster: Cluster, atom: EndpointAtom, { endpoint, address }: End): boolean {
  const outside = endpoint === OUTSIDE;
  switch (atom.kind) {
    case "internet":
      return outside && !addressSets.contains(INTERNET_EXCLUDES, address);
    case "external":
      return outside;
    case "cluster":
      return cluster.pods.some((pod) => podEndpoint(pod) === endpoint && !pod.hostNetwork);
    case "workload":
      return cluster.pods.some(
        (pod) =>
          podEndpoint(pod) === endpoint &&
          pod.namespace === atom.namespace &&
          pod.workload.name === atom.name,
      );
    case "addresses":
      return atom.prefixes.some((prefix) => holds(prefix, address));
    case "namespace":
    case "labels":
    case "namespaceLabels":
    case "service":
    case "nodes":
    case "node":
      throw new Error(`no case has ${atom.kind}`);
  }
}

function holds(prefix: Prefix, { family, bits }: Address): boolean {
  return (
    FAMILIES.includes(family) &&
    prefix.family === family &&
    prefixBits(prefix).some(([low, high]) => low <= bits && bits <= high)
  );
}

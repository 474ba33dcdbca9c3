/**
 * netqed as a library: texts in, answers out. Reading files, printing and exit codes are the command
 * line's; nothing here touches the file system, the network or the clock (a solver has a thread of its own).
 *
 * The usual way: `readManifests` → `buildCluster` → `createSubject`, then `graphOf`, `answerQuery` or
 * `verify`. Look at every `diagnostics` before you trust an answer: any error means that something was
 * left out.
 */
export type { Address, AddressSet, Prefix } from "../models/base/address.ts";
export type { Family, Protocol } from "../models/base/family.ts";
export type { PortSet } from "../models/base/interval-set.ts";
export type { Origin, Provenance } from "../models/base/origin.ts";
export type { Cluster, PodId } from "../models/kubernetes/cluster.ts";
export { DEFAULT_PROFILE, type Profile } from "../models/kubernetes/profile.ts";
export type { Property } from "../models/kubernetes/property.ts";
export { NO_UNKNOWNS, type Unknowns } from "../models/kubernetes/unknowns.ts";
export type { Network, Packet } from "../models/network/network.ts";
export type { Header } from "../models/network/packet.ts";
export type { Hop, Trace, Verdict } from "../models/network/trace.ts";
export { PROPERTIES } from "../properties/index.ts";
export { type ClusterSettings, DEFAULT_CLUSTER_SETTINGS } from "./base/cluster-settings.ts";
export { type CodeEntry, DIAGNOSTIC_CODES, type DiagnosticCode } from "./base/diagnostic-codes.ts";
export type { Checked, Diagnostic, Severity } from "./base/diagnostic.ts";
export { graphOf, type GraphOptions } from "./check/graph.ts";
export { answerHost } from "./check/host-answer.ts";
export { answerNamed } from "./check/named-answer.ts";
export { answerQuery } from "./check/query.ts";
export type { Query } from "./check/question.ts";
export { createSubject, type Subject } from "./check/subject.ts";
export type {
  Because,
  Counterexample,
  Finding,
  Graph,
  GraphConnection,
  GraphEndpoint,
  GraphRow,
  NameAnswer,
  PropertyOutcome,
  QueryAnswer,
  QueryOutcome,
  UndecidedReason,
  Verification,
} from "./check/types.ts";
export { verify, type VerifyOptions } from "./check/verify.ts";
export { buildCluster } from "./cluster/build-cluster.ts";
export type { Assumption, ClusterInput } from "./cluster/cluster-input.ts";
export type { EndpointSpec, IntentFile, IntentProperty } from "./intent/ast.ts";
export { type Config, DEFAULT_CONFIG, profileOf } from "./intent/config.ts";
export { readIntentFile } from "./intent/intent-file.ts";
export { duplicateIds } from "./intent/intent-reader.ts";
export { type ResolvedHostQuery, resolveHostQuery } from "./intent/host-query.ts";
export { intentJsonSchema } from "./intent/intent-schema.ts";
export { loadConfig } from "./intent/load-config.ts";
export {
  endpointSpecOf,
  type QueryPort,
  type ResolvedQuery,
  resolveQuery,
} from "./intent/query.ts";
export { type NamedQuery, resolveNamedQuery } from "./intent/named-query.ts";
export { resolveProperties } from "./intent/resolve-claim.ts";
export type { ResolvedProperty } from "./intent/resolved.ts";
export { type LocatedDocument, readLocated } from "./manifest/located-document.ts";
export { type ManifestFile, readManifests } from "./manifest/read-manifests.ts";
export type { Manifests, Resource } from "./manifest/resources.ts";
export { openSolver, type Solver, type SolverOptions } from "./smt/solver.ts";

/**
 * Resources → a concrete cluster, with everything that was assumed on the way.
 */
import { addressSets } from "../../models/base/address.ts";
import { type Cluster, podId, type Service } from "../../models/kubernetes/cluster.ts";
import type { Footprint, Unknowns } from "../../models/kubernetes/unknowns.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import { type Checked, compareDiagnostics, compareText } from "../base/diagnostic.ts";
import { formatAddress } from "../base/ip.ts";
import type { Resource } from "../manifest/resources.ts";
import type { RoleBlocks } from "./address-blocks.ts";
import type { ClusterInput } from "./cluster-input.ts";
import {
  type MadeUpLabels,
  madeUpFootprints,
  madeUpLabels,
  madeUpServices,
  sharedNameFootprints,
} from "./doubts.ts";
import { endpointSlices } from "./endpoints.ts";
import { externalNames } from "./external-names.ts";
import { buildFrontends, type UndecidableService } from "./frontends.ts";
import { type BuiltPlane, buildIngressPlane } from "./ingress/build-plane.ts";
import { ingressFrontends } from "./ingress/ingress-frontends.ts";
import { lintIngresses } from "./ingress/lint-ingresses.ts";
import { noteEnforcement } from "./enforcement.ts";
import { installationFootprints } from "./installation-doubts.ts";
import { lintExposure } from "./lint-exposure.ts";
import { lintPolicies, type BuiltPolicy } from "./lint-policies.ts";
import { lintServices } from "./lint-services.ts";
import { lintWorkloads } from "./lint-workloads.ts";
import { buildNamespaces, type Namespaces } from "./namespaces.ts";
import { frontendTargets, type FrontendTargets } from "./frontend-targets.ts";
import { type PodIndex, podIndex } from "./pod-index.ts";
import { buildPods, type Population } from "./pods.ts";
import { buildPolicy } from "./policies.ts";
import { type Published, publishServices } from "./published.ts";
import { indexResources, type ResourceIndex } from "./resource-index.ts";
import { type BuiltService, buildServices } from "./services.ts";
import { compareNamed, type Sink } from "./sink.ts";
import { storageFacts } from "./storage.ts";
import { settleHints } from "./topology-hints.ts";
import { undecidableServices } from "./undecidable-services.ts";
import { podViews } from "./unmodelled/pod-view.ts";
import { readUnmodelled, type Unmodelled } from "./unmodelled/unmodelled.ts";

/**
 * The cluster that `resources` describe, filled in as `settings` and the documented defaults say. Equal
 * input gives equal output, in whatever order it is given. Without value only when the input has too
 * many pods or leaves no room for addresses, which an error says; with other errors the value is what
 * could be made of the rest. Diagnostics are sorted by position.
 *
 * @cost about linear in the number of pods, plus policies times the pods that they select
 */
export function buildCluster(
  resources: readonly Resource[],
  settings: ClusterSettings,
): Checked<ClusterInput> {
  const sink: Sink = { diagnostics: [], assumptions: [] };
  const value = build(indexResources(resources, sink), settings, sink);
  const diagnostics = sink.diagnostics.sort(compareDiagnostics);
  return value === undefined ? { diagnostics } : { value, diagnostics };
}

function build(
  index: ResourceIndex,
  settings: ClusterSettings,
  sink: Sink,
): ClusterInput | undefined {
  const namespaces = buildNamespaces(index, settings, sink);
  const population = buildPods(index, settings, sink);
  if (population === undefined) return undefined;
  const pods = podIndex(population.pods);
  const services = servicesOf(index, population, settings, sink);
  if (services === undefined) return undefined;
  const policies = index.policies
    .map((resource): BuiltPolicy => ({ policy: buildPolicy(resource), resource }))
    .sort((a, b) => compareNamed(a.policy, b.policy));
  const views = podViews(population, namespaces.namespaces, namespaces.unknownLabels);
  const targets = frontendTargets(
    services.map(({ service }) => service),
    population.pods,
    pods,
  );
  const unmodelled = readUnmodelled(index.unmodelled, views, targets, sink);
  const ingress = buildIngressPlane(index, population, settings.ingress, sink);
  const madeUp = madeUpLabels(population);
  const undecidable = undecidableOf(services, population, pods, unmodelled, madeUp, sink);
  const parts: Parts = {
    targets,
    namespaces,
    population,
    pods,
    services,
    policies,
    undecidable,
    unmodelled,
    ingress,
  };
  const storage = storageFacts(index.claims, population);
  const made = clusterOf(parts, settings, sink);
  const cluster: Cluster = {
    ...made.cluster,
    ...(storage === undefined ? {} : { storage }),
    externalNames: externalNames(index),
    naming: {
      clusterDomain: settings.clusterDomain.value,
      dnsService: settings.dnsService.value,
    },
  };
  const bare = cluster.policies;
  const doubtful = madeUpFootprints(bare, madeUp, pods, sink);
  const shared = sharedNameFootprints(bare, population.pods, pods, sink);
  const installed = installationFootprints(settings, bare, population, pods);
  const footprints = [...unmodelled.footprints, ...doubtful, ...shared, ...installed].sort(
    compareFootprints,
  );
  lintWorkloads(index, sink);
  lint(parts, index, cluster, new Set(doubtful.map((footprint) => footprint.object)), sink);
  const touched = new Set(footprints.flatMap((footprint) => [...footprint.pods]));
  const { unknownLabels } = namespaces;
  const about = { index, cluster, settings: settings.ingress, unknownLabels, touched };
  lintIngresses(ingress, about, sink);
  noteEnforcement(index, settings, sink);
  return {
    cluster,
    unknowns: unknownsOf(parts, footprints, made.nodePorts),
    assumptions: sink.assumptions,
  };
}

function unknownsOf(
  { population, namespaces }: Parts,
  footprints: readonly Footprint[],
  nodePorts: Unknowns["nodePorts"],
): Unknowns {
  return {
    podAddresses: population.podAddresses,
    nodeAddresses: population.nodeAddresses,
    innerAddresses: population.innerAddresses,
    placements: population.placements,
    namespaceLabels: namespaces.unknownLabels,
    footprints,
    ...(nodePorts === undefined ? {} : { nodePorts }),
  };
}

/** What a cluster is put together from. */
interface Parts {
  readonly namespaces: Namespaces;
  readonly population: Population;
  readonly pods: PodIndex;
  readonly targets: FrontendTargets;
  readonly services: readonly BuiltService[];
  readonly policies: readonly BuiltPolicy[];
  readonly undecidable: readonly UndecidableService[];
  readonly unmodelled: Unmodelled;
  readonly ingress: BuiltPlane;
}

/** Warns of what is accepted but hardly meant; not about `doubtful` policies, by their ids. */
function lint(
  parts: Parts,
  index: ResourceIndex,
  cluster: Cluster,
  doubtful: ReadonlySet<string>,
  sink: Sink,
): void {
  const { namespaces, unknownLabels } = parts.namespaces;
  const unclear = new Set(parts.undecidable.map((u) => u.service));
  lintServices(parts.services, parts.pods, unclear, sink);
  const assumedNodes = parts.population.nodeAddresses;
  // On which nodes pods are may be assumed: which pods there are is known all the same.
  const selected = parts.undecidable
    .filter((u) => u.code !== "NQ2121" || parts.unmodelled.workloads.has(u.service.namespace))
    .map((u) => u.service);
  const exposure = { index, pods: parts.pods, cluster, unclear: new Set(selected), assumedNodes };
  lintExposure(parts.services, exposure, sink);
  lintPolicies(
    parts.policies,
    {
      index: parts.pods,
      namespaces,
      unknownLabels,
      services: parts.services.map((s) => s.service),
      serviceAddresses: addressSets.ofPrefixes(cluster.serviceCidrs),
      doubtful,
    },
    sink,
  );
}

function servicesOf(
  index: ResourceIndex,
  population: Population,
  settings: ClusterSettings,
  sink: Sink,
): readonly BuiltService[] | undefined {
  const addresses = population.pods.flatMap((pod) => pod.addresses.map(formatAddress));
  const slicesOf = endpointSlices(index, new Set(addresses), sink);
  const built = buildServices(index, population, slicesOf, settings, sink);
  return built === undefined ? undefined : settleHints(built, population, sink);
}

function undecidableOf(
  services: readonly BuiltService[],
  population: Population,
  pods: PodIndex,
  unmodelled: Unmodelled,
  madeUp: MadeUpLabels,
  sink: Sink,
): readonly UndecidableService[] {
  // With one node, or with the nodes of all pods stated, it is known which endpoints are near.
  const isPlaced = population.nodes.length <= 1 || population.placements.size === 0;
  const found = [
    ...undecidableServices(services, isPlaced, unmodelled, pods, sink),
    ...madeUpServices(
      services.map((s) => s.service),
      madeUp,
      sink,
    ),
  ];
  return found.filter((u, i) => found.findIndex((v) => v.service === u.service) === i);
}

function clusterOf(
  parts: Parts,
  settings: ClusterSettings,
  sink: Sink,
): { readonly cluster: Cluster; readonly nodePorts: Published["nodePorts"] } {
  const { namespaces, population, services, policies, undecidable, unmodelled, ingress } = parts;
  const unclear = new Set(undecidable.map((u) => u.service));
  const { targets, pods } = parts;
  const clear = services.filter(({ service }) => !unclear.has(service));
  const published = publishServices(
    { services: clear, policies, population, pods, targets, settings },
    sink,
  );
  const frontends = buildFrontends(services, undecidable, population, published, targets, sink);
  const ofIngresses = ingressFrontends(ingress, services, population, targets);
  const cluster: Cluster = {
    namespaces: namespaces.namespaces,
    nodes: population.nodes,
    pods: population.pods.map((pod) => {
      const mapped = published.hostPorts.get(podId(pod));
      return mapped === undefined ? pod : { ...pod, hostPorts: mapped };
    }),
    services: services.map(({ service }) =>
      unclear.has(service) ? withoutPorts(service) : (published.services.get(service) ?? service),
    ),
    policies: policies.map((p) => p.policy),
    frontends: [...frontends, ...unmodelled.frontends, ...ofIngresses].sort(
      (a, b) => compareText(a.text, b.text) || compareText(a.protocol, b.protocol),
    ),
    ...(ingress.plane === undefined ? {} : { ingress: ingress.plane }),
    podCidrs: prefixesOf(population.blocks.pod),
    serviceCidrs: prefixesOf(population.blocks.service),
  };
  return { cluster, nodePorts: published.nodePorts };
}

/** Its ports are claimed by frontends instead: what is known of them must not decide. */
function withoutPorts(service: Service): Service {
  return { ...service, ports: [], declared: service.ports };
}

function prefixesOf(blocks: RoleBlocks): Cluster["podCidrs"] {
  return [...blocks.assignable, ...blocks.widened];
}

function compareFootprints(a: Footprint, b: Footprint): number {
  return compareText(a.object, b.object) || compareText(a.code, b.code);
}

/**
 * What a property about packets does not speak about, though a reader might think so.
 */
import type { PacketClaim } from "../../models/kubernetes/property.ts";
import { FAMILIES } from "../../models/base/family.ts";
import type { Service } from "../../models/kubernetes/cluster.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import type { Subject } from "./subject.ts";

/** One phrase for each thing that `claim` leaves out of the cluster; frontends once each, whatever their protocols. */
export function leftOut(subject: Subject, claim: PacketClaim): readonly string[] {
  const { cluster } = subject;
  const frontends = new Set(cluster.frontends.map(({ text }) => `connections to ${text}`));
  return [
    ...frontends,
    ...(claim.receivers === "service" ? publishedLeftOut(subject) : []),
    ...nodesLeftOut(subject, claim),
  ];
}

/** What the installation masquerades on its way to nodes is documented of no service (S3.32). */
function nodesLeftOut({ profile }: Subject, { expects }: PacketClaim): readonly string[] {
  if (!profile.masqueradeOutside || !profile.masqueradeToNodes) return [];
  if (expects.includes("own-source-untranslated")) {
    return [
      "what pods send to other nodes, which see the address of the pod's node (masqueradeToNodes)",
    ];
  }
  if (!expects.includes("source-as-documented")) return [];
  return [
    "services with endpoints that are nodes, which may see the pod's node (masqueradeToNodes)",
  ];
}

/** Services are called at their cluster addresses from inside, where they are published from outside. */
function publishedLeftOut({ cluster, profile }: Subject): readonly string[] {
  const published = cluster.services.filter(isPublished);
  if (published.length === 0) return [];
  const inside =
    "calls of pods and nodes to node ports, external addresses and load balancers, which can lose their replies (ask netqed reach)";
  const fallBack = published
    .filter((service) => profile.kubeProxyMode === "ipvs" && hasBareNode(cluster, service))
    .map(
      ({ namespace, name }) =>
        `calls from outside to ${namespace}/Service/${name} at nodes without an endpoint of it: the mode ipvs hands them on though the policy is Local, and loses the replies`,
    );
  return [inside, ...fallBack];
}

function isPublished({ ports, balancer, externalAddresses = [] }: Service): boolean {
  return (
    externalAddresses.length > 0 ||
    (balancer?.addresses.length ?? 0) > 0 ||
    ports.some(({ nodePort }) => nodePort !== undefined)
  );
}

/** Whether a policy Local finds nothing on some node, and something on others. */
function hasBareNode(cluster: Subject["cluster"], service: Service): boolean {
  if (service.externalTrafficPolicy !== "Local") return false;
  return FAMILIES.some((family) =>
    service.ports.some((port) => {
      const all = endpoints(cluster, service, port, family);
      const isBare = ({ name }: { readonly name: string }): boolean =>
        endpoints(cluster, service, port, family, name).length === 0;
      return all.length > 0 && cluster.nodes.some(isBare);
    }),
  );
}

/**
 * NetworkPolicies with their defaults.
 */
import type { Origin } from "../../models/base/origin.ts";
import type {
  Direction,
  NetworkPolicy,
  Peer,
  PolicyPort,
  PolicyRule,
} from "../../models/kubernetes/policy.ts";
import type {
  NetworkPolicyResource,
  PeerSpec,
  PolicyPortSpec,
  PolicyRuleSpec,
} from "../manifest/resources.ts";
import { protocolOf } from "./pod-draft.ts";
import { namespaceOf } from "./sink.ts";

/**
 * The policy that `resource` means. Without policyTypes it isolates for ingress, and for egress too if
 * it has egress rules.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec (v1.34; S6.4, S6.8)
 */
export function buildPolicy(resource: NetworkPolicyResource): NetworkPolicy {
  const isolates = isolatedDirections(resource);
  return {
    namespace: namespaceOf(resource.meta),
    name: resource.meta.name,
    podSelector: resource.podSelector,
    isolates,
    ingress: (resource.ingress?.rules ?? []).map(buildRule),
    egress: (resource.egress?.rules ?? []).map(buildRule),
    origin: resource.meta.at,
    isolationOrigin: {
      ingress: isolationOrigin(resource, "ingress"),
      egress: isolationOrigin(resource, "egress"),
    },
  };
}

const TYPE_NAMES: Readonly<Record<Direction, "Ingress" | "Egress">> = {
  ingress: "Ingress",
  egress: "Egress",
};

function isolatedDirections(resource: NetworkPolicyResource): readonly Direction[] {
  const directions: readonly Direction[] = ["ingress", "egress"];
  if (resource.policyTypes.length > 0) {
    return directions.filter((d) => resource.policyTypes.some((t) => t.value === TYPE_NAMES[d]));
  }
  return (resource.egress?.rules.length ?? 0) > 0 ? directions : ["ingress"];
}

function isolationOrigin(resource: NetworkPolicyResource, direction: Direction): Origin {
  const stated = resource.policyTypes.find((t) => t.value === TYPE_NAMES[direction]);
  return stated?.at ?? resource[direction]?.at ?? resource.specAt;
}

function buildRule(spec: PolicyRuleSpec): PolicyRule {
  return {
    peers: spec.peers.length === 0 ? "any" : spec.peers.map(buildPeer),
    ports: spec.ports.length === 0 ? "any" : spec.ports.map(buildPort),
    origin: spec.at,
  };
}

function buildPeer(spec: PeerSpec): Peer {
  switch (spec.kind) {
    case "pods":
      return {
        kind: "pods",
        ...(spec.podSelector === undefined ? {} : { podSelector: spec.podSelector }),
        ...(spec.namespaceSelector === undefined
          ? {}
          : { namespaceSelector: spec.namespaceSelector }),
        origin: spec.at,
      };
    case "ipBlock":
      return {
        kind: "ipBlock",
        cidr: spec.cidr.value,
        except: spec.except.map((e) => e.value),
        origin: spec.at,
      };
  }
}

function buildPort(spec: PolicyPortSpec): PolicyPort {
  return {
    protocol: protocolOf(spec.protocol),
    ...(spec.port === undefined ? {} : { port: spec.port.value }),
    ...(spec.endPort === undefined ? {} : { endPort: spec.endPort.value }),
    origin: spec.at,
  };
}

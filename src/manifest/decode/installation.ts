/**
 * Objects that say how the cluster was installed: no packet meets them, but the profile can be read from them.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/
 * @source https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ (ClusterConfiguration)
 * @source https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md (net-conf.json)
 * @source https://docs.cilium.io/en/stable/network/kubernetes/configuration/ (cilium-config)
 * @source https://docs.tigera.io/calico/latest/reference/resources/ippool
 */
import { field, type MapCursor } from "../cursor.ts";
import { embeddedDocuments } from "../embedded-document.ts";
import { groupOf } from "../known-kinds.ts";
import { locatedDocument } from "../located-document.ts";
import type { InstallationDocument, ObjectMeta } from "../resources.ts";

/** The keys of well-known ConfigMaps that hold documents, and what these are. */
const EMBEDDED: Readonly<
  Record<string, { readonly key: string; readonly kind: InstallationDocument["kind"] }>
> = {
  "kube-proxy": { key: "config.conf", kind: "kube-proxy" },
  "kubeadm-config": { key: "ClusterConfiguration", kind: "kubeadm" },
  "kube-flannel-cfg": { key: "net-conf.json", kind: "flannel" },
};

const GROUPS: Readonly<Record<string, InstallationDocument["kind"]>> = {
  "kubeproxy.config.k8s.io KubeProxyConfiguration": "kube-proxy",
  "kubeadm.k8s.io ClusterConfiguration": "kubeadm",
  "projectcalico.org IPPool": "calico-pool",
  "crd.projectcalico.org IPPool": "calico-pool",
};

/** What `object` says of the installation; empty when it is nothing of the kind. */
export function installationOf(
  object: MapCursor,
  { apiVersion, kind, name }: Pick<ObjectMeta, "apiVersion" | "kind" | "name">,
): readonly InstallationDocument[] {
  const { scope, node, path } = object;
  const known = `${groupOf(apiVersion)} ${kind}`;
  const own = Object.hasOwn(GROUPS, known) ? GROUPS[known] : undefined;
  if (own !== undefined) {
    return [{ kind: own, document: locatedDocument(scope.document, node, path) }];
  }
  if (apiVersion !== "v1" || kind !== "ConfigMap") return [];
  const data = field(object, "data");
  if (data?.node.kind !== "map") return [];
  const map: MapCursor = { ...data, node: data.node };
  if (name === "cilium-config") {
    return [{ kind: "cilium", document: locatedDocument(scope.document, map.node, map.path) }];
  }
  const held = Object.hasOwn(EMBEDDED, name) ? EMBEDDED[name] : undefined;
  const text = held === undefined ? undefined : field(map, held.key);
  if (held === undefined || text === undefined) return [];
  return embeddedDocuments(text).map((document) => ({ kind: held.kind, document }));
}

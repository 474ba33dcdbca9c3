/**
 * Objects that say how the cluster was installed: no packet meets them, but the profile can be read from them.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/
 * @source https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ (ClusterConfiguration)
 * @source https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md (net-conf.json)
 * @source https://docs.cilium.io/en/stable/network/kubernetes/configuration/ (cilium-config)
 * @source https://docs.tigera.io/calico/latest/reference/resources/ippool
 */
import { type Cursor, field, type MapCursor, report } from "../cursor.ts";
import { embeddedDocuments } from "../embedded-document.ts";
import { groupOf } from "../known-kinds.ts";
import { type LocatedDocument, locatedDocument } from "../located-document.ts";
import { describeNode } from "../node.ts";
import type { InstallationDocument, ObjectMeta } from "../resources.ts";

/** A ConfigMap by which a component is configured. */
interface Known {
  readonly kind: InstallationDocument["kind"];
  /** Where the component keeps it. */
  readonly namespaces: readonly string[];
  /** The key that holds a document; absent: the data are the document. */
  readonly key?: string;
}

const CONFIG_MAPS: Readonly<Record<string, Known>> = {
  "kube-proxy": { kind: "kube-proxy", namespaces: ["kube-system"], key: "config.conf" },
  "kubeadm-config": { kind: "kubeadm", namespaces: ["kube-system"], key: "ClusterConfiguration" },
  "kube-flannel-cfg": {
    kind: "flannel",
    namespaces: ["kube-flannel", "kube-system"],
    key: "net-conf.json",
  },
  "cilium-config": { kind: "cilium", namespaces: ["kube-system"] },
};

const GROUPS: Readonly<Record<string, InstallationDocument["kind"]>> = {
  "kubeproxy.config.k8s.io KubeProxyConfiguration": "kube-proxy",
  "kubeadm.k8s.io ClusterConfiguration": "kubeadm",
  "projectcalico.org IPPool": "calico-pool",
  "crd.projectcalico.org IPPool": "calico-pool",
  "projectcalico.org FelixConfiguration": "calico-felix",
  "crd.projectcalico.org FelixConfiguration": "calico-felix",
};

/** What `object` says of the installation; empty when it is nothing of the kind. */
export function installationOf(
  object: MapCursor,
  meta: ObjectMeta,
): readonly InstallationDocument[] {
  const { scope, node, path } = object;
  const { apiVersion, kind, name } = meta;
  const known = `${groupOf(apiVersion)} ${kind}`;
  const own = Object.hasOwn(GROUPS, known) ? GROUPS[known] : undefined;
  if (own !== undefined) {
    const shown = name === "" ? kind : `${kind}/${name}`;
    return [{ kind: own, object: shown, document: locatedDocument(scope.document, node, path) }];
  }
  if (apiVersion !== "v1" || kind !== "ConfigMap" || !Object.hasOwn(CONFIG_MAPS, name)) return [];
  const held = CONFIG_MAPS[name];
  return held === undefined ? [] : documentsOf(object, meta, held);
}

function documentsOf(
  object: MapCursor,
  { name, namespace }: ObjectMeta,
  held: Known,
): readonly InstallationDocument[] {
  const own = namespace?.value ?? "default";
  const shown = `${own}/ConfigMap/${name}`;
  if (!held.namespaces.includes(own)) {
    report(
      object,
      "NQ4413",
      `${shown} is called as what configures a component, which is in ${held.namespaces.join(" or ")}: it is not read`,
      { severity: "note" },
    );
    return [];
  }
  const data = field(object, "data");
  const map = data?.node.kind === "map" ? { ...data, node: data.node } : undefined;
  if (map === undefined) {
    leftOut(object, `${shown} must have data; found ${data ? describeNode(data.node) : "none"}`);
    return [];
  }
  if (held.key === undefined) {
    const document = locatedDocument(object.scope.document, map.node, map.path);
    return [{ kind: held.kind, object: shown, document }];
  }
  const documents = embeddedAt(object, field(map, held.key), `data["${held.key}"] of ${shown}`);
  return documents.map((document) => ({ kind: held.kind, object: shown, document }));
}

/** The documents in `text`, called `what`; what cannot be read is reported. */
function embeddedAt(
  object: MapCursor,
  text: Cursor | undefined,
  what: string,
): readonly LocatedDocument[] {
  if (text?.node.kind !== "scalar" || typeof text.node.value !== "string") {
    leftOut(object, `${what} must be a text; found ${text ? describeNode(text.node) : "none"}`);
    return [];
  }
  const { value: documents = [], diagnostics } = embeddedDocuments(text);
  for (const { message, at, related } of diagnostics) {
    object.scope.diagnostics.push({
      code: "NQ4413",
      severity: "warning",
      message: `in ${what}: ${message}`,
      at,
      ...(related === undefined ? {} : { related }),
      hint: LEFT_OUT,
    });
  }
  if (documents.length === 0 && diagnostics.length === 0) {
    leftOut(object, `${what} must hold a document; found none`);
  }
  return documents;
}

const LEFT_OUT = "set what it configures in the profile of netqed.yaml";

function leftOut(object: MapCursor, message: string): void {
  report(object, "NQ4413", `${message}: it is not read`, { severity: "warning", hint: LEFT_OUT });
}

/**
 * Namespace (v1).
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/ (v1.34)
 */
import { field, mapAt, type MapCursor, report } from "../cursor.ts";
import { quote } from "../node.ts";
import type { NamespaceResource, ObjectMeta } from "../resources.ts";
import { allowFields } from "./fields.ts";

const TOP_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);

/**
 * The label that every namespace carries with its own name.
 *
 * @source https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name (S2.10)
 */
const NAME_LABEL = "kubernetes.io/metadata.name";

/** The namespace that `object` is. */
export function decodeNamespace(object: MapCursor, meta: ObjectMeta): NamespaceResource {
  allowFields(object, TOP_FIELDS, "warning");
  const label = meta.labels.get(NAME_LABEL);
  if (label !== undefined && label.value !== meta.name) {
    const metadata = mapAt(object, "metadata");
    const labels = metadata && mapAt(metadata, "labels");
    const cursor = labels && field(labels, NAME_LABEL);
    const message = `this label always holds the namespace's own name: expected ${quote(meta.name)}, found ${quote(label.value)}`;
    report(cursor ?? object, "NQ1037", message);
  }
  return { kind: "Namespace", meta };
}

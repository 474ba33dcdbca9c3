/**
 * Node (v1): its pod blocks, its addresses, and what keeps pods away from it.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/ (v1.34)
 */
import type { Prefix } from "../../../models/base/address.ts";
import {
  booleanAt,
  field,
  filledAt,
  mapAt,
  type MapCursor,
  mapsAt,
  originOf,
  textsAt,
} from "../cursor.ts";
import type { Located, NodeResource, ObjectMeta } from "../resources.ts";
import { addressAt, allowFields, prefixAt } from "./fields.ts";

const TOP_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);

/** The node that `object` is. */
export function decodeNode(object: MapCursor, meta: ObjectMeta): NodeResource {
  allowFields(object, TOP_FIELDS, "warning");
  const spec = mapAt(object, "spec");
  const status = mapAt(object, "status");
  return {
    kind: "Node",
    meta,
    podCidrs: spec === undefined ? [] : decodePodCidrs(spec),
    addresses: status === undefined ? [] : decodeAddresses(status),
    unschedulable: spec !== undefined && booleanAt(spec, "unschedulable")?.value === true,
    taints: spec === undefined ? [] : decodeTaints(spec),
  };
}

function decodePodCidrs(spec: MapCursor): readonly Located<Prefix>[] {
  const blocks: Located<Prefix>[] = [];
  textsAt(spec, "podCIDRs", (cursor, text) => {
    const parsed = prefixAt(cursor, text);
    if (parsed !== undefined) blocks.push({ value: parsed.prefix, at: originOf(cursor) });
  });
  if (blocks.length > 0) return blocks;
  const single = filledAt(spec, "podCIDR");
  const cursor = field(spec, "podCIDR");
  const parsed = single && cursor && prefixAt(cursor, single.value);
  return parsed && single ? [{ value: parsed.prefix, at: single.at }] : [];
}

function decodeAddresses(status: MapCursor): NodeResource["addresses"] {
  const items = (mapsAt(status, "addresses") ?? []).map((item) => ({
    item,
    type: filledAt(item, "type")?.value ?? "",
  }));
  return ["InternalIP", "ExternalIP"].flatMap((type) =>
    items
      .filter((candidate) => candidate.type === type)
      .flatMap(({ item }) => {
        const address = addressAt(item, "address");
        return address === undefined ? [] : { ...address, type };
      }),
  );
}

function decodeTaints(spec: MapCursor): NodeResource["taints"] {
  return (mapsAt(spec, "taints") ?? []).flatMap((taint) => {
    const key = filledAt(taint, "key")?.value;
    const effect = filledAt(taint, "effect")?.value;
    return key === undefined || effect === undefined ? [] : { key, effect };
  });
}

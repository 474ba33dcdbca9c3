/**
 * Pod (v1), with the part of its status that says where it is and whether it is ready.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ (v1.34)
 */
import type { Address } from "../../../models/base/address.ts";
import { filledAt, field, mapAt, type MapCursor, mapsAt, report, writes } from "../cursor.ts";
import type { Located, ObjectMeta, PodResource, PodStatus } from "../resources.ts";
import { addressAt, allowFields, reportMissing } from "./fields.ts";
import { decodePodSpec } from "./pod-spec.ts";

const TOP_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);

/** The pod that `object` is. */
export function decodePod(object: MapCursor, meta: ObjectMeta): PodResource | undefined {
  allowFields(object, TOP_FIELDS, "warning");
  const spec = mapAt(object, "spec");
  if (field(object, "spec") === undefined) reportMissing(object, "spec");
  if (spec === undefined) return undefined;
  const podSpec = decodePodSpec(spec, true);
  const status = mapAt(object, "status");
  return {
    kind: "Pod",
    meta,
    spec: podSpec,
    ...(status === undefined ? {} : { status: decodeStatus(status) }),
  };
}

function decodeStatus(status: MapCursor): PodStatus {
  const phase = filledAt(status, "phase")?.value;
  const hostIPs = addressList(status, "hostIPs", "hostIP");
  const podIPs = addressList(status, "podIPs", "podIP");
  const families = new Set(podIPs.map((ip) => ip.value.family));
  const list = field(status, "podIPs");
  if (families.size < podIPs.length && list !== undefined) {
    report(list, "NQ1031", "expected at most one address of each family");
  }
  const ready = decodeReady(status);
  return {
    ...(phase === undefined ? {} : { phase }),
    podIPs,
    ...(hostIPs.length === 0 ? {} : { hostIPs }),
    ...(ready === undefined ? {} : { ready }),
  };
}

/** The addresses of the list `many`, or else the single address `one`. */
function addressList(status: MapCursor, many: string, one: string): readonly Located<Address>[] {
  const listed = (mapsAt(status, many) ?? []).flatMap((item) => addressAt(item, "ip") ?? []);
  if (writes(status, many) && listed.length > 0) return listed;
  const single = addressAt(status, one);
  return single === undefined ? [] : [single];
}

function decodeReady(status: MapCursor): boolean | undefined {
  for (const condition of mapsAt(status, "conditions") ?? []) {
    if (filledAt(condition, "type")?.value !== "Ready") continue;
    return filledAt(condition, "status")?.value === "True";
  }
  return undefined;
}

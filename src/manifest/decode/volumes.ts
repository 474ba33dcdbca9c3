/**
 * What containers mount, and the claims behind it. Nothing is reported: no packet depends on them.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/ (v1.34)
 * @source https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#volumes-1 (v1.34)
 */
import type { AccessMode } from "../../../models/kubernetes/storage.ts";
import { type Cursor, type MapCursor, originOf } from "../cursor.ts";
import type { ClaimResource, ObjectMeta } from "../resources.ts";
import type { ClaimTemplate, MountSpec } from "../storage-specs.ts";
import { fieldUnder, isTrueUnder, itemsUnder, textOf, textUnder } from "./quiet.ts";

/** A volume that a pod declares. */
interface Volume {
  readonly source: MountSpec["source"];
  /** `never`: nobody writes through a mount. `always`: a socket, which is used however it is mounted. */
  readonly writable: "never" | "as-mounted" | "always";
}

/**
 * Volumes that hold copies of objects: what a container writes there, if it can, no other one sees, and their
 * content comes through the API server.
 *
 * @source https://kubernetes.io/docs/concepts/storage/volumes/#types-of-volumes (v1.34)
 */
const READ_ONLY: ReadonlySet<string> = new Set([
  "configMap",
  "downwardAPI",
  "image",
  "projected",
  "secret",
]);

/** Every mount in the pod that `spec` describes but those of volumes that nobody can write to. */
export function decodeMounts(spec: MapCursor): readonly MountSpec[] {
  const volumes = new Map(
    itemsUnder(spec, "volumes").flatMap((item): readonly (readonly [string, Volume])[] => {
      const name = textUnder(item, "name");
      return name === undefined ? [] : [[name, decodeVolume(item)]];
    }),
  );
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((key) =>
    itemsUnder(spec, key).flatMap((container, index) => {
      const prefix = key === "initContainers" ? "init-container" : "container";
      const name = textUnder(container, "name") ?? `${prefix}-${String(index)}`;
      const mounts = [
        ...itemsUnder(container, "volumeMounts"),
        ...itemsUnder(container, "volumeDevices"),
      ];
      return mounts.flatMap((mount) => decodeMount(mount, name, volumes));
    }),
  );
}

function decodeMount(
  item: Cursor,
  container: string,
  volumes: ReadonlyMap<string, Volume>,
): readonly MountSpec[] {
  const name = textUnder(item, "name");
  if (name === undefined) return [];
  const { source, writable } = volumes.get(name) ?? UNDECLARED;
  if (source.kind === "other" && READ_ONLY.has(source.type)) return [];
  const known = fieldUnder(item, "subPathExpr") === undefined;
  const asMounted = writable === "as-mounted" && !isTrueUnder(item, "readOnly");
  return [
    {
      container,
      volume: name,
      source,
      ...(known ? { subPath: textUnder(item, "subPath") ?? "" } : {}),
      writable: writable === "always" || asMounted,
      origin: originOf(item),
    },
  ];
}

const UNDECLARED: Volume = { source: { kind: "undeclared" }, writable: "as-mounted" };

/** A volume of no type is an empty directory, as the API server fills it in. */
function decodeVolume(volume: Cursor): Volume {
  const { node } = volume;
  const types = node.kind === "map" ? [...node.entries.keys()].filter((key) => key !== "name") : [];
  const type = types.find((key) => fieldUnder(volume, key) !== undefined);
  const body = type === undefined ? undefined : fieldUnder(volume, type);
  if (type === undefined || body === undefined) return OWN;
  if (type === "hostPath" && textUnder(body, "type") === "Socket") {
    return { source: decodeSource(type, body), writable: "always" };
  }
  const writable = isTrueUnder(body, "readOnly") ? "never" : "as-mounted";
  return { source: decodeSource(type, body), writable };
}

const OWN: Volume = { source: { kind: "own" }, writable: "as-mounted" };

function decodeSource(type: string, body: Cursor): Volume["source"] {
  switch (type) {
    case "emptyDir":
    case "gitRepo":
      return { kind: "own" };
    case "hostPath":
      return { kind: "hostPath", path: textUnder(body, "path") ?? "" };
    case "persistentVolumeClaim": {
      const name = textUnder(body, "claimName");
      return name === undefined ? { kind: "other", type } : { kind: "claim", name };
    }
    case "nfs": {
      const [server = "", path = ""] = ["server", "path"].map((key) => textUnder(body, key));
      return { kind: "nfs", server, path };
    }
    case "ephemeral": {
      const template = fieldUnder(body, "volumeClaimTemplate");
      return { kind: "ephemeral", modes: template === undefined ? [] : modesOf(template) };
    }
    default:
      return { kind: "other", type };
  }
}

/** The claims that a StatefulSet with `spec` makes for each pod. */
export function decodeClaimTemplates(spec: MapCursor): readonly ClaimTemplate[] {
  return itemsUnder(spec, "volumeClaimTemplates").flatMap((item) => {
    const metadata = fieldUnder(item, "metadata");
    const name = metadata && textUnder(metadata, "name");
    return name === undefined ? [] : [{ name, modes: modesOf(item) }];
  });
}

/**
 * The claim that `object` is.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/ (v1.34)
 */
export function decodeClaim(object: MapCursor, meta: ObjectMeta): ClaimResource {
  return { kind: "PersistentVolumeClaim", meta, modes: modesOf(object) };
}

const MODES: readonly AccessMode[] = [
  "ReadWriteOnce",
  "ReadOnlyMany",
  "ReadWriteMany",
  "ReadWriteOncePod",
];

/** `spec.accessModes` of a claim. */
function modesOf(claim: Cursor): readonly AccessMode[] {
  const spec = fieldUnder(claim, "spec");
  const texts = spec === undefined ? [] : itemsUnder(spec, "accessModes").map(textOf);
  return MODES.filter((mode) => texts.includes(mode));
}

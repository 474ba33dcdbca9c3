/**
 * What the pods of a cluster mount, and the claims behind it.
 */
import { type PodId, podId } from "../../models/kubernetes/cluster.ts";
import type {
  Claim,
  Mount,
  PodStorage,
  StorageFacts,
  VolumeSource,
} from "../../models/kubernetes/storage.ts";
import type { ClaimResource } from "../manifest/resources.ts";
import type { MountSpec } from "../manifest/storage-specs.ts";
import { type PodDraft, plainLabels } from "./pod-draft.ts";
import type { Population } from "./pods.ts";
import { namespaceOf } from "./sink.ts";

/** The storage of `population`; undefined when nothing is mounted. Of a claim that is given twice, all modes count. */
export function storageFacts(
  claims: readonly ClaimResource[],
  { pods, draftOf }: Pick<Population, "pods" | "draftOf">,
): StorageFacts | undefined {
  const stored = new Map<PodId, PodStorage>();
  const made: Claim[] = [];
  const known = new Map<readonly MountSpec[], PodStorage>();
  for (const pod of pods) {
    const id = podId(pod);
    const draft = draftOf.get(id);
    if (draft?.spec.mounts === undefined) continue;
    const { mounts: specs } = draft.spec;
    const alike = known.get(specs);
    if (alike !== undefined) {
      stored.set(id, alike);
      continue;
    }
    const found = specs.flatMap((mount) => {
      const source = sourceOf(mount, pod, draft);
      return source === undefined ? [] : [{ mount, ...source }];
    });
    const claimed = found.flatMap(({ claim }) => claim ?? []);
    made.push(...claimed);
    const storage: PodStorage = {
      mounts: found.map(({ mount, source }): Mount => ({ ...mount, source })),
      nodeSelector: plainLabels(draft.spec.nodeSelector ?? new Map()),
    };
    // Pods of one template mount the same, unless each has claims of its own.
    if (claimed.length === 0) known.set(specs, storage);
    stored.set(id, storage);
  }
  if (stored.size === 0) return undefined;
  const given = claims.map(({ meta, modes }): Claim => {
    return { namespace: namespaceOf(meta), name: meta.name, modes };
  });
  return { pods: stored, claims: [...given, ...made] };
}

interface Source {
  readonly source: VolumeSource;
  /** The claim that is made for the pod alone. */
  readonly claim?: Claim;
}

/**
 * Where the volume of `mount` keeps its data; undefined for a volume that nobody declares. The claims that are
 * made for a pod bear the name of the pod, and others may mount them by it.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage (v1.34)
 * @source https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#persistentvolumeclaim-naming (v1.34)
 */
function sourceOf(
  mount: MountSpec,
  pod: { readonly namespace: string; readonly name: string },
  draft: PodDraft,
): Source | undefined {
  const { namespace } = pod;
  const claimed = (name: string, modes: Claim["modes"]): Source => {
    return { source: { kind: "claim", name }, claim: { namespace, name, modes } };
  };
  const template = draft.claimTemplates?.find(({ name }) => name === mount.volume);
  if (template !== undefined) return claimed(`${template.name}-${pod.name}`, template.modes);
  const { source } = mount;
  switch (source.kind) {
    case "undeclared":
      return undefined;
    case "ephemeral":
      return claimed(`${pod.name}-${mount.volume}`, source.modes);
    case "own":
    case "hostPath":
    case "claim":
    case "nfs":
    case "other":
      return { source };
  }
}

/**
 * What containers mount: facts that no packet depends on, and by which data can pass where packets cannot.
 */
import type { Origin } from "../base/origin.ts";
import type { Labels } from "./selector.ts";

/**
 * How a claim may be mounted.
 *
 * @source https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes (v1.34)
 */
export type AccessMode = "ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod";

/**
 * Where a volume keeps its data. `own`: nobody but the pod has it. `claim`: a PersistentVolumeClaim of the
 * pod's namespace. `other`: it is not known who else has it.
 */
export type VolumeSource =
  | { readonly kind: "own" }
  | { readonly kind: "hostPath"; readonly path: string }
  | { readonly kind: "claim"; readonly name: string }
  | { readonly kind: "nfs"; readonly server: string; readonly path: string }
  | { readonly kind: "other"; readonly type: string };

/** A volume in a container. */
export interface Mount {
  readonly container: string;
  /** The name of the volume in its pod. */
  readonly volume: string;
  readonly source: VolumeSource;
  /** The part of the volume that is mounted; empty: all of it. Absent: a part that is not known. */
  readonly subPath?: string;
  readonly writable: boolean;
  readonly origin: Origin;
}

/** What the containers of a pod mount, and the labels that its node must have. */
export interface PodStorage {
  readonly mounts: readonly Mount[];
  readonly nodeSelector: Labels;
}

/** A PersistentVolumeClaim. `modes` is empty where the input states none. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
  readonly modes: readonly AccessMode[];
}

/** The storage of a cluster. Pods that mount nothing are left out. */
export interface StorageFacts {
  /** By `namespace/name`. */
  readonly pods: ReadonlyMap<string, PodStorage>;
  readonly claims: readonly Claim[];
}

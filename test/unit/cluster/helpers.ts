/**
 * Building clusters in tests.
 */
import type { Pod } from "../../../models/kubernetes/cluster.ts";
import {
  type ClusterSettings,
  DEFAULT_CLUSTER_SETTINGS,
} from "../../../src/base/cluster-settings.ts";
import type { Diagnostic } from "../../../src/base/diagnostic.ts";
import { formatAddress, formatPrefix } from "../../../src/base/ip.ts";
import type { Setting } from "../../../src/base/setting.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import type { ClusterInput } from "../../../src/cluster/cluster-input.ts";
import type { Resource } from "../../../src/manifest/resources.ts";
import { block, origin } from "../../support/resource-values.ts";

/** What building gives, in forms that are easy to compare. */
export interface Built extends ClusterInput {
  readonly diagnostics: readonly Diagnostic[];
  /** `severity code` of each diagnostic, in order. */
  readonly codes: readonly string[];
  /** `namespace/name` → pod. */
  readonly pod: (id: string) => Pod;
}

/** A setting as of a file. */
export function configured<T>(value: T): Setting<T> {
  return { value, from: "config", at: origin("setting") };
}

/** Blocks as of a file. */
export function blocks(...texts: readonly string[]): ClusterSettings["podCidrs"] {
  return configured(texts.map((text) => block(text).value));
}

/** The cluster of `resources`. @throws when there is none */
export function build(
  resources: readonly Resource[],
  settings: Partial<ClusterSettings> = {},
): Built {
  const { value, diagnostics } = buildCluster(resources, {
    ...DEFAULT_CLUSTER_SETTINGS,
    ...settings,
  });
  if (value === undefined)
    throw new Error(`no cluster: ${diagnostics.map((d) => d.message).join()}`);
  return {
    ...value,
    diagnostics,
    codes: diagnostics.map((d) => `${d.severity} ${d.code}`),
    pod: (id) => {
      const found = value.cluster.pods.find((p) => `${p.namespace}/${p.name}` === id);
      if (found === undefined) throw new Error(`no pod ${id}`);
      return found;
    },
  };
}

/** `namespace/name` of the pods. */
export function podIds({ cluster }: Built): readonly string[] {
  return cluster.pods.map((p) => `${p.namespace}/${p.name}`);
}

/** The addresses of something, as text. */
export function addresses(owner: { readonly addresses: Pod["addresses"] } | undefined): string {
  return (owner?.addresses ?? []).map(formatAddress).join(" ");
}

/** Blocks as text. */
export function texts(prefixes: ClusterInput["cluster"]["podCidrs"]): string {
  return prefixes.map(formatPrefix).join(" ");
}

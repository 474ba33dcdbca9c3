/**
 * What the input itself says of the installation: read instead of assumed, unless netqed.yaml says otherwise.
 */
import type { Prefix } from "../../models/base/address.ts";
import type { Origin } from "../../models/base/origin.ts";
import { KUBE_PROXY_MODES } from "../../models/kubernetes/profile.ts";
import { compareDiagnostics, type Diagnostic } from "../base/diagnostic.ts";
import { formatPrefix } from "../base/ip.ts";
import type { Setting } from "../base/setting.ts";
import type { Resource } from "../manifest/resources.ts";
import type { Config } from "./config.ts";
import { ofMode } from "./config-kube-proxy.ts";
import { type Fact, factsOf, type FactKey, type Remark } from "./installation-facts.ts";

/** A configuration with what the input says, and a line for each value that was read. */
export interface Installation {
  readonly config: Config;
  readonly assumptions: readonly {
    readonly text: string;
    readonly from: "input";
    readonly at: Origin;
  }[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * `config` with what `resources` say of the installation in place of defaults and presets. What netqed.yaml
 * sets stays, with a warning where the input says something else; of several objects that disagree the first
 * counts, with a warning. Diagnostics are sorted by position.
 */
export function readInstallation(config: Config, resources: readonly Resource[]): Installation {
  const documents = resources.flatMap((r) => (r.kind === "ignored" ? (r.installation ?? []) : []));
  if (documents.length === 0) return { config, assumptions: [], diagnostics: [] };
  const read = documents.map(factsOf);
  const diagnostics: Diagnostic[] = read.flatMap(({ remarks }) => remarks.map(remark));
  const byKey = new Map<FactKey, Fact>();
  for (const fact of read.flatMap(({ facts }) => facts)) {
    const first = byKey.get(fact.key);
    if (first === undefined) byKey.set(fact.key, fact);
    else if (shown(first.value) !== shown(fact.value)) {
      diagnostics.push({
        code: "NQ4410",
        severity: "warning",
        message: `profile.${fact.key} must be one for the cluster; found ${shown(fact.value)} here and ${shown(first.value)} elsewhere, which counts`,
        at: fact.at,
        related: [{ message: "the other", at: first.at }],
        hint: `set profile.${fact.key} in netqed.yaml`,
      });
    }
  }
  const facts = [...byKey.values()];
  const isFree = ({ key, value, at }: Fact): boolean => {
    const own = settingOf(config, key);
    if (own.from !== "config" || isConsequence(config, key)) return true;
    if (shown(own.value) !== shown(value)) {
      diagnostics.push({
        code: "NQ4411",
        severity: "warning",
        message: `profile.${key} in netqed.yaml must say what the input says, or one of the two is out of date; the input has ${shown(value)}, and ${shown(own.value)} counts`,
        at,
        ...(own.at === undefined ? {} : { related: [{ message: "the setting", at: own.at }] }),
      });
    }
    return false;
  };
  const used = facts.filter(isFree);
  return {
    config: used.reduce(withFact, config),
    assumptions: used.map(({ key, value, at }) => ({
      text: `profile.${key} is ${shown(value)}, as the input says.`,
      from: "input",
      at,
    })),
    diagnostics: diagnostics.sort(compareDiagnostics),
  };
}

function remark({ text, at }: Remark): Diagnostic {
  return { code: "NQ4412", severity: "note", message: text, at };
}

function shown(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map((item) => (isPrefix(item) ? formatPrefix(item) : String(item))).join(", ");
  }
  return String(value);
}

function isPrefix(value: unknown): value is Prefix {
  return typeof value === "object" && value !== null && "bits" in value;
}

/** Whether a setting is in force only because netqed.yaml names a mode that has it as its default. */
function isConsequence({ profile }: Config, key: FactKey): boolean {
  if (key !== "nodePortAddresses" && key !== "localhostNodePorts") return false;
  const { at } = profile[key];
  return at !== undefined && at === profile.kubeProxyMode.at;
}

/** The setting that a fact is about. */
function settingOf({ profile, cluster }: Config, key: FactKey): Setting<unknown> {
  switch (key) {
    case "podCIDRs":
      return cluster.podCidrs;
    case "serviceCIDRs":
      return cluster.serviceCidrs;
    case "clusterDomain":
      return cluster.clusterDomain;
    case "overlay":
      return cluster.overlay;
    case "kubeProxyMode":
    case "nodePortAddresses":
    case "localhostNodePorts":
    case "masqueradeAll":
    case "masqueradeOutside":
    case "detectLocalMode":
      return profile[key];
  }
}

function withFact(config: Config, fact: Fact): Config {
  const { profile, cluster } = config;
  const from = { from: "input", at: fact.at } as const;
  switch (fact.key) {
    case "podCIDRs":
      return {
        ...config,
        cluster: { ...cluster, podCidrs: blocks(fact.value, cluster.podCidrs, from) },
      };
    case "serviceCIDRs":
      return {
        ...config,
        cluster: { ...cluster, serviceCidrs: blocks(fact.value, cluster.serviceCidrs, from) },
      };
    case "clusterDomain":
      return { ...config, cluster: { ...cluster, clusterDomain: { value: fact.value, ...from } } };
    case "overlay": {
      const overlay = { value: fact.value, ...from };
      return { ...config, profile: { ...profile, overlay }, cluster: { ...cluster, overlay } };
    }
    case "kubeProxyMode": {
      const mode = KUBE_PROXY_MODES.find((own) => own === fact.value);
      if (mode === undefined) return config;
      const own = ofMode({ value: mode, ...from });
      return {
        ...config,
        profile: {
          ...profile,
          kubeProxyMode: own.kubeProxyMode,
          undefinedServicePort: unlessSet(profile.undefinedServicePort, own.undefinedServicePort),
          nodePortAddresses: unlessSet(profile.nodePortAddresses, own.nodePortAddresses),
          localhostNodePorts: unlessSet(profile.localhostNodePorts, own.localhostNodePorts),
        },
      };
    }
    case "nodePortAddresses":
      return {
        ...config,
        profile: { ...profile, nodePortAddresses: { value: fact.value, ...from } },
      };
    case "detectLocalMode":
      return {
        ...config,
        profile: { ...profile, detectLocalMode: { value: fact.value, ...from } },
      };
    case "localhostNodePorts":
    case "masqueradeAll":
    case "masqueradeOutside":
      return { ...config, profile: { ...profile, [fact.key]: { value: fact.value, ...from } } };
  }
}

function unlessSet<T>(own: Setting<T>, other: Setting<T>): Setting<T> {
  return own.from === "config" ? own : other;
}

/** The stated blocks; of a family of which none is stated, those that are there. */
function blocks(
  stated: readonly Prefix[],
  before: Setting<readonly Prefix[]>,
  from: { readonly from: "input"; readonly at: Origin },
): Setting<readonly Prefix[]> {
  const others = before.value.filter((b) => !stated.some(({ family }) => family === b.family));
  return { value: [...stated, ...others], ...from };
}

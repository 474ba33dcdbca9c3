/**
 * What the input itself says of the installation: read instead of assumed, unless netqed.yaml says otherwise.
 */
import { type Prefix, prefixContains } from "../../models/base/address.ts";
import { KUBE_PROXY_MODES } from "../../models/kubernetes/profile.ts";
import type { InstallationDoubt } from "../base/cluster-settings.ts";
import { compareDiagnostics, type Diagnostic } from "../base/diagnostic.ts";
import { formatPrefix } from "../base/ip.ts";
import type { Setting } from "../base/setting.ts";
import type { InstallationDocument, Resource } from "../manifest/resources.ts";
import type { Config, ProfileSettings } from "./config.ts";
import { ofMode } from "./config-kube-proxy.ts";
import { factsOf } from "./installation-facts.ts";
import type { Fact, FactKey, Remark } from "./installation-reading.ts";

/** A configuration with what the input says; each value that was read has its line. */
export interface Installation {
  readonly config: Config;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * `config` with what `resources` say of the installation in place of defaults and presets. What netqed.yaml
 * sets stays, with a warning where the input says something else; of several objects that disagree the first
 * counts, with a warning. Diagnostics are sorted by position.
 */
export function readInstallation(config: Config, resources: readonly Resource[]): Installation {
  const documents = resources.flatMap((r) => (r.kind === "ignored" ? (r.installation ?? []) : []));
  if (documents.length === 0) return { config, diagnostics: [] };
  const { kubeProxyMode } = config.profile;
  const mode = kubeProxyMode.from === "config" ? kubeProxyMode.value : undefined;
  const read = factsOf(documents, mode);
  const remarks = read.remarks.map((remark) => settled(remark, config));
  const diagnostics: Diagnostic[] = remarks.map(diagnosticOf);
  const byKey = new Map<FactKey, Fact>();
  for (const fact of read.facts) {
    const first = byKey.get(fact.key);
    if (first === undefined) byKey.set(fact.key, fact);
    else if (!agree(first, fact)) {
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
    config: withDoubts(used.reduce(withFact, config), remarks, documents),
    diagnostics: diagnostics.sort(compareDiagnostics),
  };
}

/** `remark`, of less weight where netqed.yaml decides what it leaves open. */
function settled(remark: Remark, { profile }: Config): Remark {
  const { doubt, text, at, object } = remark;
  if (doubt === undefined) return remark;
  const key = (
    {
      tunnel: "overlay",
      blocks: "ipBlocks",
      policies: "networkPolicy",
      nodes: "masqueradeToNodes",
    } as const
  )[doubt];
  const { from, value } = profile[key];
  // That policies are enforced does not say that pods are isolated without any.
  if (from !== "config" || value === "enforced") return remark;
  const decided = `${text}; profile.${key} in netqed.yaml decides`;
  return { text: decided, at, object, severity: "note" };
}

function diagnosticOf({ text, consequence, at, severity, hint }: Remark): Diagnostic {
  const message = consequence === undefined ? text : `${text}, so ${consequence}`;
  return { code: "NQ4412", severity, message, at, ...(hint === undefined ? {} : { hint }) };
}

/** What is not modelled, for whoever builds the cluster. */
function withDoubts(
  config: Config,
  remarks: readonly Remark[],
  documents: readonly InstallationDocument[],
): Config {
  const doubts = remarks.flatMap(({ doubt, object, at }): readonly InstallationDoubt[] =>
    doubt === undefined ? [] : [{ kind: doubt, object, at }],
  );
  const flannel = documents.find(({ kind }) => kind === "flannel");
  const isAlone = documents.every(
    ({ kind }) => !["cilium", "calico-pool", "calico-felix"].includes(kind),
  );
  return {
    ...config,
    cluster: {
      ...config.cluster,
      ...(doubts.length === 0 ? {} : { doubts }),
      ...(flannel === undefined || !isAlone ? {} : { flannel: flannel.document.at }),
    },
  };
}

/** Whether two values say the same: blocks of pods also where those of one are within those of the other. */
function agree(a: Fact, b: Fact): boolean {
  if (shown(a.value) === shown(b.value)) return true;
  if (a.key !== "podCIDRs" || b.key !== "podCIDRs") return false;
  return within(a.value, b.value) || within(b.value, a.value);
}

function within(inner: readonly Prefix[], outer: readonly Prefix[]): boolean {
  return inner.every((i) => outer.some((o) => o.length <= i.length && prefixContains(o, i)));
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
  if (isSwitch(key)) return profile[key];
  switch (key) {
    case "podCIDRs":
      return cluster.podCidrs;
    case "serviceCIDRs":
      return cluster.serviceCidrs;
    case "clusterDomain":
      return cluster.clusterDomain;
    case "overlay":
      return cluster.overlay;
    case "ipFamilies":
      return cluster.ipFamilies;
    case "kubeProxyMode":
    case "networkPolicy":
      return profile[key];
  }
}

/** The keys of facts that are about one switch of the profile, and nothing else. */
const SWITCHES = [
  "nodePortAddresses",
  "detectLocalMode",
  "localhostNodePorts",
  "masqueradeAll",
  "masqueradeOutside",
  "masqueradeToNodes",
  "nonMasqueradeCIDRs",
  "ipBlocks",
] as const satisfies readonly (FactKey & keyof ProfileSettings)[];

type SwitchFact = Extract<Fact, { readonly key: (typeof SWITCHES)[number] }>;

function isSwitch(key: FactKey): key is (typeof SWITCHES)[number] {
  return SWITCHES.some((own) => own === key);
}

function isOfSwitch(fact: Fact): fact is SwitchFact {
  return isSwitch(fact.key);
}

function withFact(config: Config, fact: Fact): Config {
  const { profile, cluster } = config;
  const from = { from: "input", at: fact.at } as const;
  if (isOfSwitch(fact)) {
    return { ...config, profile: { ...profile, [fact.key]: { value: fact.value, ...from } } };
  }
  switch (fact.key) {
    case "podCIDRs":
      return {
        ...config,
        cluster: { ...cluster, podCidrs: { value: fact.value, ...from } },
      };
    case "serviceCIDRs":
      return {
        ...config,
        cluster: { ...cluster, serviceCidrs: { value: fact.value, ...from } },
      };
    case "clusterDomain":
      return { ...config, cluster: { ...cluster, clusterDomain: { value: fact.value, ...from } } };
    case "overlay": {
      const overlay = { value: fact.value, ...from };
      return { ...config, profile: { ...profile, overlay }, cluster: { ...cluster, overlay } };
    }
    case "ipFamilies":
      return { ...config, cluster: { ...cluster, ipFamilies: { value: fact.value, ...from } } };
    case "networkPolicy": {
      const networkPolicy = { value: fact.value, ...from };
      return {
        ...config,
        profile: { ...profile, networkPolicy },
        cluster: { ...cluster, networkPolicy },
      };
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
  }
}

function unlessSet<T>(own: Setting<T>, other: Setting<T>): Setting<T> {
  return own.from === "config" ? own : other;
}

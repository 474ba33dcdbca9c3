/**
 * The configuration in force: what `netqed.yaml` says, completed by the documented defaults. Every value
 * knows where it comes from.
 */
import { DEFAULT_PROFILE, type Profile } from "../../models/kubernetes/profile.ts";
import type { PresetName } from "../../models/kubernetes/presets.ts";
import { type ClusterSettings, DEFAULT_CLUSTER_SETTINGS } from "../base/cluster-settings.ts";
import { defaultSetting, type Setting } from "../base/setting.ts";

/** The switches of the profile, each with its source. */
export type ProfileSettings = { readonly [K in keyof Profile]: Setting<Profile[K]> };

/** The configuration in force. Paths and globs are relative to the folder of `netqed.yaml`. */
export interface Config {
  /** The network plugin whose switches are the defaults. */
  readonly preset: Setting<PresetName | "none">;
  readonly profile: ProfileSettings;
  readonly cluster: ClusterSettings;
  /** Files and folders to read when the command line names none. */
  readonly inputs: Setting<readonly string[]>;
  /** Globs of files that are left out, counted in reports. */
  readonly ignore: Setting<readonly string[]>;
  /** Intent files to check. */
  readonly intents: Setting<readonly string[]>;
}

/** The configuration without a `netqed.yaml`. */
export const DEFAULT_CONFIG: Config = {
  preset: defaultSetting("none"),
  profile: {
    networkPolicy: defaultSetting(DEFAULT_PROFILE.networkPolicy),
    hostNetworkPods: defaultSetting(DEFAULT_PROFILE.hostNetworkPods),
    ownNodeIngress: defaultSetting(DEFAULT_PROFILE.ownNodeIngress),
    ownNodeEgress: defaultSetting(DEFAULT_PROFILE.ownNodeEgress),
    hairpin: defaultSetting(DEFAULT_PROFILE.hairpin),
    ipBlocks: defaultSetting(DEFAULT_PROFILE.ipBlocks),
    endpointlessService: defaultSetting(DEFAULT_PROFILE.endpointlessService),
    kubeProxyMode: defaultSetting(DEFAULT_PROFILE.kubeProxyMode),
    undefinedServicePort: defaultSetting(DEFAULT_PROFILE.undefinedServicePort),
    nodePortAddresses: defaultSetting(DEFAULT_PROFILE.nodePortAddresses),
    localhostNodePorts: defaultSetting(DEFAULT_PROFILE.localhostNodePorts),
    overlay: defaultSetting(DEFAULT_PROFILE.overlay),
    outsideRoutesToPods: defaultSetting(DEFAULT_PROFILE.outsideRoutesToPods),
    policySeesSource: defaultSetting(DEFAULT_PROFILE.policySeesSource),
    masqueradeAll: defaultSetting(DEFAULT_PROFILE.masqueradeAll),
    detectLocalMode: defaultSetting(DEFAULT_PROFILE.detectLocalMode),
    hostPorts: defaultSetting(DEFAULT_PROFILE.hostPorts),
    masqueradeOutside: defaultSetting(DEFAULT_PROFILE.masqueradeOutside),
    masqueradeToNodes: defaultSetting(DEFAULT_PROFILE.masqueradeToNodes),
    nonMasqueradeCIDRs: defaultSetting(DEFAULT_PROFILE.nonMasqueradeCIDRs),
  },
  cluster: DEFAULT_CLUSTER_SETTINGS,
  inputs: defaultSetting([]),
  ignore: defaultSetting([]),
  intents: defaultSetting([]),
};

/** The profile that `config` chooses, without the sources. */
export function profileOf(config: Config): Profile {
  const { profile } = config;
  return {
    networkPolicy: profile.networkPolicy.value,
    hostNetworkPods: profile.hostNetworkPods.value,
    ownNodeIngress: profile.ownNodeIngress.value,
    ownNodeEgress: profile.ownNodeEgress.value,
    hairpin: profile.hairpin.value,
    ipBlocks: profile.ipBlocks.value,
    endpointlessService: profile.endpointlessService.value,
    kubeProxyMode: profile.kubeProxyMode.value,
    undefinedServicePort: profile.undefinedServicePort.value,
    nodePortAddresses: profile.nodePortAddresses.value,
    localhostNodePorts: profile.localhostNodePorts.value,
    overlay: profile.overlay.value,
    outsideRoutesToPods: profile.outsideRoutesToPods.value,
    policySeesSource: profile.policySeesSource.value,
    masqueradeAll: profile.masqueradeAll.value,
    detectLocalMode: profile.detectLocalMode.value,
    hostPorts: profile.hostPorts.value,
    masqueradeOutside: profile.masqueradeOutside.value,
    masqueradeToNodes: profile.masqueradeToNodes.value,
    nonMasqueradeCIDRs: profile.nonMasqueradeCIDRs.value,
  };
}

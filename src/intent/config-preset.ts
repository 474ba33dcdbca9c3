/**
 * The setting of netqed.yaml that names a network plugin, whose switches are the defaults then.
 */
import {
  PRESET_SWITCHES,
  PRESETS,
  type Preset,
  type PresetName,
  type PresetSwitch,
} from "../../models/kubernetes/presets.ts";
import type { Origin } from "../../models/base/origin.ts";
import { type ClusterSettings, DEFAULT_CLUSTER_SETTINGS } from "../base/cluster-settings.ts";
import type { Setting } from "../base/setting.ts";
import { DEFAULT_CONFIG, type ProfileSettings } from "./config.ts";
import { oneOf, type Reader } from "./config-reader.ts";

/** Reads the name of a plugin, or none. */
export const readPreset: Reader<PresetName | "none"> = oneOf("none", ...PRESETS);

/** The default settings of the cluster, with what `preset` says of links. */
export function presetAddressing({
  value: name,
  at,
}: Setting<PresetName | "none">): ClusterSettings {
  if (name === "none") return DEFAULT_CLUSTER_SETTINGS;
  const { dataplane, overlay }: Preset = PRESET_SWITCHES[name];
  const { dataplane: links, overlay: tunnels } = DEFAULT_CLUSTER_SETTINGS;
  return {
    ...DEFAULT_CLUSTER_SETTINGS,
    dataplane: chosen(dataplane, links, at),
    overlay: chosen(overlay, tunnels, at),
  };
}

function chosen<T>(
  own: PresetSwitch<T> | undefined,
  fallback: Setting<T>,
  at: Origin | undefined,
): Setting<T> {
  if (own === undefined) return fallback;
  return { value: own.value, from: "preset", ...(at === undefined ? {} : { at }) };
}

/** The default switches, with those of `preset` in their place. */
export function withPreset({ value: name, at }: Setting<PresetName | "none">): ProfileSettings {
  const { profile } = DEFAULT_CONFIG;
  if (name === "none") return profile;
  const preset: Preset = PRESET_SWITCHES[name];
  const setting = <T>(own: PresetSwitch<T> | undefined, fallback: Setting<T>): Setting<T> =>
    chosen(own, fallback, at);
  return {
    networkPolicy: setting(preset.networkPolicy, profile.networkPolicy),
    hostNetworkPods: setting(preset.hostNetworkPods, profile.hostNetworkPods),
    ownNodeIngress: setting(preset.ownNodeIngress, profile.ownNodeIngress),
    ownNodeEgress: setting(preset.ownNodeEgress, profile.ownNodeEgress),
    hairpin: setting(preset.hairpin, profile.hairpin),
    ipBlocks: setting(preset.ipBlocks, profile.ipBlocks),
    overlay: setting(preset.overlay, profile.overlay),
    hostPorts: setting(preset.hostPorts, profile.hostPorts),
    endpointlessService: setting(preset.endpointlessService, profile.endpointlessService),
    kubeProxyMode: setting(preset.kubeProxyMode, profile.kubeProxyMode),
    undefinedServicePort: setting(preset.undefinedServicePort, profile.undefinedServicePort),
    nodePortAddresses: setting(preset.nodePortAddresses, profile.nodePortAddresses),
    localhostNodePorts: setting(preset.localhostNodePorts, profile.localhostNodePorts),
    outsideRoutesToPods: setting(preset.outsideRoutesToPods, profile.outsideRoutesToPods),
    policySeesSource: setting(preset.policySeesSource, profile.policySeesSource),
    masqueradeAll: setting(preset.masqueradeAll, profile.masqueradeAll),
    detectLocalMode: setting(preset.detectLocalMode, profile.detectLocalMode),
    masqueradeOutside: setting(preset.masqueradeOutside, profile.masqueradeOutside),
    masqueradeToNodes: setting(preset.masqueradeToNodes, profile.masqueradeToNodes),
    nonMasqueradeCIDRs: setting(preset.nonMasqueradeCIDRs, profile.nonMasqueradeCIDRs),
  };
}

/**
 * The settings of netqed.yaml about the service proxy: its mode, and what the mode has a default of its own for.
 */
import type { Prefix } from "../../models/base/address.ts";
import {
  KUBE_PROXY_DEFAULTS,
  KUBE_PROXY_MODES,
  type KubeProxyMode,
} from "../../models/kubernetes/profile.ts";
import type { Setting } from "../base/setting.ts";
import { DEFAULT_CONFIG, type ProfileSettings } from "./config.ts";
import {
  listOf,
  nameOf,
  oneOf,
  type Place,
  placeAt,
  readAnyBlock,
  type Reader,
  settingAt,
  wrong,
} from "./config-reader.ts";

/** The settings that are read here. */
export type KubeProxySettings = Pick<
  ProfileSettings,
  "kubeProxyMode" | "undefinedServicePort" | "nodePortAddresses" | "localhostNodePorts"
>;

/** The service proxy that `profile` sets; what it leaves open is as `fallback` says, or as its mode does. */
export function readKubeProxy(
  profile: Place,
  fallback: KubeProxySettings = DEFAULT_CONFIG.profile,
): KubeProxySettings {
  const at = (key: keyof KubeProxySettings): Place => placeAt(profile, key);
  const kubeProxyMode = settingAt(
    at("kubeProxyMode"),
    oneOf(...KUBE_PROXY_MODES),
    fallback.kubeProxyMode,
  );
  const rest = kubeProxyMode === fallback.kubeProxyMode ? fallback : ofMode(kubeProxyMode);
  const settings = {
    kubeProxyMode,
    undefinedServicePort: settingAt(
      at("undefinedServicePort"),
      oneOf("dropped", "rejected"),
      rest.undefinedServicePort,
    ),
    nodePortAddresses: settingAt(
      at("nodePortAddresses"),
      readNodePortAddresses,
      rest.nodePortAddresses,
    ),
    localhostNodePorts: settingAt(
      at("localhostNodePorts"),
      oneOf(true, false),
      rest.localhostNodePorts,
    ),
  };
  checkLoopback(at("localhostNodePorts"), settings);
  return settings;
}

/** What the mode has as defaults, said by whoever says the mode. */
export function ofMode(mode: Setting<KubeProxyMode>): KubeProxySettings {
  const { undefinedServicePort, nodePortAddresses, localhostNodePorts } =
    KUBE_PROXY_DEFAULTS[mode.value];
  return {
    kubeProxyMode: mode,
    undefinedServicePort: { ...mode, value: undefinedServicePort },
    nodePortAddresses: { ...mode, value: nodePortAddresses },
    localhostNodePorts: { ...mode, value: localhostNodePorts },
  };
}

const readNodePortAddresses: Reader<"all" | "primary" | readonly Prefix[]> = (place) => {
  if (place.value === "all" || place.value === "primary") return place.value;
  if (!Array.isArray(place.value)) return wrong(place, "all, primary or a list of CIDR blocks");
  const blocks = listOf(readAnyBlock, "CIDR blocks")(place);
  return blocks?.length === 0 ? wrong(place, "all, primary or blocks", "an empty list") : blocks;
};

/** @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (localhostNodePorts: iptables only; S4.3) */
function checkLoopback(place: Place, settings: KubeProxySettings): void {
  const { kubeProxyMode, localhostNodePorts } = settings;
  const isStated = place.value === true;
  if (!isStated || !localhostNodePorts.value || kubeProxyMode.value === "iptables") return;
  place.reading.problems.push({
    code: "NQ4502",
    severity: "error",
    message: `${nameOf(place)} must be false unless kubeProxyMode is iptables; found ${kubeProxyMode.value}, which never takes node ports at loopback`,
    at: place.reading.document.positionOf(place.path),
  });
}

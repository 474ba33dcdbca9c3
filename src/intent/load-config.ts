/**
 * netqed.yaml → the configuration in force.
 *
 * ```yaml
 * version: 1
 * profile:                      # the installation; every key is optional
 *   preset: none                # or kubenet, flannel, calico, cilium, weave, kindnet: their defaults
 *   networkPolicy: enforced     # or ignored: no policy has an effect
 *   hostNetworkPods: ignored    # or undecided
 *   ownNodeIngress: allowed     # or policed
 *   ownNodeEgress: allowed      # or policed
 *   hairpin: allowed            # or policed
 *   ipBlocks: any               # or not-pods, outside: what an ipBlock can match
 *   endpointlessService: reject-first  # or policy-first
 *   kubeProxyMode: iptables     # or nftables, ipvs; it has its own defaults for the next three
 *   undefinedServicePort: dropped      # or rejected (nftables, ipvs)
 *   nodePortAddresses: all      # or primary (nftables), or a list of blocks
 *   localhostNodePorts: true    # or false (nftables, ipvs): node ports at 127.0.0.1
 *   outsideRoutesToPods: true   # or false
 *   policySeesSource: translated  # or original: whose address policy sees of what the node masquerades
 *   masqueradeAll: false        # or true
 *   detectLocalMode: ClusterCIDR  # or NodeCIDR, none: which sources the service proxy takes for pods
 *   masqueradeOutside: true     # or false: pods leave the cluster with their own addresses
 *   masqueradeToNodes: false    # or true: other nodes count as outside in that
 *   nonMasqueradeCIDRs: []      # where pods go with their own addresses
 *   podCIDRs: [10.244.0.0/16]   # blocks that are set bind, default ones make room
 *   serviceCIDRs: [10.96.0.0/12]
 *   nodeCIDRs: [172.18.0.0/16]
 *   loadBalancerCIDRs: [198.18.0.0/15]  # for load balancers of which no address is stated
 *   nodePrefixLength: 24        # or { IPv4: 24, IPv6: 64 }: the part of the pod CIDRs of each node
 *   ipFamilies: auto            # or a list such as [IPv4, IPv6], the preferred one first
 *   nodes: auto                 # or how many there are when the input has no Node
 *   clusterDomain: cluster.local         # the zone of the cluster's names
 *   dnsService: kube-system/kube-dns     # the service that pods ask for names
 * namespaces:                   # labels of namespaces that the input leaves out
 *   monitoring: { labels: { team: sre } }
 * ingress:
 *   controllers:                # who handles a class: namespace/workload
 *     nginx: ingress-nginx/ingress-nginx-controller
 *   defaultClass: nginx         # the class of Ingresses that name none
 * inputs: [deploy/]             # what to read when the command line names nothing
 * ignore: ["**\/testdata/**"]
 * intents: [intent.yaml]
 * ```
 */
import { DEFAULT_CLUSTER_SETTINGS, type NamespaceSetting } from "../base/cluster-settings.ts";
import { type Checked, compareDiagnostics } from "../base/diagnostic.ts";
import type { LocatedDocument } from "../manifest/located-document.ts";
import { type Config, DEFAULT_CONFIG, type ProfileSettings } from "./config.ts";
import { ADDRESSING_KEYS, readAddressing } from "./config-addressing.ts";
import { readKubeProxy } from "./config-kube-proxy.ts";
import { presetAddressing, readPreset, withPreset } from "./config-preset.ts";
import { NAMING_KEYS, readNaming } from "./config-naming.ts";
import { readIngress } from "./config-ingress.ts";
import {
  type ConfigReading,
  isMapOf,
  listOf,
  nameOf,
  oneOf,
  readAnyBlock,
  type Place,
  placeAt,
  readText,
  rootOf,
  settingAt,
  wrong,
} from "./config-reader.ts";
import { isMap } from "./reading.ts";

const TOP_KEYS = ["version", "profile", "namespaces", "ingress", "inputs", "ignore", "intents"];

/**
 * The configuration that `document` sets, completed by the defaults. Every unknown key and wrong value is
 * an error at its position; there is no value then, since a setting that was meant must not be missed.
 */
export function loadConfig(document: LocatedDocument): Checked<Config> {
  const reading: ConfigReading = { document, problems: [] };
  const root = rootOf(reading);
  isMapOf(root, TOP_KEYS);
  if (!isMap(root.value) && root.value === undefined) wrong(root, "a map");
  checkVersion(root);
  const profile = placeAt(root, "profile");
  isMapOf(profile, [
    "preset",
    ...Object.keys(DEFAULT_CONFIG.profile),
    ...ADDRESSING_KEYS,
    ...NAMING_KEYS,
  ]);
  const preset = settingAt(placeAt(profile, "preset"), readPreset, DEFAULT_CONFIG.preset);
  const switches = readProfile(profile, withPreset(preset));
  const paths = listOf(readText, "paths");
  const addressing = readAddressing(profile, presetAddressing(preset));
  const config: Config = {
    preset,
    profile: { ...switches, overlay: addressing.overlay },
    cluster: {
      ...addressing,
      ...readNaming(profile),
      namespaces: readNamespaces(placeAt(root, "namespaces")),
      ingress: readIngress(placeAt(root, "ingress")),
      networkPolicy: switches.networkPolicy,
    },
    inputs: settingAt(placeAt(root, "inputs"), paths, DEFAULT_CONFIG.inputs),
    ignore: settingAt(placeAt(root, "ignore"), paths, DEFAULT_CONFIG.ignore),
    intents: settingAt(placeAt(root, "intents"), paths, DEFAULT_CONFIG.intents),
  };
  const diagnostics = reading.problems.sort(compareDiagnostics);
  return diagnostics.length > 0 ? { diagnostics } : { value: config, diagnostics };
}

function checkVersion(root: Place): void {
  const place = placeAt(root, "version");
  if (place.value === 1 || !isMap(root.value)) return;
  root.reading.problems.push({
    code: "NQ4503",
    severity: "error",
    message: `version must be 1, the only one there is; found ${place.value === undefined ? "none" : JSON.stringify(place.value)}`,
    at: root.reading.document.positionOf(place.path),
    hint: "write version: 1 at the top of the file",
  });
}

/** The overlay, which also gives nodes addresses, is read with these. */
function readProfile(place: Place, profile: ProfileSettings): Omit<ProfileSettings, "overlay"> {
  const at = (key: keyof ProfileSettings): Place => placeAt(place, key);
  const own = oneOf("allowed", "policed");
  const proxy = readKubeProxy(place, profile);
  return {
    networkPolicy: settingAt(
      at("networkPolicy"),
      oneOf("enforced", "ignored"),
      profile.networkPolicy,
    ),
    hostNetworkPods: settingAt(
      at("hostNetworkPods"),
      oneOf("ignored", "undecided"),
      profile.hostNetworkPods,
    ),
    ownNodeIngress: settingAt(at("ownNodeIngress"), own, profile.ownNodeIngress),
    ownNodeEgress: settingAt(at("ownNodeEgress"), own, profile.ownNodeEgress),
    hairpin: settingAt(at("hairpin"), own, profile.hairpin),
    ipBlocks: settingAt(at("ipBlocks"), oneOf("any", "not-pods", "outside"), profile.ipBlocks),
    endpointlessService: settingAt(
      at("endpointlessService"),
      oneOf("reject-first", "policy-first"),
      profile.endpointlessService,
    ),
    ...proxy,
    outsideRoutesToPods: settingAt(
      at("outsideRoutesToPods"),
      oneOf(true, false),
      profile.outsideRoutesToPods,
    ),
    policySeesSource: settingAt(
      at("policySeesSource"),
      oneOf("translated", "original"),
      profile.policySeesSource,
    ),
    masqueradeAll: settingAt(at("masqueradeAll"), oneOf(true, false), profile.masqueradeAll),
    detectLocalMode: settingAt(
      at("detectLocalMode"),
      oneOf("ClusterCIDR", "NodeCIDR", "none"),
      profile.detectLocalMode,
    ),
    hostPorts: settingAt(at("hostPorts"), oneOf("portmap", "none"), profile.hostPorts),
    masqueradeOutside: settingAt(
      at("masqueradeOutside"),
      oneOf(true, false),
      profile.masqueradeOutside,
    ),
    masqueradeToNodes: settingAt(
      at("masqueradeToNodes"),
      oneOf(true, false),
      profile.masqueradeToNodes,
    ),
    nonMasqueradeCIDRs: settingAt(
      at("nonMasqueradeCIDRs"),
      listOf(readAnyBlock, "CIDR blocks"),
      profile.nonMasqueradeCIDRs,
    ),
  };
}

function readNamespaces(place: Place): ReadonlyMap<string, NamespaceSetting> {
  if (place.value === undefined) return DEFAULT_CLUSTER_SETTINGS.namespaces;
  if (!isMap(place.value)) {
    wrong(place, "a map from namespaces to their labels");
    return DEFAULT_CLUSTER_SETTINGS.namespaces;
  }
  return new Map(
    Object.keys(place.value).map((name) => [name, readNamespace(placeAt(place, name))]),
  );
}

function readNamespace(place: Place): NamespaceSetting {
  const { reading, path } = place;
  const at = reading.document.positionOf(path);
  const labels = isMapOf(place, ["labels"]) ? placeAt(place, "labels") : undefined;
  if (labels?.value === undefined || labels.value === null) return { labels: new Map(), at };
  if (!isMap(labels.value)) {
    wrong(labels, "a map from keys to texts");
    return { labels: new Map(), at };
  }
  const found = Object.keys(labels.value).flatMap((key): [string, string][] => {
    const label = placeAt(labels, key);
    if (typeof label.value === "string") return [[key, label.value]];
    wrong(label, `a text; write ${nameOf(label)}: "${String(label.value)}"`);
    return [];
  });
  return { labels: new Map(found), at };
}

/**
 * The settings of netqed.yaml about addresses: blocks, families, nodes.
 */
import { type Prefix, addressSets, LOOPBACK, prefixContains } from "../../models/base/address.ts";
import { addressWidthBits, FAMILIES, type Family } from "../../models/base/family.ts";
import { type ClusterSettings, DEFAULT_CLUSTER_SETTINGS } from "../base/cluster-settings.ts";
import { formatPrefix, parsePrefix } from "../base/ip.ts";
import type { Setting } from "../base/setting.ts";
import {
  isMapOf,
  listOf,
  nameOf,
  oneOf,
  type Place,
  placeAt,
  type Reader,
  settingAt,
  wholeNumber,
  wrong,
} from "./config-reader.ts";

/** The keys of `profile` that are about addresses, or give nodes some. */
export const ADDRESSING_KEYS = [
  "podCIDRs",
  "serviceCIDRs",
  "nodeCIDRs",
  "loadBalancerCIDRs",
  "nodePrefixLength",
  "ipFamilies",
  "dataplane",
  "overlay",
  "nodes",
] as const;

/** The most nodes that can be asked for. */
const NODES_MAX = 250;

/** Multicast blocks, from which nothing has its address. @source https://www.rfc-editor.org/rfc/rfc5771, https://www.rfc-editor.org/rfc/rfc4291#section-2.7 */
const MULTICAST = addressSets.ofPrefixes([
  { family: "IPv4", bits: 0xe000_0000n, length: 4 },
  { family: "IPv6", bits: 0xffn << 120n, length: 8 },
]);

/** The settings that are read here. */
type Addressing = Omit<
  ClusterSettings,
  "namespaces" | "clusterDomain" | "dnsService" | "ingress" | "networkPolicy"
>;

/** The addressing that `profile` sets, the rest as `fallback` has it. Contradictions among the blocks are reported. */
export function readAddressing(
  profile: Place,
  fallback: ClusterSettings = DEFAULT_CLUSTER_SETTINGS,
): Addressing {
  const blocks = listOf(readBlock, "CIDR blocks");
  const at = (key: (typeof ADDRESSING_KEYS)[number]): Place => placeAt(profile, key);
  const settings = {
    podCidrs: settingAt(at("podCIDRs"), blocks, fallback.podCidrs),
    serviceCidrs: settingAt(at("serviceCIDRs"), blocks, fallback.serviceCidrs),
    nodeCidrs: settingAt(at("nodeCIDRs"), blocks, fallback.nodeCidrs),
    balancerCidrs: settingAt(at("loadBalancerCIDRs"), blocks, fallback.balancerCidrs),
    nodePrefixLengths: settingAt(
      at("nodePrefixLength"),
      readPrefixLengths,
      fallback.nodePrefixLengths,
    ),
    ipFamilies: settingAt(at("ipFamilies"), readFamilies, fallback.ipFamilies),
    dataplane: settingAt(at("dataplane"), oneOf("ptp", "bridge"), fallback.dataplane),
    overlay: settingAt(at("overlay"), oneOf("none", "vxlan"), fallback.overlay),
    nodes: settingAt(at("nodes"), readNodes, fallback.nodes),
  };
  checkOverlap(at("podCIDRs"), settings.podCidrs, at("serviceCIDRs"), settings.serviceCidrs);
  checkOverlap(at("podCIDRs"), settings.podCidrs, at("nodeCIDRs"), settings.nodeCidrs);
  checkOverlap(at("serviceCIDRs"), settings.serviceCidrs, at("nodeCIDRs"), settings.nodeCidrs);
  checkLengths(at("nodePrefixLength"), settings.nodePrefixLengths, settings.podCidrs);
  checkFamilies(at("ipFamilies"), settings.ipFamilies, [
    [at("podCIDRs"), settings.podCidrs],
    [at("serviceCIDRs"), settings.serviceCidrs],
  ]);
  return settings;
}

const readBlock: Reader<Prefix> = (place) => {
  const { value } = place;
  const parsed = typeof value === "string" ? parsePrefix(value) : undefined;
  if (parsed === undefined) return wrong(place, "a CIDR block such as 10.244.0.0/16");
  const { prefix } = parsed;
  const written = String(value);
  if (parsed.hostBitsSet || parsed.irregular !== undefined) {
    return wrong(place, `the block ${formatPrefix(prefix)}, written so`, written);
  }
  const unusable = addressSets.union(LOOPBACK, MULTICAST);
  const own = addressSets.ofPrefixes([prefix]);
  if (!addressSets.isEmpty(addressSets.intersect(own, unusable))) {
    return wrong(place, "free of loopback and multicast addresses", written);
  }
  return prefix;
};

const readFamilies: Reader<readonly Family[] | "auto"> = (place) => {
  if (place.value === "auto") return "auto";
  if (!Array.isArray(place.value)) return wrong(place, "auto, or a list of IPv4 and IPv6");
  const families = listOf(
    (item) => FAMILIES.find((f) => f === item.value) ?? wrong(item, "IPv4 or IPv6"),
    "address families",
  )(place);
  if (families === undefined) return undefined;
  if (families.length === 0 || new Set(families).size < families.length) {
    return wrong(place, "a list that names one or both families once", families.join(", "));
  }
  return families;
};

const readNodes: Reader<number | "auto"> = (place) =>
  place.value === "auto" ? "auto" : wholeNumber(1, NODES_MAX)(place);

/** One number is the length for IPv4; a map names the families. */
const readPrefixLengths: Reader<Readonly<Record<Family, number>>> = (place) => {
  const lengths = DEFAULT_CLUSTER_SETTINGS.nodePrefixLengths.value;
  if (typeof place.value === "number") {
    const length = wholeNumber(8, 30)(place);
    return length === undefined ? undefined : { ...lengths, IPv4: length };
  }
  if (!isMapOf(place, FAMILIES)) return undefined;
  const lengthOf = (family: Family): number | undefined => {
    const own = placeAt(place, family);
    if (own.value === undefined) return lengths[family];
    return wholeNumber(8, addressWidthBits(family) - 2)(own);
  };
  const [v4, v6] = [lengthOf("IPv4"), lengthOf("IPv6")];
  return v4 === undefined || v6 === undefined ? undefined : { IPv4: v4, IPv6: v6 };
};

function conflict(place: Place, message: string, other?: Place): void {
  const { reading, path } = place;
  reading.problems.push({
    code: "NQ4502",
    severity: "error",
    message,
    at: reading.document.positionOf(path),
    ...(other === undefined
      ? {}
      : {
          related: [{ message: nameOf(other), at: reading.document.positionOf(other.path) }],
        }),
  });
}

function checkOverlap(
  first: Place,
  a: Setting<readonly Prefix[]>,
  second: Place,
  b: Setting<readonly Prefix[]>,
): void {
  // Default blocks give way to those that are set.
  if (a.from !== "config" || b.from !== "config") return;
  for (const x of a.value) {
    for (const y of b.value) {
      if (!prefixContains(x, y) && !prefixContains(y, x)) continue;
      const message = `${nameOf(second)} and ${nameOf(first)} must not share addresses; found ${formatPrefix(y)} and ${formatPrefix(x)}`;
      conflict(second, message, first);
    }
  }
}

function checkLengths(
  place: Place,
  lengths: Setting<Readonly<Record<Family, number>>>,
  pods: Setting<readonly Prefix[]>,
): void {
  if (lengths.from !== "config") return;
  const short = pods.value.find((block) => lengths.value[block.family] < block.length);
  if (short === undefined) return;
  const length = String(lengths.value[short.family]);
  conflict(
    place,
    `${nameOf(place)} must be at least as long as the pod CIDRs that it divides (${formatPrefix(short)}); found ${length}`,
  );
}

function checkFamilies(
  place: Place,
  families: Setting<readonly Family[] | "auto">,
  blocks: readonly (readonly [Place, Setting<readonly Prefix[]>])[],
): void {
  if (families.value === "auto") return;
  for (const [own, setting] of blocks) {
    if (setting.from !== "config") continue;
    const lacking = families.value.find((f) => !setting.value.some((b) => b.family === f));
    if (lacking === undefined) continue;
    conflict(
      own,
      `${nameOf(own)} must have a block of each family that is set; found none of ${lacking}`,
      place,
    );
  }
}

/**
 * The configuration in force as rows, for showing.
 */
import type { Prefix } from "../../models/base/address.ts";
import type { Origin } from "../../models/base/origin.ts";
import { formatPrefix } from "../base/ip.ts";
import type { Setting, SettingSource } from "../base/setting.ts";
import type { Config } from "./config.ts";

/** One setting: its path in netqed.yaml, its value as plain JSON data, and who chose it. */
export interface ConfigRow {
  readonly key: string;
  readonly value: ConfigValue;
  readonly from: SettingSource;
  /** The line that sets it; absent for a default. */
  readonly at?: Origin;
}

/** Plain JSON data. */
type ConfigValue =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string | number>>;

/** Every setting of `config` in the order of the documentation; namespaces and ingress controllers last, by name. */
export function configRows(config: Config): readonly ConfigRow[] {
  const { profile, cluster } = config;
  return [
    row("profile.preset", config.preset, config.preset.value),
    ...Object.entries(profile).map(([key, setting]) =>
      row(`profile.${key}`, setting, plain(setting.value)),
    ),
    row("profile.dataplane", cluster.dataplane, cluster.dataplane.value),
    row("profile.podCIDRs", cluster.podCidrs, cluster.podCidrs.value.map(formatPrefix)),
    row("profile.serviceCIDRs", cluster.serviceCidrs, cluster.serviceCidrs.value.map(formatPrefix)),
    row("profile.nodeCIDRs", cluster.nodeCidrs, cluster.nodeCidrs.value.map(formatPrefix)),
    row(
      "profile.loadBalancerCIDRs",
      cluster.balancerCidrs,
      cluster.balancerCidrs.value.map(formatPrefix),
    ),
    row("profile.nodePrefixLength", cluster.nodePrefixLengths, {
      ...cluster.nodePrefixLengths.value,
    }),
    row("profile.ipFamilies", cluster.ipFamilies, cluster.ipFamilies.value),
    row("profile.nodes", cluster.nodes, cluster.nodes.value),
    row("profile.clusterDomain", cluster.clusterDomain, cluster.clusterDomain.value),
    row("profile.dnsService", cluster.dnsService, serviceText(cluster.dnsService.value)),
    row("inputs", config.inputs, config.inputs.value),
    row("ignore", config.ignore, config.ignore.value),
    row("intents", config.intents, config.intents.value),
    ...[...cluster.namespaces]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([name, { labels, at }]): ConfigRow => ({
          key: `namespaces.${name}.labels`,
          value: Object.fromEntries([...labels].sort(([a], [b]) => (a < b ? -1 : 1))),
          from: "config",
          at,
        }),
      ),
    ...[...cluster.ingress.controllers]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([name, { namespace, name: workload, at }]): ConfigRow => ({
          key: `ingress.controllers.${name}`,
          value: `${namespace}/${workload}`,
          from: "config",
          at,
        }),
      ),
    ...(cluster.ingress.defaultClass === undefined
      ? []
      : [
          row(
            "ingress.defaultClass",
            cluster.ingress.defaultClass,
            cluster.ingress.defaultClass.value,
          ),
        ]),
  ];
}

function serviceText(service: { readonly namespace: string; readonly name: string }): string {
  return `${service.namespace}/${service.name}`;
}

function plain(value: string | boolean | readonly Prefix[]): ConfigValue {
  return typeof value === "object" ? value.map(formatPrefix) : value;
}

function row(key: string, setting: Setting<unknown>, value: ConfigValue): ConfigRow {
  const { from, at } = setting;
  return { key, value, from, ...(at === undefined ? {} : { at }) };
}

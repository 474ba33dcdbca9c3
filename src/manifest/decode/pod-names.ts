/**
 * What the spec of a pod says about names.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ (v1.34; S5.5, S5.13, S5.14)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (validateDNSPolicy, validatePodDNSConfig)
 */
import {
  DEFAULT_POD_NAMES,
  type DnsConfig,
  type DnsPolicy,
  type PodNames,
} from "../../../models/kubernetes/name-facts.ts";
import {
  booleanAt,
  field,
  filledAt,
  mapAt,
  type MapCursor,
  mapsAt,
  report,
  textAt,
  textsAt,
} from "../cursor.ts";
import { addressAt, addressOf, allowFields, oneOf } from "./fields.ts";

const POLICIES: readonly DnsPolicy[] = [
  "ClusterFirst",
  "ClusterFirstWithHostNet",
  "Default",
  "None",
];
const CONFIG_FIELDS = new Set(["nameservers", "options", "searches"]);
const KEYS = [
  "hostname",
  "subdomain",
  "dnsPolicy",
  "dnsConfig",
  "enableServiceLinks",
  "hostAliases",
];

/** What `spec` says about names; undefined when nothing. */
export function decodePodNames(spec: MapCursor): PodNames | undefined {
  if (KEYS.every((key) => field(spec, key) === undefined)) return undefined;
  const hostname = filledAt(spec, "hostname");
  const subdomain = filledAt(spec, "subdomain");
  const policy = oneOf(spec, "dnsPolicy", filledAt(spec, "dnsPolicy"), POLICIES);
  const dnsConfig = decodeConfig(spec);
  if (policy?.value === "None" && (dnsConfig?.nameservers ?? []).length === 0) {
    const message = "dnsPolicy None needs a nameserver in dnsConfig; found none";
    report(field(spec, "dnsPolicy") ?? spec, "NQ1021", message);
  }
  return {
    ...DEFAULT_POD_NAMES,
    ...(hostname === undefined ? {} : { hostname: hostname.value }),
    ...(subdomain === undefined ? {} : { subdomain: subdomain.value }),
    ...(policy === undefined ? {} : { dnsPolicy: policy.value, dnsPolicyAt: policy.at }),
    ...(dnsConfig === undefined ? {} : { dnsConfig }),
    serviceLinks: booleanAt(spec, "enableServiceLinks")?.value ?? DEFAULT_POD_NAMES.serviceLinks,
    hostAliases: decodeAliases(spec),
  };
}

function decodeConfig(spec: MapCursor): DnsConfig | undefined {
  const config = mapAt(spec, "dnsConfig");
  if (config === undefined) return undefined;
  allowFields(config, CONFIG_FIELDS, "warning");
  const nameservers: DnsConfig["nameservers"][number][] = [];
  textsAt(config, "nameservers", (cursor, text) => {
    const address = addressOf(cursor, text);
    if (address !== undefined) nameservers.push(address.value);
  });
  return {
    nameservers,
    searches: textsAt(config, "searches").map(({ value }) => value),
    options: (mapsAt(config, "options") ?? []).flatMap((item) => {
      const name = filledAt(item, "name");
      const value = textAt(item, "value");
      if (name === undefined) return [];
      return [{ name: name.value, ...(value === undefined ? {} : { value: value.value }) }];
    }),
  };
}

function decodeAliases(spec: MapCursor): PodNames["hostAliases"] {
  return (mapsAt(spec, "hostAliases") ?? []).flatMap((item) => {
    const address = addressAt(item, "ip");
    if (address === undefined) return [];
    const names = textsAt(item, "hostnames").map(({ value }) => value);
    return [{ address: address.value, names }];
  });
}

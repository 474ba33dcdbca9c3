/**
 * The settings of netqed.yaml about names: the cluster's zone, and who answers for it.
 */
import { type ClusterSettings, DEFAULT_CLUSTER_SETTINGS } from "../base/cluster-settings.ts";
import { type Place, placeAt, type Reader, settingAt, wrong } from "./config-reader.ts";

/** The keys of `profile` that are about names. */
export const NAMING_KEYS = ["clusterDomain", "dnsService"] as const;

type Naming = Pick<ClusterSettings, (typeof NAMING_KEYS)[number]>;

/** The naming that `profile` sets, the rest by default. */
export function readNaming(profile: Place): Naming {
  const { clusterDomain, dnsService } = DEFAULT_CLUSTER_SETTINGS;
  return {
    clusterDomain: settingAt(placeAt(profile, "clusterDomain"), readDomain, clusterDomain),
    dnsService: settingAt(placeAt(profile, "dnsService"), readService, dnsService),
  };
}

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const DOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const SERVICE = new RegExp(`^(${LABEL})/(${LABEL})$`);

const readDomain: Reader<string> = (place) => {
  const domain = typeof place.value === "string" ? place.value.replace(/\.$/, "") : "";
  return DOMAIN.test(domain)
    ? domain
    : wrong(place, "a domain in lower case such as cluster.local");
};

const readService: Reader<ClusterSettings["dnsService"]["value"]> = (place) => {
  const match = typeof place.value === "string" ? SERVICE.exec(place.value) : null;
  const [namespace = "", name = ""] = match === null ? [] : (match[0]?.split("/") ?? []);
  return match === null
    ? wrong(place, "a service as namespace/name such as kube-system/kube-dns")
    : { namespace, name };
};

/**
 * The documents that configure an installation, as facts for the profile.
 */
import type { KubeProxyMode } from "../../models/kubernetes/profile.ts";
import type { InstallationDocument } from "../manifest/resources.ts";
import { readKubeadm, readKubeProxy } from "./installation-kube-proxy.ts";
import { readCalico } from "./installation-calico.ts";
import { readCilium, readFlannel } from "./installation-plugins.ts";
import type { Facts, Reading } from "./installation-reading.ts";

/**
 * What `documents` say, in their order. What cannot be read or is not modelled is a remark. `mode` is the mode
 * of kube-proxy that netqed.yaml sets, if it does.
 */
export function factsOf(
  documents: readonly InstallationDocument[],
  mode: KubeProxyMode | undefined,
): Facts {
  const readings = documents.map(
    (document): Reading => ({
      document,
      ...(mode === undefined ? {} : { mode }),
      facts: [],
      remarks: [],
    }),
  );
  for (const reading of readings) {
    const { kind } = reading.document;
    if (kind !== "calico-pool" && kind !== "calico-felix") READERS[kind](reading);
  }
  const ofCalico = (own: InstallationDocument["kind"]): readonly Reading[] =>
    readings.filter(({ document }) => document.kind === own);
  readCalico(ofCalico("calico-pool"), ofCalico("calico-felix"));
  return {
    facts: readings.flatMap(({ facts }) => facts),
    remarks: readings.flatMap(({ remarks }) => remarks),
  };
}

const READERS: Readonly<
  Record<
    Exclude<InstallationDocument["kind"], "calico-pool" | "calico-felix">,
    (reading: Reading) => void
  >
> = {
  "kube-proxy": readKubeProxy,
  kubeadm: readKubeadm,
  flannel: readFlannel,
  cilium: readCilium,
};

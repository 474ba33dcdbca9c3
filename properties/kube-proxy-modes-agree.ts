/**
 * Another kind of kube-proxy would not change what becomes of connections to services.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-modes (v1.34; S4.27)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const kubeProxyModesAgree: Property = {
  id: "kube-proxy-modes-agree",
  title: "services lead to the same in the modes iptables and nftables and the one that is set",
  formula:
    "∀ frontend F, client P, modes M, N: outcomes(compile(C, M), P → F) = outcomes(compile(C, N), P → F)",
  explanation:
    "A cluster whose connections depend on the kind of its service proxy changes when that is replaced. Compared with documented differences set alike: ports that a service does not define, and the addresses of nodes that have node ports. The mode ipvs, where it is set, does not drop what policy Local leaves without an endpoint on the node, and gives pods and nodes no short cut to the others.",
  broken: "A service with policy Local under kube-proxy in the mode ipvs.",
  source: "https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-modes (v1.34; S4.27)",
  severity: "warning",
  claim: { kind: "ground", fact: "kube-proxy-modes-agree" },
};

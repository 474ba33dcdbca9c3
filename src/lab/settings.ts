/**
 * What each kind of namespace sets before anything is in it. Rate limits are off: a refusal that is not
 * sent looks like a drop.
 *
 * @source https://docs.kernel.org/networking/ip-sysctl.html (forwarding, accept_local, rp_filter, icmp_ratelimit)
 */
import type { Ablation, LabPlan } from "./plan.ts";
import type { Settings } from "./steps.ts";

const QUIET = {
  "net/ipv4/conf/all/rp_filter": 0,
  "net/ipv4/conf/default/rp_filter": 0,
  "net/ipv4/conf/all/send_redirects": 0,
  "net/ipv4/conf/default/send_redirects": 0,
  "net/ipv4/icmp_ratelimit": 0,
  "net/ipv4/icmp_ratemask": 0,
  "net/ipv4/icmp_msgs_per_sec": 1_000_000,
  "net/ipv4/icmp_msgs_burst": 1_000_000,
  "net/ipv6/icmp/ratelimit": 0,
  "net/ipv6/conf/all/accept_dad": 0,
  "net/ipv6/conf/default/accept_dad": 0,
  "net/ipv6/conf/all/accept_ra": 0,
  "net/ipv6/conf/default/accept_ra": 0,
  "net/ipv6/conf/all/accept_redirects": 0,
  "net/ipv6/conf/default/accept_redirects": 0,
  // Inherited from the machine otherwise, where it may be off.
  "net/ipv6/conf/all/disable_ipv6": 0,
  "net/ipv6/conf/default/disable_ipv6": 0,
} as const;

const OPTIONAL = [
  "net/ipv4/icmp_msgs_per_sec",
  "net/ipv4/icmp_msgs_burst",
  "net/bridge/bridge-nf-call-iptables",
  "net/bridge/bridge-nf-call-ip6tables",
];

/** The settings of every namespace of `plan`. */
export function settingsOf(plan: LabPlan, without: Ablation): readonly Settings[] {
  const one = (space: string, more: Settings["sysctl"]): Settings => ({
    in: space,
    sysctl: { ...QUIET, ...more },
    optional: OPTIONAL,
  });
  const forwarding = without.forwarding === false ? 0 : 1;
  const bridge = without.bridgeFilter === false ? 0 : 1;
  return [
    one(plan.outside.space, {
      "net/ipv4/ip_forward": 1,
      "net/ipv6/conf/all/forwarding": 1,
      // The outside has every address, also those from which packets come back to it.
      "net/ipv4/conf/all/accept_local": 1,
      "net/bridge/bridge-nf-call-iptables": 0,
      "net/bridge/bridge-nf-call-ip6tables": 0,
    }),
    ...plan.nodes.flatMap((node) => [
      one(node.space, {
        "net/ipv4/ip_forward": forwarding,
        "net/ipv6/conf/all/forwarding": forwarding,
        "net/ipv4/conf/all/route_localnet": 1,
        "net/bridge/bridge-nf-call-iptables": bridge,
        "net/bridge/bridge-nf-call-ip6tables": bridge,
      }),
      ...node.pods.map((pod) => one(pod.space, {})),
    ]),
  ];
}

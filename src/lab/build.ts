/**
 * The script that builds a laboratory: namespaces, devices, and one atomic load of rules for each node.
 */
import { hostPortsIptables, hostPortsNft } from "./host-ports.ts";
import { pluginNft } from "./plugin-nft.ts";
import { kubeProxyIptables } from "./kube-proxy-iptables.ts";
import { kubeProxyNft } from "./kube-proxy-nft.ts";
import { markedRoutes, outsideNft } from "./outside.ts";
import { type Ablation, type LabNode, type LabPlan, spacesOf } from "./plan.ts";
import { policiesNft } from "./policies-nft.ts";
import { settingsOf } from "./settings.ts";
import { type Script, type Step, iptablesLoad, ipBatch, nftLoad } from "./steps.ts";
import { insides, nodeTables, pairs, sourceSettings, wireTable } from "./topology.ts";

/** Everything that has to be done for `plan`, without what is `without`. */
export function buildScript(plan: LabPlan, without: Ablation = {}): Script {
  return [
    [
      ipBatch(
        undefined,
        spacesOf(plan).map((space) => `netns add ${space}`),
      ),
    ],
    settingsOf(plan, without),
    [pairs(plan)],
    insides(plan),
    sourceSettings(plan),
    [wireTable(plan), ...nodeTables(plan), ...markedRoutes(plan), ...rules(plan, without)],
  ];
}

/** The rules of the nodes and of the outside; loading them again replaces them. */
function rules(plan: LabPlan, without: Ablation): readonly Step[] {
  return [
    nftLoad(plan.outside.space, outsideNft(plan)),
    ...plan.nodes.flatMap((place) => nodeRules(plan, place, without)),
  ];
}

function nodeRules(plan: LabPlan, place: LabNode, without: Ablation): readonly Step[] {
  const ours = [
    ...plan.families.map((family) => pluginNft(plan, family, without)),
    policiesNft(plan, place),
  ];
  switch (plan.proxy) {
    case "nftables": {
      const proxy = plan.families.flatMap((family) => [
        kubeProxyNft(plan, place, family, without),
        hostPortsNft(plan, place, family, without),
      ]);
      return [nftLoad(place.space, [...proxy, ...ours].join("\n"))];
    }
    case "iptables":
      return [
        nftLoad(place.space, ours.join("\n")),
        ...plan.families.map((family) =>
          iptablesLoad(
            place.space,
            family,
            kubeProxyIptables(
              plan,
              place,
              family,
              without,
              hostPortsIptables(plan, place, family, without),
            ),
          ),
        ),
      ];
  }
}

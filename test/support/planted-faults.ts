/**
 * Faults that no manifest can cause, planted into the network of `test/golden/planted/cluster.yaml`: for each
 * built-in property one of the things that a wrong network plugin or a wrong compiler would do.
 */
import type { Hook, Rule } from "../../models/network/fib.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import type { Link, Network } from "../../models/network/network.ts";
import { addressSets } from "../../models/base/address.ts";
import { address } from "./small-cluster.ts";

/** A fault, and the property that speaks about it. */
export interface PlantedFault {
  readonly property: string;
  /** What is wrong, for the head of the golden. */
  readonly text: string;
  readonly plant: (network: Network) => Network;
}

type FibRule = Rule<FibAction>;

/** `network` with the rules of one switch replaced. @throws when there is no such switch or nothing changes */
function withFib(
  network: Network,
  id: SwitchId,
  change: (rules: readonly FibRule[]) => readonly FibRule[],
): Network {
  const found = network.switches.get(id);
  if (found === undefined) throw new Error(`no switch ${id}`);
  const rules = change(found.fib.rules);
  if (JSON.stringify(rules, sized) === JSON.stringify(found.fib.rules, sized)) {
    throw new Error(`nothing to plant in ${id}`);
  }
  const planted = { ...found, fib: { ...found.fib, rules } };
  return { ...network, switches: new Map(network.switches).set(id, planted) };
}

function sized(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function withLink(network: Network, id: LinkId, change: (link: Link) => Link): Network {
  const found = network.links.get(id);
  if (found === undefined) throw new Error(`no link ${id}`);
  return { ...network, links: new Map(network.links).set(id, change(found)) };
}

const dropping =
  (isGone: (action: FibAction) => boolean) =>
  (rules: readonly FibRule[]): readonly FibRule[] =>
    rules.filter(({ action }) => !isGone(action));

const forwardsTo =
  (link: LinkId) =>
  (action: FibAction): boolean =>
    (action.kind === "forward" && action.via === link) ||
    (action.kind === "multipath" && action.vias.includes(link));

const deliversTo =
  (process: string) =>
  (action: FibAction): boolean =>
    action.kind === "deliver" && action.to === process;

const PLANTED = { text: "planted", origins: [] } as const;

function hook(action: HookAction): Hook {
  return { stage: "planted", rules: [], otherwise: { action, because: PLANTED } };
}

/** Every packet gets the address of the first node as its source. */
const MASQUERADE = hook({
  kind: "translate",
  choice: "planted",
  rewrites: [{ source: address("192.168.0.1"), because: PLANTED }],
});

function editIngress(link: Link, edit: (hook: Hook) => Hook): Link {
  return {
    ...link,
    onLeave: link.onLeave.map((each) => (each.stage === "ingress" ? edit(each) : each)),
  };
}

function wrongPort(each: Hook): Hook {
  const rules = each.rules.map((rule) =>
    rule.action.kind === "translate"
      ? {
          ...rule,
          action: {
            ...rule.action,
            rewrites: rule.action.rewrites.map((r) =>
              r.destination === undefined ? r : { ...r, destinationPort: 5433 },
            ),
          },
        }
      : rule,
  );
  return { ...each, rules };
}

/** One fault for each property about packets, in the order of the catalogue. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    property: "localhost-within-pod",
    text: "The pod's switch does not know that a second container listens.",
    plant: (network) =>
      withFib(network, "pod:shop/web", dropping(deliversTo("pod:shop/web/proxy"))),
  },
  {
    property: "pod-to-pod-same-node",
    text: "The first node has no route to one of its pods.",
    plant: (network) => withFib(network, "node:n1", dropping(forwardsTo("node:n1>pod:shop/jobs"))),
  },
  {
    property: "pod-to-pod-across-nodes",
    text: "The first node masquerades what its pods send to the second.",
    plant: (network) =>
      withLink(network, "node:n1>node:n2", (link) => ({
        ...link,
        onEnter: [...link.onEnter, MASQUERADE],
      })),
  },
  {
    property: "node-to-own-pods",
    text: "The filter of a pod does not exempt the pod's own node.",
    plant: (network) =>
      withLink(network, "node:n2>pod:shop/db", (link) =>
        editIngress(link, (each) => ({
          ...each,
          rules: each.rules.filter(({ because }) => !because.text.includes("node")),
        })),
      ),
  },
  {
    property: "node-to-every-pod",
    text: "The nodes refuse what they send to each other's pods.",
    plant: (network) =>
      withLink(network, "node:n2>node:n1", (link) => ({
        ...link,
        onLeave: [
          {
            ...hook({ kind: "pass" }),
            rules: [
              {
                match: { sources: addressSets.ofAddresses([address("192.168.0.2")]) },
                action: { kind: "discard", reason: "filtered" },
                because: PLANTED,
              },
            ],
          },
        ],
      })),
  },
  {
    property: "own-address-seen",
    text: "A pod's packets leave with the address of its node, also to pods beside it.",
    plant: (network) =>
      withLink(network, "pod:shop/jobs>node:n1", (link) => ({
        ...link,
        onEnter: [...link.onEnter, MASQUERADE],
      })),
  },
  {
    property: "no-forwarding-loop",
    text: "A pod's switch sends what is for the pod itself to the node, which sends it back.",
    plant: (network) =>
      withFib(network, "pod:shop/web", (rules) =>
        rules.filter(
          ({ action }) => action.kind !== "deliver" || !action.to.startsWith("pod:shop/web/*"),
        ),
      ),
  },
  {
    property: "no-black-hole",
    text: "The first node drops what is for the other's pods, and nothing says why.",
    plant: (network) =>
      withFib(network, "node:n1", (rules) =>
        rules.map((rule) =>
          forwardsTo("node:n1>node:n2")(rule.action)
            ? { ...rule, action: { kind: "discard", reason: "no-route" }, because: PLANTED }
            : rule,
        ),
      ),
  },
  {
    property: "service-to-endpoints",
    text: "The service leads to a port that the endpoint does not have.",
    plant: (network) => ({
      ...network,
      links: new Map(
        [...network.links].map(([id, link]) => [
          id,
          { ...link, onEnter: link.onEnter.map(wrongPort) },
        ]),
      ),
    }),
  },
  {
    property: "replies-symmetric",
    text: "The second node does not masquerade what it hands on to the first.",
    plant: (network) =>
      withLink(network, "node:n2>node:n1", (link) => ({
        ...link,
        onLeave: link.onLeave.filter(({ stage }) => stage !== "masquerade"),
      })),
  },
  {
    property: "source-kept",
    text: "The first node masquerades what comes from outside, whatever the traffic policy.",
    plant: (network) =>
      withLink(network, "outside>node:n1", (link) => ({
        ...link,
        onEnter: [...link.onEnter, MASQUERADE],
      })),
  },
  {
    property: "no-masquerade-inside",
    text: "The first node masquerades what a pod sends to the second node.",
    plant: (network) =>
      withLink(network, "node:n1>node:n2", (link) => ({
        ...link,
        onLeave: [
          {
            ...hook({ kind: "pass" }),
            rules: [
              {
                match: { destinations: addressSets.ofAddresses([address("192.168.0.2")]) },
                action: {
                  kind: "translate",
                  choice: "planted",
                  rewrites: [{ source: address("192.168.0.1"), because: PLANTED }],
                },
                because: PLANTED,
              },
            ],
          },
        ],
      })),
  },
  {
    property: "policy-enforced-exactly",
    text: "The filter passes what no rule of the policy admits.",
    plant: (network) =>
      withLink(network, "node:n2>pod:shop/db", (link) =>
        editIngress(link, (each) => ({
          ...each,
          otherwise: { ...each.otherwise, action: { kind: "pass" } },
        })),
      ),
  },
];

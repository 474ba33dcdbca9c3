/**
 * The IPPools and the FelixConfiguration of Calico as facts for the profile.
 *
 * @source https://docs.tigera.io/calico/latest/reference/resources/ippool
 * @source https://docs.tigera.io/calico/latest/networking/configuring/workloads-outside-cluster (disabled pools keep destinations from being masqueraded)
 * @source https://docs.tigera.io/calico/latest/reference/resources/felixconfig (natOutgoingExclusions)
 */
import type { Prefix } from "../../models/base/address.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import { tunnel, WHOLE } from "./installation-plugins.ts";
import {
  blocksAt,
  flagAt,
  placeOf,
  type Reading,
  textAt,
  unreadable,
  valueAt,
  warn,
} from "./installation-reading.ts";

const CIDR = ["spec", "cidr"];
const NAT = ["spec", "natOutgoing"];

interface Pool {
  readonly reading: Reading;
  readonly blocks: readonly Prefix[];
}

/** Reads `pools`, which count together, and what Felix is told of them. */
export function readCalico(pools: readonly Reading[], felix: readonly Reading[]): void {
  const excluder = felix.find(keepsNodes);
  if (excluder !== undefined) {
    const at = placeOf(excluder, EXCLUSIONS);
    excluder.facts.push({ key: "masqueradeToNodes", value: false, at });
  }
  const all = pools.map((reading): Pool => ({ reading, blocks: blocksAt(reading, CIDR) ?? [] }));
  const used = all.filter(({ reading }) => isOn(reading) && isForPods(reading));
  const unused = all.filter((pool) => !used.includes(pool));
  const [first] = used;
  if (first !== undefined) {
    readBlocks(used, first.reading);
    readNat(used, unused, first.reading, excluder === undefined);
    return;
  }
  exceptions(unused, []);
}

function readBlocks(used: readonly Pool[], first: Reading): void {
  for (const { reading } of used) {
    for (const mode of ["ipipMode", "vxlanMode"]) {
      const value = textAt(reading, ["spec", mode]);
      if (value !== "Always" && value !== "CrossSubnet") continue;
      tunnel(reading, ["spec", mode], `Calico wraps packets between nodes (${mode} ${value})`);
    }
  }
  const value = used.flatMap(({ blocks }) => blocks);
  if (value.length > 0) first.facts.push({ key: "podCIDRs", value, at: placeOf(first, CIDR) });
}

/** What leaves pods with the address of their node: of a family all, or nothing. */
function readNat(
  used: readonly Pool[],
  unused: readonly Pool[],
  first: Reading,
  isToNodes: boolean,
): void {
  const families = FAMILIES.filter((family) => used.some((pool) => isOf(pool, family)));
  const closed = families.filter((family) => !natOf(used, family));
  const value = closed.length < families.length;
  const at = placeOf(first, NAT);
  first.facts.push({ key: "masqueradeOutside", value, at });
  // Whatever is not of a pool counts as outside, unless Felix is told to leave nodes out.
  if (isToNodes) first.facts.push({ key: "masqueradeToNodes", value, at });
  exceptions(unused, value ? closed : [], used);
}

/** Whether pools of `family` masquerade; the first counts, and one that says something else is an error. */
function natOf(used: readonly Pool[], family: Family): boolean {
  const [first, ...others] = used.filter((pool) => isOf(pool, family));
  if (first === undefined) return false;
  // Absent, it is false.
  const value = flagAt(first.reading, NAT) ?? false;
  const other = others.find(({ reading }) => (flagAt(reading, NAT) ?? false) !== value);
  if (other === undefined) return value;
  warn(
    other.reading,
    NAT,
    `IPPools of ${family} must agree on natOutgoing, or whom others see depends on the pool of each pod, which is not modelled; found ${String(!value)} here, and ${String(value)} in ${first.reading.document.object}`,
    {
      severity: "error",
      doubt: "nodes",
      hint: "set profile.masqueradeToNodes, and masqueradeOutside, in netqed.yaml to decide as if all did the same",
    },
  );
  return value;
}

/** The destinations that are not masqueraded to: the blocks of every pool, and whole families. */
function exceptions(
  unused: readonly Pool[],
  closed: readonly Family[],
  used: readonly Pool[] = [],
): void {
  const value = [
    ...unused.flatMap(({ blocks }) => blocks),
    ...closed.map((family) => WHOLE[family]),
  ];
  const stating =
    unused.find(({ blocks }) => blocks.length > 0) ??
    used.find((pool) => closed.some((family) => isOf(pool, family)));
  if (stating === undefined || value.length === 0) return;
  const { reading } = stating;
  reading.facts.push({ key: "nonMasqueradeCIDRs", value, at: placeOf(reading, CIDR) });
}

function isOf({ blocks }: Pool, family: Family): boolean {
  return blocks.some((block) => block.family === family);
}

function isOn(reading: Reading): boolean {
  return flagAt(reading, ["spec", "disabled"]) !== true;
}

/** Pools can be for tunnels or load balancers alone. */
function isForPods(reading: Reading): boolean {
  const uses = valueAt(reading, ["spec", "allowedUses"]);
  return !Array.isArray(uses) || uses.length === 0 || uses.includes("Workload");
}

const EXCLUSIONS = ["spec", "natOutgoingExclusions"];

/** Whether Felix does not masquerade to nodes; of one node only, it is not known of the others. */
function keepsNodes(reading: Reading): boolean {
  const value = textAt(reading, EXCLUSIONS);
  if (value === undefined || value === "IPPoolsOnly") return false;
  if (value !== "IPPoolsAndHostIPs") {
    unreadable(reading, EXCLUSIONS, "IPPoolsOnly or IPPoolsAndHostIPs", value);
    return false;
  }
  if (reading.document.object.includes("/node.")) {
    warn(
      reading,
      EXCLUSIONS,
      "one node alone does not masquerade to others, which is not modelled",
      {
        severity: "error",
        doubt: "nodes",
        hint: "set profile.masqueradeToNodes in netqed.yaml to decide as if all did the same",
      },
    );
    return false;
  }
  return true;
}

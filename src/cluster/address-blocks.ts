/**
 * The blocks from which pods, services and nodes have their addresses: set ones bind, default ones make
 * room for what the input states.
 */
import {
  type Address,
  type Prefix,
  prefixBits,
  prefixContains,
  prefixOf,
} from "../../models/base/address.ts";
import { addressWidthBits, type Family } from "../../models/base/family.ts";
import { present } from "../base/assert.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import { formatPrefix, parsePrefix } from "../base/ip.ts";
import type { Setting } from "../base/setting.ts";
import type { AddressFacts, Role } from "./address-facts.ts";

/** The blocks of one role. */
export interface RoleBlocks {
  /** Whence addresses are assigned. */
  readonly assignable: readonly Prefix[];
  /** Blocks around stated addresses that lie elsewhere: belong to the role, nothing is assigned there. */
  readonly widened: readonly Prefix[];
}

/** The blocks of each role; `conflict`: a role and family for which no default block is free. */
export interface AddressBlocks {
  readonly blocks: Readonly<Record<Role, RoleBlocks>>;
  readonly conflicts: readonly { readonly role: Role; readonly family: Family }[];
}

/** Which roles have addresses that must be assigned, for each family of the cluster. */
export type AddressNeeds = Readonly<Record<Role, boolean>>;

function prefixes(...texts: readonly string[]): readonly Prefix[] {
  return texts.map((text) => present(parsePrefix(text)?.prefix, `${text} is no CIDR block`));
}

/** Where a default block goes when the input uses the documented default otherwise. */
const ALTERNATIVES: Readonly<Record<Role, readonly Prefix[]>> = {
  pod: prefixes(
    ...["10.42.0.0/16", "10.128.0.0/14", "10.0.0.0/16", "10.1.0.0/16", "192.168.0.0/16"],
    ...["172.16.0.0/16", "100.64.0.0/16", "10.200.0.0/16", "198.18.0.0/16"],
    ...["fd00:10:42::/56", "fd00:42::/56", "fd42:10:244::/56"],
  ),
  service: prefixes(
    ...["10.43.0.0/16", "10.0.0.0/16", "10.100.0.0/16", "172.20.0.0/16", "172.30.0.0/16"],
    ...["10.152.183.0/24", "192.168.128.0/17", "100.96.0.0/16", "198.19.0.0/16"],
    ...["fd00:10:43::/112", "fd00:43::/112", "fd42:10:96::/112"],
  ),
  node: prefixes(
    ...["172.19.0.0/16", "172.31.0.0/16", "192.168.0.0/16", "10.240.0.0/16", "100.127.0.0/16"],
    ...["fd00:10:19::/64", "fd00:18::/64", "fd42:10:18::/64"],
  ),
};

/**
 * Chooses the blocks. A default block moves to the first alternative that holds all stated addresses of
 * its role and none of another, when there is one; otherwise it is the first that is free, widened by
 * blocks around the stated addresses. No block overlaps one of another role.
 */
export function chooseBlocks(
  facts: AddressFacts,
  families: readonly Family[],
  needs: AddressNeeds,
  settings: ClusterSettings,
): AddressBlocks {
  const settingOf: Readonly<Record<Role, Setting<readonly Prefix[]>>> = {
    pod: settings.podCidrs,
    service: settings.serviceCidrs,
    node: settings.nodeCidrs,
  };
  const roles: readonly Role[] = ["pod", "service", "node"];
  const chosen: { role: Role; block: Prefix; assignable: boolean }[] = [];
  for (const role of roles) {
    const { from, value } = settingOf[role];
    if (from === "config")
      for (const block of value) chosen.push({ role, block, assignable: true });
  }
  const conflicts: { role: Role; family: Family }[] = [];
  for (const role of roles) {
    for (const family of families) {
      if (chosen.some((c) => c.role === role && c.block.family === family)) continue;
      const fallback = settingOf[role].from === "config" ? [] : settingOf[role].value;
      const others = othersOf(role, facts, chosen);
      const choice = chooseBlock(role, family, fallback, facts, needs[role], others);
      if (choice === undefined) conflicts.push({ role, family });
      else {
        chosen.push(...choice.map((c) => ({ role, ...c })));
        const more = settingOf[role].from === "input" ? fallback : [];
        chosen.push(...furtherBlocks(more, family, choice, others).map((c) => ({ role, ...c })));
      }
    }
  }
  // What Nodes state about their pods belongs to pods even beside blocks that are set.
  for (const block of facts.nodePodCidrs) {
    const within = (c: { role: Role; block: Prefix }): boolean =>
      c.role === "pod" && c.block.length <= block.length && prefixContains(c.block, block);
    if (!chosen.some(within)) chosen.push({ role: "pod", block, assignable: false });
  }
  const blocksOf = (role: Role): RoleBlocks => {
    const own = chosen.filter((c) => c.role === role);
    return {
      assignable: own.filter((c) => c.assignable).map((c) => c.block),
      widened: distinctPrefixes(own.filter((c) => !c.assignable).map((c) => c.block)),
    };
  };
  return {
    blocks: { pod: blocksOf("pod"), service: blocksOf("service"), node: blocksOf("node") },
    conflicts,
  };
}

/** What a block of a role must keep clear of. */
interface Others {
  readonly addresses: readonly Address[];
  readonly blocks: readonly Prefix[];
}

function othersOf(
  role: Role,
  facts: AddressFacts,
  chosen: readonly { readonly role: Role; readonly block: Prefix }[],
): Others {
  const { pod, service, node } = facts.addresses;
  // A hand-written endpoint may well be a pod, but neither a service nor a node that is assumed.
  const addresses: Readonly<Record<Role, readonly Address[]>> = {
    pod: [...service, ...node],
    service: [...pod, ...node, ...facts.others],
    node: [...pod, ...service, ...facts.others],
  };
  const blocks = chosen.filter((c) => c.role !== role).map((c) => c.block);
  return {
    addresses: addresses[role],
    blocks: role === "pod" ? blocks : [...blocks, ...facts.nodePodCidrs],
  };
}

type Choice = readonly { readonly block: Prefix; readonly assignable: boolean }[];

function chooseBlock(
  role: Role,
  family: Family,
  fallback: readonly Prefix[],
  facts: AddressFacts,
  needed: boolean,
  others: Others,
): Choice | undefined {
  const stated = facts.addresses[role].filter((a) => a.family === family);
  const statedBlocks = role === "pod" ? facts.nodePodCidrs.filter((p) => p.family === family) : [];
  const free = [...fallback, ...ALTERNATIVES[role]].filter(
    (block) => block.family === family && isClear(block, others),
  );
  const roomy = free.find(
    (block) =>
      stated.every((a) => prefixContains(block, a)) &&
      statedBlocks.every((b) => b.length >= block.length && prefixContains(block, b)),
  );
  if (roomy !== undefined) return [{ block: roomy, assignable: true }];
  const first = free[0];
  if (needed && first === undefined) return undefined;
  const widened = [...statedBlocks, ...blocksAround(stated, statedBlocks, family, others)];
  const own = needed && first !== undefined ? [{ block: first, assignable: true }] : [];
  return [...own, ...widened.map((block) => ({ block, assignable: false }))];
}

/** Of several blocks that the input states one is for new addresses; the others are the role's as well. */
function furtherBlocks(
  stated: readonly Prefix[],
  family: Family,
  choice: Choice,
  others: Others,
): Choice {
  return stated
    .filter((block) => block.family === family && isClear(block, others))
    .filter((block) => !choice.some((c) => overlaps(c.block, block)))
    .map((block) => ({ block, assignable: false }));
}

function isClear(block: Prefix, others: Others): boolean {
  return (
    !others.addresses.some((address) => prefixContains(block, address)) &&
    !others.blocks.some((other) => overlaps(block, other))
  );
}

/** Whether two blocks share an address. */
export function overlaps(a: Prefix, b: Prefix): boolean {
  if (a.family !== b.family) return false;
  const [wide, narrow] = a.length <= b.length ? [a, b] : [b, a];
  return prefixContains(wide, narrow);
}

/** A usual block around each stated address, or the address alone where that would touch others. */
function blocksAround(
  stated: readonly Address[],
  covered: readonly Prefix[],
  family: Family,
  others: Others,
): readonly Prefix[] {
  const width = addressWidthBits(family);
  const usual = family === "IPv4" ? 24 : 64;
  const blocks: Prefix[] = [];
  let last: Prefix | undefined;
  for (const address of stated) {
    // Stated addresses are sorted: only the last block can hold the next one.
    if (last !== undefined && prefixContains(last, address)) continue;
    if (covered.some((block) => prefixContains(block, address))) continue;
    const wide = prefixOf(address, usual);
    last = isClear(wide, others) ? wide : prefixOf(address, width);
    blocks.push(last);
  }
  return blocks;
}

function distinctPrefixes(list: readonly Prefix[]): readonly Prefix[] {
  return [...new Map(list.map((prefix) => [formatPrefix(prefix), prefix])).values()];
}

/** Addresses of a block that can be assigned: not its own, its gateway's, nor an IPv4 broadcast. */
export function assignableRange(block: Prefix): readonly [low: bigint, high: bigint] {
  const [low, high] = present(prefixBits(block)[0], "a block is one interval");
  if (high - low < 3n) return [low, high];
  return [low + 2n, block.family === "IPv4" ? high - 1n : high];
}

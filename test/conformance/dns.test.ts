/**
 * What upstream's specification, end-to-end tests and documentation say about names, against the definition.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resolve, zoneOf } from "../../models/kubernetes/dns.ts";
import { zoneRecords } from "../../models/kubernetes/dns-records.ts";
import { DEFAULT_NAME_SETTINGS } from "../../models/kubernetes/name-facts.ts";
import { candidates, inHostsFile, resolverOf } from "../../models/kubernetes/resolver.ts";
import type { Cluster, Pod } from "../../models/kubernetes/cluster.ts";
import { formatAddress, parseAddress } from "../../src/base/ip.ts";
import { corpus } from "../support/shared.ts";
import { clusterOfCase, type DnsCase, dnsCases, type DnsQuery, outsideOf } from "./dns-cases.ts";
import { say } from "./shared.ts";
import { skipped } from "../support/skipped.ts";

const CASES_IN_ALL = 31;
const folder = corpus("dns") ?? "";

/** What netqed says to `query`, in the words of the corpus. */
function answered(one: DnsCase, query: DnsQuery): unknown {
  const { cluster, asker } = clusterOfCase(one);
  switch (query.type) {
    case "A":
    case "AAAA":
      return addresses(one, query, cluster, asker);
    case "hosts":
      return inHostsFile(asker, query.name, namingOf(one)).map(formatAddress);
    case "config":
      return config(asker, one);
    default:
      return records(query, cluster, asker, one);
  }
}

function namingOf({ clusterDomain }: DnsCase) {
  return { ...DEFAULT_NAME_SETTINGS, clusterDomain };
}

function addresses(one: DnsCase, query: DnsQuery, cluster: Cluster, asker: Pod): unknown {
  const result = resolve(cluster, zoneOf(cluster), asker, query.name);
  if (result.kind === "hosts") return result.addresses.map(formatAddress);
  const { answer, asked } = result;
  const name = asked.at(-1)?.name ?? "";
  if (query.expandsTo !== undefined) expect(name).toBe(query.expandsTo);
  if (answer.kind === "found") {
    const family = query.type === "A" ? "IPv4" : "IPv6";
    const own = answer.records.filter((record) => record.address.family === family);
    return own.map((record) => formatAddress(record.address));
  }
  if (answer.kind === "missing") return "nxdomain";
  // The case says what exists outside; a name of which it says nothing is not there.
  const outside = outsideOf(one, query, answer.kind === "outside" ? answer.name : name);
  const [alias] = answer.through;
  if (alias !== undefined) {
    const family = query.type === "A" ? "IPv4" : "IPv6";
    expect(outside.map((text) => parseAddress(text)?.family)).toEqual([family]);
    return { cname: alias };
  }
  return outside.length > 0 ? outside : "nxdomain";
}

function config(asker: Pod, one: DnsCase): unknown {
  const resolver = resolverOf(asker, namingOf(one));
  const options = resolver.options.map(({ name, value }) =>
    value === undefined ? name : `${name}:${value}`,
  );
  return {
    nameservers: resolver.nameservers.map((n) => (typeof n === "string" ? n : formatAddress(n))),
    searches: resolver.searches,
    ...(options.length === 0 ? {} : { options }),
  };
}

/** Records that are not addresses: of the first name on the search path that has one. */
function records(query: DnsQuery, cluster: Cluster, asker: Pod, one: DnsCase): unknown {
  const all = zoneRecords(cluster).filter(({ kind }) => kind === query.type);
  const names = candidates(resolverOf(asker, namingOf(one)), query.name);
  const name = names.find((each) => all.some((record) => record.name === each));
  if (name === undefined) return "nxdomain";
  if (query.expandsTo !== undefined) expect(name).toBe(query.expandsTo);
  const found = all.filter((record) => record.name === name);
  if (query.type === "CNAME") {
    return { cname: found.flatMap((r) => (r.kind === "CNAME" ? [r.target] : [])).join() };
  }
  return found.flatMap((record): readonly unknown[] => {
    if (record.kind === "TXT") return [record.text];
    if (record.kind === "SRV") return [{ port: record.port, target: record.target }];
    return record.kind === "PTR" ? [record.target] : [];
  });
}

// The corpus lies beside the repository on some machines only; NETQED_SHARED names it elsewhere.
describe.skipIf(skipped(folder === "", "there is no corpus dns"))("names", () => {
  const cases = folder === "" ? [] : dnsCases(join(folder, "dns.yaml"));

  test.each(cases.map((one) => [one.id, one] as const))("%s", (_, one) => {
    for (const query of one.queries) {
      expect(answered(one, query), `${query.type} ${query.name}`).toEqual(query.expect);
    }
    expect(one.queries.length).toBeGreaterThan(0);
  });

  test("all cases were asked", () => {
    const queries = cases.flatMap((one) => one.queries);
    say(`dns: ${String(cases.length)} cases with ${String(queries.length)} questions`);
    expect(cases).toHaveLength(CASES_IN_ALL);
  });
});

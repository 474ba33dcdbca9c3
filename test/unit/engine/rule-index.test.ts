import { describe, expect, test } from "vitest";
import type { Table } from "../../../models/network/fib.ts";
import type { Deliver } from "../../../models/network/action.ts";
import { ANY, type Match } from "../../../models/network/match.ts";
import { ruleIndex } from "../../../src/engine/rule-index.ts";
import { createTables } from "../../../src/engine/tables.ts";
import { among, packet, to } from "../../support/network-examples.ts";

const header = (destination: string): ReturnType<typeof packet>["header"] =>
  packet("p", "10.0.0.1 5000", destination).header;

/** Hosts 10.1.0.0 to 10.1.0.99, and what `more` puts before and behind. */
function matches(before: readonly Match[], behind: readonly Match[]): readonly Match[] {
  const hosts = Array.from({ length: 100 }, (_, i) => to(`10.1.0.${i}`));
  return [...before, ...hosts, ...behind];
}

describe("ruleIndex", () => {
  const find = (all: readonly Match[], destination: string, marked = false): number => {
    const numbered = all.map((match, number) => ({ number, match }));
    return ruleIndex(numbered, "IPv4").find(header(destination), "l", marked, all.length);
  };

  test("finds the only rule of a host among many", () => {
    expect(find(matches([], []), "10.1.0.0 80")).toBe(0);
    expect(find(matches([], []), "10.1.0.99 80")).toBe(99);
  });

  test("finds nothing beside the hosts", () => {
    expect(find(matches([], []), "10.0.255.255 80")).toBe(100);
    expect(find(matches([], []), "10.1.0.100 80")).toBe(100);
  });

  test("lets an earlier wide rule win, and a later one lose", () => {
    expect(find(matches([ANY], []), "10.1.0.7 80")).toBe(0);
    expect(find(matches([], [ANY]), "10.1.0.7 80")).toBe(7);
    expect(find(matches([], [ANY]), "10.2.0.0 80")).toBe(100);
    expect(find(matches([{ destinationPorts: [[81, 90]] }], [ANY]), "10.1.0.7 80")).toBe(8);
  });

  test("keeps rules for marked packets from others, and others from these", () => {
    const all = matches([{ marked: true }], [{ marked: false }, ANY]);
    expect(find(all, "10.1.0.7 80", true)).toBe(0);
    expect(find(all, "10.1.0.7 80")).toBe(8);
    expect(find(all, "10.2.0.0 80")).toBe(101);
    expect(find(all.slice(1), "10.2.0.0 80", true)).toBe(101);
  });

  test("tells many rules for one address apart by their ports", () => {
    const ports = Array.from({ length: 100 }, (_, i) => to("10.1.0.1", 1000 + i));
    const all = [...ports, to("10.1.0.1"), ...matches([], [])];
    expect(find(all, "10.1.0.1 1099")).toBe(99);
    expect(find(all, "10.1.0.1 1100")).toBe(100);
    expect(find(all, "10.1.0.2 1000")).toBe(103);
  });

  test("takes ranges, scattered sets and the ends of the address space", () => {
    const scattered = among(...Array.from({ length: 100 }, (_, i) => `10.3.0.${i * 2}`));
    const all = [
      to("10.1.0.0/16", 443),
      ...matches([], []),
      { destinations: scattered },
      to("0.0.0.0"),
      to("255.255.255.255"),
      { destinations: among("fd00::1") },
    ];
    expect(find(all, "10.1.0.5 443")).toBe(0);
    expect(find(all, "10.1.0.5 444")).toBe(6);
    expect(find(all, "10.3.0.198 1")).toBe(101);
    expect(find(all, "10.3.0.197 1")).toBe(all.length);
    expect(find(all, "0.0.0.0 1")).toBe(102);
    expect(find(all, "255.255.255.255 1")).toBe(103);
  });
});

describe("createTables", () => {
  test("gives the same answer before and after the table has an index", () => {
    const table: Table<Deliver> = {
      rules: matches([], [ANY]).map((match, i) => ({
        match,
        action: { kind: "deliver", to: `${i}` },
        because: { text: "", origins: [] },
      })),
      otherwise: { action: { kind: "deliver", to: "none" }, because: { text: "", origins: [] } },
    };
    const { lookup } = createTables();
    for (let asked = 0; asked < 10; asked += 1) {
      expect(lookup(table, header("10.1.0.42 80"), "l", false)).toBe(table.rules[42]);
      expect(lookup(table, header("10.2.0.0 80"), "l", false)).toBe(table.rules[100]);
    }
  });
});

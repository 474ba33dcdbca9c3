import { describe, expect, test } from "vitest";
import type { Process } from "../../../../models/network/network.ts";
import { sends } from "../../../../models/network/network.ts";
import { FIELD_WIDTH_BITS, sameHeader, swapEnds } from "../../../../models/network/packet.ts";
import { FAMILIES, addressWidthBits } from "../../../../models/base/family.ts";
import { among, packet } from "../../../support/network-examples.ts";

const process: Process = {
  id: "p",
  name: "p",
  endpoint: "p",
  addresses: among("10.0.0.1", "fd00::1"),
  uplink: "p^",
  declared: true,
  origins: [],
};

describe("sends", () => {
  test.each([
    ["from an own address", "10.0.0.1 5000", "10.0.0.2 80", true],
    ["from an own address of the other family", "fd00::1 5000", "fd00::2 80", true],
    ["from an address of another", "10.0.0.2 5000", "10.0.0.1 80", false],
    ["on loopback", "127.0.0.1 5000", "127.255.255.255 80", true],
    ["on loopback of IPv6", "::1 5000", "::1 80", true],
    ["from loopback to the network", "127.0.0.1 5000", "10.0.0.2 80", false],
    ["from an own address to loopback", "10.0.0.1 5000", "127.0.0.1 80", true],
    ["with the lowest and the highest port", "10.0.0.1 1", "10.0.0.2 65535", true],
    ["from port 0", "10.0.0.1 0", "10.0.0.2 80", false],
    ["to port 0", "10.0.0.1 5000", "10.0.0.2 0", false],
    ["to a port beyond the last", "10.0.0.1 5000", "10.0.0.2 65536", false],
  ])("%s: %s to %s is %s", (_what, source, destination, expected) => {
    expect(sends(process, packet("p", source, destination).header)).toBe(expected);
  });
});

describe("swapEnds", () => {
  const { header } = packet("p", "10.0.0.1 5000", "10.0.0.2 80", "UDP");

  test("exchanges addresses and ports, keeps the rest, and undoes itself", () => {
    expect(swapEnds(header)).toEqual(packet("p", "10.0.0.2 80", "10.0.0.1 5000", "UDP").header);
    expect(sameHeader(swapEnds(swapEnds(header)), header)).toBe(true);
    expect(sameHeader(swapEnds(header), header)).toBe(false);
  });
});

describe("sameHeader", () => {
  const { header } = packet("p", "10.0.0.1 5000", "10.0.0.2 80");

  test.each([
    { family: "IPv6" as const },
    { protocol: "SCTP" as const },
    { source: 1n },
    { sourcePort: 1 },
    { destination: 1n },
    { destinationPort: 1 },
  ])("is false when %o differs", (change) => {
    expect(sameHeader(header, { ...header, ...change })).toBe(false);
    expect(sameHeader(header, { ...header })).toBe(true);
  });
});

describe("FIELD_WIDTH_BITS", () => {
  test.each(FAMILIES)("has addresses of the width of %s, and ports of 16 bits", (family) => {
    const widths = FIELD_WIDTH_BITS[family];
    expect([widths.source, widths.destination]).toEqual(Array(2).fill(addressWidthBits(family)));
    expect([widths.sourcePort, widths.destinationPort]).toEqual([16, 16]);
  });
});

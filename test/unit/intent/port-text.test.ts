import { describe, expect, test } from "vitest";
import { parsePortText } from "../../../src/intent/port-text.ts";

describe("parsePortText", () => {
  test.each([
    ["443", { kind: "numbers", protocol: "TCP", ports: [[443, 443]] }],
    ["tcp/8000-8999", { kind: "numbers", protocol: "TCP", ports: [[8000, 8999]] }],
    ["8000-8999", { kind: "numbers", protocol: "TCP", ports: [[8000, 8999]] }],
    ["udp/53", { kind: "numbers", protocol: "UDP", ports: [[53, 53]] }],
    ["UDP/53", { kind: "numbers", protocol: "UDP", ports: [[53, 53]] }],
    ["sctp/1-65535", { kind: "numbers", protocol: "SCTP", ports: [[1, 65535]] }],
    ["udp/any", { kind: "numbers", protocol: "UDP", ports: [[1, 65535]] }],
    ["tcp/http", { kind: "name", protocol: "TCP", name: "http" }],
    ["http-2", { kind: "name", protocol: "TCP", name: "http-2" }],
    ["any", { kind: "any" }],
  ])("reads %s", (text, ports) => {
    expect(parsePortText(text)).toEqual(ports);
  });

  test.each([
    "",
    "0",
    "65536",
    "tcp/",
    "/80",
    "tcp/80/81",
    "80-",
    "-80",
    "90-80",
    "tcp/80-0",
    "a_b",
  ])("refuses %j", (text) => {
    expect(parsePortText(text).kind).toBe("malformed");
  });

  test("says how to write what is the wrong way round", () => {
    expect(parsePortText("80/TCP")).toMatchObject({ hint: "write tcp/80" });
    expect(parsePortText("90-80")).toMatchObject({ hint: "write 80-90" });
  });

  test("does not support icmp yet", () => {
    expect(parsePortText("icmp")).toEqual({ kind: "unsupported", form: "icmp" });
  });
});

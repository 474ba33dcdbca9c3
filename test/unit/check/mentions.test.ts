import { describe, expect, test } from "vitest";
import { hostsIn, mentionsOf } from "../../../src/check/mentions.ts";
import { pod, SOMEWHERE } from "../../support/small-cluster.ts";

describe("hostsIn", () => {
  test.each([
    ["postgres://shop:secret@db:5432/shop", ["db"]],
    [
      "http://api.shop/v1, https://cart.shop.svc.cluster.local:8443",
      ["api.shop", "cart.shop.svc.cluster.local"],
    ],
    ["redis-cart:6379", ["redis-cart"]],
    ["--brokers=kafka-0.kafka:9092,kafka-1.kafka:9092", ["kafka-0.kafka", "kafka-1.kafka"]],
    ["DB.Shop", ["db.shop"]],
    ["amqp://mq", ["mq"]],
  ])("%s names %j", (text, expected) => {
    expect(hostsIn(text, false).map(({ name }) => name)).toEqual(expected);
  });

  test.each([
    "db",
    "/etc/app/config.yaml",
    "info",
    "a=b",
    "12:30 pm",
    "",
    "sha256:abc",
    "10.0.0.1:80",
    "user@db.shop",
  ])("%s names nothing", (text) => {
    expect(hostsIn(text, false)).toEqual([]);
  });

  test("the whole value of a variable for a host is one", () => {
    expect(hostsIn(" db ", true)).toEqual([{ name: "db" }]);
    expect(hostsIn("redis:7", false)).toEqual([{ name: "redis", port: 7 }]);
    expect(hostsIn("db shop", true)).toEqual([]);
    expect(hostsIn(`${"x".repeat(2000)} http://db`, true)).toEqual([]);
  });
});

test("mentions stand in variables called like hosts, and on command lines", () => {
  const variable = (name: string, value: string) => ({ name, value, origin: SOMEWHERE });
  const base = pod("shop/web", ["10.244.0.10"]);
  const [container] = base.containers;
  if (container === undefined) throw new Error("a pod has a container");
  const texts = {
    variables: [variable("DB_HOST", "db"), variable("NAME", "db"), variable("URL", "http://api/")],
    sources: [],
    words: [{ text: "--cache=redis:6379", origin: SOMEWHERE }],
  };
  const told = mentionsOf({ ...base, containers: [{ ...container, texts }] });
  expect(told.map(({ name, where }) => `${name}: ${where}`)).toEqual([
    "db: DB_HOST of container main",
    "api: URL of container main",
    "redis: the command line of container main",
  ]);
});

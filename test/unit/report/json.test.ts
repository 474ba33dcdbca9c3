import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { describe, expect, test } from "vitest";
import { contextJson, type Json, jsonText } from "../../../src/report/json.ts";
import { envJson } from "../../../src/report/env-json.ts";
import { graphJson } from "../../../src/report/graph-json.ts";
import { reachJson } from "../../../src/report/reach-json.ts";
import { verifyJson } from "../../../src/report/verify-json.ts";
import { ANSWER, CONTEXT, ENVIRONMENTS, FINDINGS, GRAPH } from "./samples.ts";

const compiled = new Map<string, ValidateFunction>();

function schema(name: string): ValidateFunction {
  const validate = compiled.get(name) ?? compile(name);
  compiled.set(name, validate);
  return validate;
}

function compile(name: string): ValidateFunction {
  const url = new URL(`../../../docs/schemas/${name}.schema.json`, import.meta.url);
  return new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(
    JSON.parse(readFileSync(url, "utf8")) as object,
  );
}

/** What the schema says about `value` after it was written and read. */
function faults(name: string, value: Json): unknown {
  const validate = schema(name);
  validate(JSON.parse(jsonText(value)));
  return validate.errors;
}

const REPORTS = [
  ["env", envJson(ENVIRONMENTS, CONTEXT)],
  ["graph", graphJson(GRAPH, CONTEXT)],
  ["reach", reachJson(ANSWER, CONTEXT)],
  ["verify", verifyJson(FINDINGS, CONTEXT)],
] as const;

describe("the published schemas", () => {
  test.each(REPORTS)("%s: a report with every kind of part is valid", (name, report) => {
    expect(faults(name, report)).toBeNull();
  });

  test.each(REPORTS)("%s: a refusal and a report for each folder are valid", (name, report) => {
    const refused = { schemaVersion: 1, refused: true, ...contextJson(CONTEXT) };
    expect(faults(name, refused)).toBeNull();
    const folder = { ...report, folder: "a" };
    expect(faults(name, { schemaVersion: 1, inputs: [folder, refused] })).toBeNull();
  });

  test.each(REPORTS)("%s: anything else is not", (name, report) => {
    expect(faults(name, { ...report, extra: 1 })).not.toBeNull();
    expect(faults(name, { ...report, schemaVersion: 2 })).not.toBeNull();
    expect(faults(name, {})).not.toBeNull();
  });
});

describe("graphJson", () => {
  test("follows the contract to the letter", () => {
    expect(JSON.parse(jsonText(graphJson(GRAPH, CONTEXT)))).toEqual({
      schemaVersion: 1,
      endpoints: [
        {
          id: "shop/Deployment/web#1",
          kind: "Deployment",
          namespace: "shop",
          name: "web",
          pods: 1,
          podNames: ["web-1"],
        },
        {
          id: "shop/Deployment/web#2",
          kind: "Deployment",
          namespace: "shop",
          name: "web",
          pods: 1,
          podNames: ["web-2"],
        },
        { id: "shop/Pod/api", kind: "Pod", namespace: "shop", name: "api", pods: 1 },
        {
          id: "shop/StatefulSet/api",
          kind: "StatefulSet",
          namespace: "shop",
          name: "api",
          pods: 3,
        },
        { id: "external:1", kind: "external", ranges: ["0.0.0.0-9.255.255.255"] },
      ],
      connections: [
        {
          from: "shop/Deployment/web#1",
          to: "shop/Pod/api",
          allowed: [
            {
              protocol: "TCP",
              ports: [
                [80, 80],
                [8000, 8999],
              ],
            },
            { protocol: "UDP", ports: [[53, 53]], families: ["IPv4"] },
          ],
        },
        {
          from: "external:1",
          to: "shop/StatefulSet/api",
          allowed: [{ protocol: "SCTP", ports: [[1, 65535]] }],
        },
      ],
      undecided: [
        {
          from: "shop/Pod/api",
          to: "external:1",
          rows: [{ protocol: "TCP", ports: [[1, 2]] }],
          because: ["NQ9000"],
        },
      ],
      profile: [
        { name: "profile.preset", value: "none", from: "default" },
        {
          name: "profile.podCIDRs",
          value: ["10.20.0.0/16"],
          from: "input",
          file: "node.yaml",
          line: 3,
          column: 5,
        },
      ],
      assumptions: ["two nodes"],
      diagnostics: [
        {
          code: "NQ9000",
          severity: "note",
          message: "remarked",
          file: "a.yaml",
          line: 2,
          column: 3,
          related: [{ message: "there", file: "c.yaml", line: 4, column: 5 }],
          hint: "do something",
        },
        {
          code: "NQ4407",
          severity: "warning",
          message: "a link was not followed",
          file: "b.yaml",
          line: 1,
          column: 1,
        },
      ],
    });
  });
});

describe("reachJson", () => {
  test("follows the contract: a hop tells what it changes", () => {
    const report = JSON.parse(jsonText(reachJson(ANSWER, CONTEXT))) as typeof ANSWER & {
      outcomes: { trace: unknown[] }[];
    };
    expect(report).toMatchObject({
      schemaVersion: 1,
      answer: "depends",
      from: "shop/Deployment/web",
      to: "svc:shop/db:80",
      protocol: "TCP",
      port: 80,
      outcomes: [
        {
          verdict: "delivered",
          receiver: "shop/Pod/db",
          address: "10.244.0.9",
          port: 5432,
          sourceSeen: "10.244.0.7",
          reply: "delivered",
          declaredListener: false,
        },
        { verdict: "dropped", address: "fd00::9" },
      ],
      because: [
        {
          direction: "ingress",
          effect: "denied",
          policy: "shop/NetworkPolicy/db",
          file: "policy.yaml",
          line: 3,
          column: 3,
        },
      ],
    });
    expect(report.outcomes[0]?.trace[0]).toEqual({
      at: "node:n1",
      stage: "dnat",
      action: "translate",
      text: "shop/Service/db leads to shop/db",
      object: "shop/Service/db",
      rule: { file: "k8s/db.yaml", line: 3, column: 5 },
      before: { destination: "10.96.0.9", destinationPort: 80 },
      after: { destination: "10.244.0.9", destinationPort: 5432 },
    });
  });
});

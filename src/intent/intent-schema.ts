/**
 * The outline of an intent file: which keys there are and of which type. Endpoints and ports are read by
 * hand in intent-endpoint.ts and intent-ports.ts, because their many forms deserve better messages than
 * "none of these"; here they are described for the published JSON Schema only.
 */
import { z } from "zod";

const endpoint = z.unknown().meta({
  id: "endpoint",
  description:
    "Who is meant: a text such as shop/web, a map whose keys must all hold, or a list any of which suffices",
  anyOf: [
    { type: "string", minLength: 1 },
    { type: "array", minItems: 1, items: { $ref: "#/definitions/endpoint" } },
    {
      type: "object",
      minProperties: 1,
      additionalProperties: false,
      properties: {
        namespace: { $ref: "#/definitions/texts", description: "Name of the namespace" },
        labels: { $ref: "#/definitions/labels", description: "Labels of the pods" },
        namespaceLabels: {
          $ref: "#/definitions/labels",
          description: "Labels of the pods' namespace",
        },
        cidr: { $ref: "#/definitions/texts", description: "Addresses or CIDR blocks" },
        not: { $ref: "#/definitions/endpoint", description: "What is taken away" },
      },
    },
  ],
});

const side = z.unknown().meta({
  id: "side",
  description: "An endpoint, all of which is meant, or { any: endpoint } for at least one",
  anyOf: [
    { $ref: "#/definitions/endpoint" },
    {
      type: "object",
      additionalProperties: false,
      required: ["any"],
      properties: { any: { $ref: "#/definitions/endpoint" } },
    },
  ],
});

const ports = z.unknown().meta({
  id: "ports",
  description: "443 (TCP), tcp/8000-8999, udp/53, tcp/http, any, or a list; absent: every port",
  anyOf: [
    { $ref: "#/definitions/port" },
    { type: "array", minItems: 1, items: { $ref: "#/definitions/port" } },
  ],
});

/** Shapes that the hand-written descriptions above refer to. */
const REFERRED = {
  port: {
    anyOf: [
      { type: "integer", minimum: 1, maximum: 65_535 },
      { type: "string", minLength: 1 },
    ],
  },
  texts: {
    anyOf: [
      { type: "string", minLength: 1 },
      { type: "array", minItems: 1, items: { type: "string", minLength: 1 } },
    ],
  },
  labels: {
    description: "A map of labels (a list of values: any of them), or a text such as env in (a, b)",
    anyOf: [
      { type: "string", minLength: 1 },
      {
        type: "object",
        minProperties: 1,
        additionalProperties: {
          anyOf: [{ type: "string" }, { type: "array", minItems: 1, items: { type: "string" } }],
        },
      },
    ],
  },
};

const flow = z
  .strictObject({
    from: endpoint.optional().describe("Who opens the connection"),
    to: endpoint.optional().describe("Who is called"),
    ports: ports.optional(),
  })
  .meta({ id: "flow" });
const flows = z.array(flow);

const allow = z.strictObject({ from: side, to: side, ports: ports.optional() });
const deny = z.strictObject({
  from: endpoint,
  to: endpoint,
  ports: ports.optional(),
  except: flows.optional().describe("What is left out of the claim"),
});
const only = z
  .strictObject({
    into: endpoint.optional().describe("What only the flows may enter"),
    outOf: endpoint.optional().describe("What only the flows may leave"),
    flows,
  })
  .meta({ oneOf: [{ required: ["into"] }, { required: ["outOf"] }] });

/** The claims that there are; a property has exactly one of them. */
export const CLAIM_KEYS = ["allow", "deny", "only"] as const;

/** The outline of a property. */
export const propertySchema = z
  .strictObject({
    id: z.string().min(1).describe("Its name in reports; unique"),
    why: z.string().optional().describe("What it is good for"),
    owner: z.string().optional(),
    tags: z.array(z.string()).optional(),
    severity: z
      .enum(["error", "warn"])
      .optional()
      .describe("warn: shown, but does not fail the run"),
    allowEmpty: z.boolean().optional().describe("Whether its endpoints may select nothing"),
    allow: allow.optional().describe("Every source reaches every destination on every port"),
    deny: deny.optional().describe("No packet gets from a source to a destination"),
    only: only.optional().describe("Nothing but the flows enters or leaves"),
  })
  .meta({ id: "property", oneOf: CLAIM_KEYS.map((key) => ({ required: [key] })) });

const define = z.record(z.string(), endpoint).optional().describe("Names for endpoints");
const intentSchema = z.strictObject({
  version: z.literal(1),
  define,
  properties: z.array(propertySchema),
});

/** The outline of a file, its properties left for `propertySchema`: one bad one does not hide the rest. */
export const fileSchema = z.strictObject({
  version: z.literal(1),
  define,
  properties: z.array(z.unknown()),
});

/** A property whose outline is right. */
export type PropertyOutline = z.infer<typeof propertySchema>;
/** A flow of `only.flows` and `deny.except`. */
export type FlowOutline = z.infer<typeof flow>;

/** The keys that an object of the outline may have, by the keys that lead to it from a property. */
export const KNOWN_KEYS = {
  file: Object.keys(fileSchema.shape),
  property: Object.keys(propertySchema.shape),
  allow: Object.keys(allow.shape),
  deny: Object.keys(deny.shape),
  only: Object.keys(only.shape),
  flow: Object.keys(flow.shape),
} as const;

/** What the language plans and this version refuses, by the key that asks for it. */
export const PLANNED_KEYS: ReadonlySet<string> = new Set([
  "isolate",
  "via",
  "noNew",
  "forEach",
  "world",
  "expect",
  "waive",
  "invariants",
]);

/** The JSON Schema (draft-07) of an intent file, as plain data. */
export function intentJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, definitions, ...shape } = z.toJSONSchema(intentSchema, { target: "draft-7" });
  return {
    $schema,
    title: "netqed intent file",
    ...shape,
    definitions: { ...(definitions as object), ...REFERRED },
  };
}

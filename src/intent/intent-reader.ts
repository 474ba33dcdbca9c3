/**
 * Reads an intent file: its outline by schema, its endpoints and ports by hand, all with positions.
 */
import type { Checked } from "../base/diagnostic.ts";
import type { DocumentPath, LocatedDocument } from "../manifest/located-document.ts";
import type { IntentFile, IntentProperty } from "./ast.ts";
import { DEFINITION_NAME, ENDPOINT_KEYWORDS } from "./endpoint-text.ts";
import { readClaim } from "./intent-claim.ts";
import { checkDefinitions } from "./intent-endpoint.ts";
import { reportIssues } from "./intent-outline.ts";
import {
  CLAIM_KEYS,
  fileSchema,
  KNOWN_KEYS,
  PLANNED_KEYS,
  propertySchema,
} from "./intent-schema.ts";
import { isMap, reportAt, reportKey, type Reading } from "./reading.ts";

/**
 * The intents of `document`. The value is present even after errors and then holds the properties that
 * could be read; a caller that checks them must not count such a run as clean.
 */
export function readIntents(document: LocatedDocument): Checked<IntentFile> {
  const { content } = document;
  const definitions = new Map(
    isMap(content) && isMap(content["define"]) ? Object.entries(content["define"]) : [],
  );
  const reading: Reading = {
    document,
    definitions,
    used: new Set(),
    known: new Map(),
    circles: new Map(),
    problems: [],
  };
  const outline = fileSchema.safeParse(content);
  if (!outline.success) reportIssues(reading, [], outline.error.issues);
  checkDefinitionNames(reading);
  const items: readonly unknown[] =
    isMap(content) && Array.isArray(content["properties"]) ? content["properties"] : [];
  const properties = items
    .map((item, index) => readProperty(reading, item, ["properties", index]))
    .filter((property) => property !== undefined);
  checkDefinitions(reading);
  return {
    value: { file: document.at.file, properties },
    diagnostics: reading.problems,
  };
}

/** An error for each of `properties`, of whichever file, whose id an earlier one has. */
export function duplicateIds(properties: readonly IntentProperty[]): Checked<never>["diagnostics"] {
  const first = new Map<string, IntentProperty>();
  return properties.flatMap((property) => {
    const earlier = first.get(property.id);
    if (earlier === undefined) {
      first.set(property.id, property);
      return [];
    }
    return [
      {
        code: "NQ4014",
        severity: "error",
        message: `the id ${property.id} is taken: expected a different one`,
        at: property.at,
        related: [{ message: "it is the id of this property", at: earlier.at }],
      },
    ];
  });
}

function checkDefinitionNames(reading: Reading): void {
  for (const name of reading.definitions.keys()) {
    if (DEFINITION_NAME.test(name) && !ENDPOINT_KEYWORDS.includes(name)) continue;
    reportKey(reading, ["define", name], {
      code: "NQ4020",
      message: ENDPOINT_KEYWORDS.includes(name)
        ? `${name} already means an endpoint: expected another name`
        : `${JSON.stringify(name)} cannot be the name of a definition: expected letters, digits, - and _, beginning with a letter`,
    });
  }
}

function readProperty(
  reading: Reading,
  item: unknown,
  path: DocumentPath,
): IntentProperty | undefined {
  const planned = isMap(item) && Object.keys(item).some((key) => PLANNED_KEYS.has(key));
  const outline = propertySchema.safeParse(item);
  if (!outline.success) reportIssues(reading, path, outline.error.issues);
  // A claim that is not supported yet was reported as such: that it is missing would be noise.
  if (isMap(item) && !planned && !checkOneClaim(reading, item, path)) return undefined;
  if (!outline.success) return undefined;
  const property = outline.data;
  const claim = readClaim(reading, property, path);
  if (claim === undefined) return undefined;
  return {
    id: property.id,
    claim,
    severity: property.severity ?? "error",
    ...(property.why === undefined ? {} : { why: property.why }),
    ...(property.owner === undefined ? {} : { owner: property.owner }),
    tags: property.tags ?? [],
    allowEmpty: property.allowEmpty ?? false,
    at: reading.document.positionOf([...path, "id"]),
  };
}

function checkOneClaim(
  reading: Reading,
  item: Readonly<Record<string, unknown>>,
  path: DocumentPath,
): boolean {
  const claims = CLAIM_KEYS.filter((key) => Object.hasOwn(item, key));
  const [first, second] = claims;
  if (first !== undefined && second === undefined) return true;
  // An unknown key was reported with what it may have meant; it is most likely the missing claim.
  const misspelt = Object.keys(item).some((key) => !KNOWN_KEYS.property.includes(key));
  if (first === undefined && misspelt) return false;
  const message =
    second === undefined
      ? `the property claims nothing: expected one of ${CLAIM_KEYS.join(", ")}`
      : `the property makes several claims: expected one, found ${claims.join(" and ")}`;
  const problem = { code: "NQ4013", message } as const;
  if (second === undefined) reportAt(reading, path, problem);
  else reportKey(reading, [...path, second], problem);
  return false;
}

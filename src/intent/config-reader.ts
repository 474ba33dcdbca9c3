/**
 * Reading single values of netqed.yaml, with a problem at the value's position where one is wrong.
 */
import type { Prefix } from "../../models/base/address.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import { parsePrefix } from "../base/ip.ts";
import { didYouMean } from "../base/nearest-name.ts";
import type { Setting } from "../base/setting.ts";
import type { DocumentPath, LocatedDocument } from "../manifest/located-document.ts";
import { isMap, kindOfValue } from "./reading.ts";

/** A configuration file that is being read. */
export interface ConfigReading {
  readonly document: LocatedDocument;
  readonly problems: Diagnostic[];
}

/** A place in the file: its path, and the value there (undefined when absent). */
export interface Place {
  readonly reading: ConfigReading;
  readonly path: DocumentPath;
  readonly value: unknown;
}

/** Turns the value at a place into a typed one; undefined, with a problem, when it cannot. */
export type Reader<T> = (place: Place) => T | undefined;

/** The place of the whole file. */
export function rootOf(reading: ConfigReading): Place {
  return { reading, path: [], value: reading.document.content };
}

/** The place under `key`. */
export function placeAt(place: Place, key: string | number): Place {
  const { value, path, reading } = place;
  const inside = isMap(value) && typeof key === "string" && Object.hasOwn(value, key);
  const item =
    Array.isArray(value) && typeof key === "number" ? (value[key] as unknown) : undefined;
  return { reading, path: [...path, key], value: inside ? value[key] : item };
}

/** The path of `place` as users write it. */
export function nameOf({ path }: Place): string {
  return path
    .map((part, i) =>
      typeof part === "number" ? `[${String(part)}]` : `${i > 0 ? "." : ""}${part}`,
    )
    .join("");
}

/** Reports a wrong value; gives undefined. */
export function wrong(place: Place, expected: string, found?: string): undefined {
  const { reading, path, value } = place;
  const name = path.length === 0 ? "the file" : nameOf(place);
  reading.problems.push({
    code: "NQ4501",
    severity: "error",
    message: `${name} must be ${expected}; found ${found ?? kindOfValue(value)}`,
    at: reading.document.positionOf(path),
  });
  return undefined;
}

/**
 * Whether the value is a map with keys of `known` only; reports each other key, and a value that is no
 * map. An absent value is none, without a problem.
 */
export function isMapOf(place: Place, known: readonly string[]): boolean {
  const { reading, path, value } = place;
  if (value === undefined) return false;
  if (!isMap(value)) {
    wrong(place, `a map with ${known.join(", ")}`);
    return false;
  }
  for (const key of Object.keys(value).filter((k) => !known.includes(k))) {
    const where = path.length === 0 ? "netqed.yaml" : nameOf(place);
    reading.problems.push({
      code: "NQ4500",
      severity: "error",
      message: `${where} has no setting called ${key}; expected ${known.join(", ")}`,
      at: reading.document.keyPositionOf([...path, key]),
      ...didYouMean(key, known),
    });
  }
  return true;
}

/** The setting at `place`: its value, or `fallback` when absent or wrong. */
export function settingAt<T>(place: Place, read: Reader<T>, fallback: Setting<T>): Setting<T> {
  if (place.value === undefined || place.value === null) return fallback;
  const value = read(place);
  if (value === undefined) return fallback;
  return { value, from: "config", at: place.reading.document.positionOf(place.path) };
}

/** Reads one of some texts or truth values. */
export function oneOf<const T extends string | boolean>(...allowed: readonly T[]): Reader<T> {
  return (place) => {
    const found = allowed.find((choice) => choice === place.value);
    return found ?? (found === false ? found : wrong(place, allowed.map(String).join(" or ")));
  };
}

/** Reads a list whose every item `read` takes; undefined when one is wrong. */
export function listOf<T>(read: Reader<T>, what: string): Reader<readonly T[]> {
  return (place) => {
    if (!Array.isArray(place.value)) return wrong(place, `a list of ${what}`);
    const items = place.value.map((_, i) => read(placeAt(place, i)));
    const found = items.filter((item) => item !== undefined);
    return found.length === items.length ? found : undefined;
  };
}

/** Reads a text that is not empty. */
export const readText: Reader<string> = (place) =>
  typeof place.value === "string" && place.value !== ""
    ? place.value
    : wrong(place, "a text that is not empty");

/** Reads a whole number between two bounds, both included. */
export function wholeNumber(low: number, high: number): Reader<number> {
  return (place) => {
    const { value } = place;
    const whole = typeof value === "number" && Number.isInteger(value);
    if (whole && value >= low && value <= high) return value;
    return wrong(place, `a whole number from ${String(low)} to ${String(high)}`);
  };
}

/** Reads a CIDR block, however it is written. */
export const readAnyBlock: Reader<Prefix> = (place) => {
  const parsed = typeof place.value === "string" ? parsePrefix(place.value) : undefined;
  return parsed?.prefix ?? wrong(place, "a CIDR block such as 10.0.0.0/8");
};

/**
 * A value that a user may set: the value in force, and who chose it.
 */
import type { Origin } from "../../models/base/origin.ts";

/** Who chose a value: nobody, netqed.yaml, a preset that netqed.yaml names, or an object of the input. */
export type SettingSource = "default" | "config" | "preset" | "input";

/** A value in force. `at` is the line that sets it; absent for a default. */
export interface Setting<T> {
  readonly value: T;
  readonly from: SettingSource;
  readonly at?: Origin;
}

/** Whether somebody states it, in netqed.yaml or in the input: then it binds. */
export function isStated({ from }: Setting<unknown>): boolean {
  return from === "config" || from === "input";
}

/** The documented default `value`. */
export function defaultSetting<T>(value: T): Setting<T> {
  return { value, from: "default" };
}

/**
 * The profile in reports: what the installation is like, and who says so.
 */
import { groupBy } from "../base/group-by.ts";
import { placeOf } from "./code-frame.ts";
import { as, type Line } from "./line.ts";
import type { ProfileSetting } from "./run-context.ts";

/**
 * One line with every setting that is not as by default, by the lines that set them; none where all are. Settings of a
 * preset are named after it.
 */
export function profileLines(settings: readonly ProfileSetting[]): readonly Line[] {
  const preset = settings.find(({ name }) => name === PRESET);
  const hasPreset = settings.some(({ from, differs }) => from === "preset" && differs);
  const told = settings.filter((s) => s.differs && !(hasPreset && s === preset));
  if (told.length === 0) return [];
  const groups = groupBy(told, (setting) => sourceText(setting, settings));
  const texts = [...groups].map(([source, group]) => {
    const values = group.map(({ name, value }) => `${shortName(name)} ${listText(value)}`);
    return `${values.join(", ")} (${source})`;
  });
  return [[as("faint", "profile   "), `${texts.join("; ")}; netqed config lists all`]];
}

const PRESET = "profile.preset";

/** Who chose the value of a setting: `default`, `preset flannel, netqed.yaml:2:20`, `read at node.yaml:4:3`. */
export function sourceText(
  { from, at }: Pick<ProfileSetting, "from" | "at">,
  settings: readonly ProfileSetting[],
): string {
  const place = at === undefined ? "" : placeOf(at);
  switch (from) {
    case "default":
      return "default";
    case "config":
      return place;
    case "preset": {
      const preset = settings.find(({ name }) => name === PRESET)?.value;
      return `preset ${typeof preset === "string" ? preset : ""}, ${place}`;
    }
    case "input":
      return `read at ${place}`;
  }
}

/** A value as text: `10.0.0.0/8, fd00::/8`; `none` for an empty list. */
export function settingText(value: ProfileSetting["value"]): string {
  if (isList(value)) return value.length === 0 ? "none" : value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function listText(value: ProfileSetting["value"]): string {
  return isList(value) && value.length > 0 ? value.join(" and ") : settingText(value);
}

function shortName(name: string): string {
  return name.replace(/^profile\./, "");
}

function isList(value: ProfileSetting["value"]): value is readonly string[] {
  return Array.isArray(value);
}

/**
 * The settings in force, as reports and `netqed config` show them.
 */
import { type Config, DEFAULT_CONFIG } from "../../intent/config.ts";
import { configRows } from "../../intent/config-rows.ts";
import type { ProfileSetting } from "../../report/run-context.ts";

const DEFAULTS: ReadonlyMap<string, string> = new Map(
  configRows(DEFAULT_CONFIG).map(({ key, value }) => [key, JSON.stringify(value)]),
);

/** Every setting of `config`, in the order of the documentation. */
export function settingsOf(config: Config): readonly ProfileSetting[] {
  return configRows(config).map(({ key, value, from, at }) => ({
    name: key,
    value,
    from,
    ...(at === undefined ? {} : { at }),
    differs: DEFAULTS.get(key) !== JSON.stringify(value),
  }));
}

/** Those of the profile: what the installation is like. */
export function profileSettings(config: Config): readonly ProfileSetting[] {
  return settingsOf(config).filter(({ name }) => name.startsWith("profile."));
}

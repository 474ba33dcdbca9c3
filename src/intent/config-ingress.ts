/**
 * The settings of netqed.yaml about who handles Ingresses.
 */
import {
  type ControllerSetting,
  DEFAULT_CLUSTER_SETTINGS,
  type IngressSettings,
} from "../base/cluster-settings.ts";
import { isMapOf, type Place, placeAt, readText, wrong } from "./config-reader.ts";
import { isMap } from "./reading.ts";

/** `namespace/name` of a workload. */
const WORKLOAD = /^([a-z0-9][a-z0-9-]*)\/([a-z0-9][a-z0-9.-]*)$/;

/** The settings under `ingress`; nothing by default. */
export function readIngress(place: Place): IngressSettings {
  if (!isMapOf(place, ["controllers", "defaultClass"])) return DEFAULT_CLUSTER_SETTINGS.ingress;
  const controllers = readControllers(placeAt(place, "controllers"));
  const defaultPlace = placeAt(place, "defaultClass");
  if (defaultPlace.value === undefined || defaultPlace.value === null) return { controllers };
  const value = readText(defaultPlace);
  if (value === undefined) return { controllers };
  const at = defaultPlace.reading.document.positionOf(defaultPlace.path);
  return { controllers, defaultClass: { value, from: "config", at } };
}

function readControllers(place: Place): ReadonlyMap<string, ControllerSetting> {
  if (place.value === undefined || place.value === null) return new Map();
  if (!isMap(place.value)) {
    wrong(place, "a map from classes to workloads");
    return new Map();
  }
  const found = Object.keys(place.value).flatMap(
    (name): readonly (readonly [string, ControllerSetting])[] => {
      const setting = readController(placeAt(place, name));
      return setting === undefined ? [] : [[name, setting]];
    },
  );
  return new Map(found);
}

function readController(place: Place): ControllerSetting | undefined {
  const text = typeof place.value === "string" ? place.value : "";
  const [, namespace, name] = WORKLOAD.exec(text) ?? [];
  if (namespace === undefined || name === undefined) {
    return wrong(place, "a workload such as ingress-nginx/ingress-nginx-controller");
  }
  return { namespace, name, at: place.reading.document.positionOf(place.path) };
}

/**
 * What a container is told: its environment, its command and arguments.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables (v1.34; S5.20-S5.23)
 */
import type {
  ContainerTexts,
  Variable,
  VariableSource,
  Word,
} from "../../../models/kubernetes/name-facts.ts";
import { type Cursor, itemsAt, type MapCursor, originOf } from "../cursor.ts";
import { fieldUnder, textUnder } from "./quiet.ts";

/** The texts of `container`; undefined when it has none. Nothing is reported: no packet depends on them. */
export function decodeTexts(container: MapCursor): ContainerTexts | undefined {
  const variables = itemsAt(container, "env").flatMap(decodeVariable);
  const sources = itemsAt(container, "envFrom").flatMap(decodeSource);
  const words = ["command", "args"].flatMap((key) => itemsAt(container, key).flatMap(decodeWord));
  if (variables.length + sources.length + words.length === 0) return undefined;
  return { variables, sources, words };
}

function decodeVariable(item: Cursor): readonly Variable[] {
  const name = textUnder(item, "name");
  if (name === undefined) return [];
  const value = textUnder(item, "value");
  const at = fieldUnder(item, "value") ?? fieldUnder(item, "name") ?? item;
  return [{ name, ...(value === undefined ? {} : { value }), origin: originOf(at) }];
}

function decodeSource(item: Cursor): readonly VariableSource[] {
  const prefix = textUnder(item, "prefix") ?? "";
  return [
    ["configMapRef", "ConfigMap"],
    ["secretRef", "Secret"],
  ].flatMap(([key = "", kind = ""]) => {
    const reference = fieldUnder(item, key);
    if (reference === undefined) return [];
    return [
      {
        text: `${kind} ${textUnder(reference, "name") ?? ""}`,
        prefix,
        origin: originOf(reference),
      },
    ];
  });
}

function decodeWord(item: Cursor): readonly Word[] {
  const { node } = item;
  if (node.kind !== "scalar" || typeof node.value !== "string") return [];
  return [{ text: node.value, origin: originOf(item) }];
}

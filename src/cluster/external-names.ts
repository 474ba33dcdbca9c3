/**
 * Services of type ExternalName: names that lead to other names.
 */
import type { ExternalName } from "../../models/kubernetes/name-facts.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { compareNamed, namespaceOf } from "./sink.ts";

/**
 * The aliases of the input, sorted by namespace and name. One without a name to lead to is none.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#externalname (v1.34; S5.7)
 */
export function externalNames(index: ResourceIndex): readonly ExternalName[] {
  return index.services
    .flatMap(({ meta, type, externalName }): readonly ExternalName[] =>
      type?.value !== "ExternalName" || externalName === undefined
        ? []
        : [
            {
              namespace: namespaceOf(meta),
              name: meta.name,
              target: externalName.value,
              origin: externalName.at,
            },
          ],
    )
    .sort(compareNamed);
}

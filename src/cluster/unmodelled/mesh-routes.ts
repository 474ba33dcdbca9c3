/**
 * Routes of a service mesh: they are attached to a service instead of a gateway.
 */
import type { UnmodelledResource } from "../../manifest/resources.ts";
import { namespaceOf } from "../sink.ts";
import { field, items, text } from "./plain-data.ts";

/** What a route is attached to. */
export interface RouteParents {
  /** Services, as `namespace/name`, sorted as in the manifest. */
  readonly services: readonly string[];
  /** Whether it is attached to nothing else, and to something. */
  readonly onlyServices: boolean;
}

/**
 * The parents of `resource`; no services for what is no route.
 *
 * @source https://gateway-api.sigs.k8s.io/mesh/ (parentRef of kind Service; S8.32)
 */
export function routeParents(resource: UnmodelledResource): RouteParents {
  const own = namespaceOf(resource.meta);
  const refs = items(field(resource.content, "spec", "parentRefs"));
  const services = refs
    .filter((ref) => field(ref, "kind") === "Service" && isCore(field(ref, "group")))
    .flatMap((ref) => {
      const name = text(field(ref, "name"));
      return name === undefined ? [] : [`${text(field(ref, "namespace")) ?? own}/${name}`];
    });
  return { services, onlyServices: services.length > 0 && services.length === refs.length };
}

function isCore(group: unknown): boolean {
  return group === "" || group === "core";
}

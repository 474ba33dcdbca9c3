/**
 * Ingresses that are accepted but hardly do what was meant.
 */
import { hostLevel } from "../../../models/kubernetes/ingress-match.ts";
import type { ResourceIndex } from "../resource-index.ts";
import { objectId, type Sink } from "../sink.ts";
import type { BuiltIngress, BuiltPlane } from "./build-plane.ts";
import type { IngressLint } from "./ingress-lint.ts";
import { lintBackends } from "./lint-backends.ts";
import { lintBlocked } from "./lint-blocked.ts";
import { lintRepeated } from "./lint-repeated.ts";

/**
 * Warns of classes, controllers, backends, secrets and paths that are missing, twice, or blocked by policy.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/ (v1.34; S8.1, S8.2, S8.8, S8.9, S8.11)
 */
export function lintIngresses(
  { plane, ingresses }: BuiltPlane,
  lint: IngressLint,
  sink: Sink,
): void {
  for (const built of ingresses) {
    lintClass(built, lint, sink);
    lintHandling(built, sink);
    lintBackends(built, lint.cluster, sink);
    lintTls(built, lint.index, sink);
  }
  lintAlterations(plane, sink);
  lintRepeated(ingresses, sink);
  if (plane !== undefined) lintBlocked(plane, lint, sink);
}

function lintClass({ ingress, resource }: BuiltIngress, lint: IngressLint, sink: Sink): void {
  const { index, settings } = lint;
  const { className } = resource;
  const id = objectId(resource.meta);
  // An input without classes is mostly a part of a cluster: they are elsewhere.
  const severity = index.ingressClasses.length === 0 ? "note" : "warning";
  if (className !== undefined) {
    const known = index.ingressClasses.some(({ meta }) => meta.name === className.value);
    if (known || settings.controllers.has(className.value)) return;
    sink.diagnostics.push({
      code: "NQ2070",
      severity,
      message: `the class of ${id} must be an IngressClass; the input has none called ${className.value}`,
      at: className.at,
    });
    return;
  }
  const isDefault = ({ meta }: ResourceIndex["ingressClasses"][number]): boolean =>
    meta.annotations.get("ingressclass.kubernetes.io/is-default-class")?.value === "true";
  if (ingress.className !== undefined || settings.defaultClass !== undefined) return;
  if (index.ingressClasses.some(isDefault)) return;
  sink.diagnostics.push({
    code: "NQ2070",
    severity,
    message: `${id} names no class, and no IngressClass of the input is the default: whether a controller handles it is not known`,
    at: resource.meta.at,
    hint: "write spec.ingressClassName, or set ingress.defaultClass in netqed.yaml",
  });
}

function lintHandling({ resource, handling }: BuiltIngress, sink: Sink): void {
  if (handling.kind === "handled") return;
  sink.diagnostics.push({
    code: "NQ2071",
    severity: "note",
    message: `${objectId(resource.meta)}: ${handling.why}; how requests reach it, and what its backends then admit, is undecided`,
    at: resource.className?.at ?? resource.meta.at,
    hint: "name the controller's workload in netqed.yaml under ingress.controllers",
  });
}

function lintAlterations(plane: BuiltPlane["plane"], sink: Sink): void {
  const seen = new Set<string>();
  for (const { ingresses } of plane?.groups ?? []) {
    for (const ingress of ingresses) {
      for (const { text, origin } of ingress.alterations) {
        const id = `${ingress.namespace}/Ingress/${ingress.name}`;
        // What else leaves an Ingress open has a diagnostic of its own.
        if (!text.startsWith("the annotation ") || seen.has(`${id} ${text}`)) continue;
        seen.add(`${id} ${text}`);
        sink.diagnostics.push({
          code: "NQ2079",
          severity: "note",
          message: `${text} of ${id} may change where requests go: routes of its hosts are undecided where more than one backend is possible`,
          at: origin,
        });
      }
    }
  }
}

function lintTls({ ingress, resource }: BuiltIngress, index: ResourceIndex, sink: Sink): void {
  const id = objectId(resource.meta);
  const hosts = ingress.rules.map((rule) => rule.host);
  for (const entry of resource.tls) {
    const stray = entry.hosts.find(
      ({ value }) =>
        !hosts.some(
          (host) =>
            host === undefined ||
            hostLevel(value, host) !== undefined ||
            hostLevel(host, value) !== undefined,
        ),
    );
    if (stray !== undefined && ingress.rules.length > 0) {
      sink.diagnostics.push({
        code: "NQ2080",
        severity: "warning",
        message: `a host of the TLS entries of ${id} should have a rule; found none for ${stray.value}`,
        at: stray.at,
      });
    }
    if (entry.secretName !== undefined)
      lintSecret(entry.secretName, ingress.namespace, id, index, sink);
  }
}

function lintSecret(
  secret: NonNullable<BuiltIngress["resource"]["tls"][number]["secretName"]>,
  namespace: string,
  id: string,
  { secrets }: ResourceIndex,
  sink: Sink,
): void {
  if (secrets.has(`${namespace}/${secret.value}`)) return;
  const some = [...secrets].some((name) => name.startsWith(`${namespace}/`));
  sink.diagnostics.push({
    code: "NQ2077",
    severity: some ? "warning" : "note",
    message: `the Secret ${secret.value}, which a TLS entry of ${id} names, is not in the input`,
    at: secret.at,
  });
}

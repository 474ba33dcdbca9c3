/**
 * Annotations by which a controller may send requests elsewhere than the rules of an Ingress say.
 */
import type { RouteAlteration } from "../../../models/kubernetes/ingress.ts";
import type { Located } from "../../manifest/resources.ts";

/**
 * Where annotations for controllers begin, beside those with the word ingress before the slash.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource (v1.34: controllers have annotations of their own)
 */
const CONTROLLER_PREFIXES = [
  "haproxy.org/",
  "haproxy.com/",
  "konghq.com/",
  "projectcontour.io/",
  "nginx.org/",
  "nginx.com/",
  "kubernetes.io/ingress.",
];

/**
 * Annotations that change how a request is carried and not where it goes, as the beginnings of their names
 * after the slash.
 *
 * @source https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 * @source https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
 */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  "nginx.ingress.kubernetes.io/": [
    "affinity",
    "auth-realm",
    "auth-secret",
    "auth-tls-",
    "auth-type",
    "backend-protocol",
    "client-body-buffer-size",
    "connection-proxy-header",
    "cors-",
    "enable-access-log",
    "enable-cors",
    "enable-opentelemetry",
    "enable-opentracing",
    "enable-rewrite-log",
    "force-ssl-redirect",
    "hsts",
    "limit-",
    "load-balance",
    "proxy-",
    "service-upstream",
    "session-cookie-",
    "ssl-ciphers",
    "ssl-prefer-server-ciphers",
    "ssl-redirect",
    "upstream-hash-by",
    "upstream-vhost",
    "x-forwarded-prefix",
  ],
  "traefik.ingress.kubernetes.io/": ["router.tls", "service."],
  "kubernetes.io/": [
    "ingress.class",
    "ingress.global-static-ip-name",
    "ingress.regional-static-ip-name",
  ],
};

/** What is known of the others. */
const KNOWN: Readonly<Record<string, RouteAlteration["changes"]>> = {
  "nginx.ingress.kubernetes.io/rewrite-target": "path-matching",
  "nginx.ingress.kubernetes.io/use-regex": "path-matching",
  "nginx.ingress.kubernetes.io/server-alias": "hosts",
  "nginx.ingress.kubernetes.io/from-to-www-redirect": "hosts",
};

/**
 * What among `annotations` may alter routes, for a controller that listens to annotations which begin with one
 * of `prefixes`; absent: to any.
 */
export function alterationsOf(
  annotations: ReadonlyMap<string, Located<string>>,
  prefixes?: readonly string[],
): readonly RouteAlteration[] {
  return [...annotations].flatMap(([key, { value, at }]): readonly RouteAlteration[] => {
    const isMeant =
      prefixes === undefined
        ? isForControllers(key)
        : prefixes.some((prefix) => key.startsWith(prefix));
    if (!isMeant || isHarmless(key)) return [];
    // Switches that are off change nothing.
    if (value === "false") return [];
    const changes = (Object.hasOwn(KNOWN, key) ? KNOWN[key] : undefined) ?? "routing";
    return [{ text: `the annotation ${key}`, changes, origin: at }];
  });
}

function isForControllers(key: string): boolean {
  const slash = key.indexOf("/");
  const prefix = key.slice(0, Math.max(slash, 0));
  return prefix.includes("ingress") || CONTROLLER_PREFIXES.some((known) => key.startsWith(known));
}

function isHarmless(key: string): boolean {
  return Object.entries(HARMLESS).some(
    ([prefix, names]) =>
      key.startsWith(prefix) && names.some((name) => key.startsWith(prefix + name)),
  );
}

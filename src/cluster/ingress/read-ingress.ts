/**
 * The manifest of an Ingress → its meaning.
 */
import type {
  Ingress,
  IngressBackend,
  IngressPath,
  IngressRule,
  IngressTls,
} from "../../../models/kubernetes/ingress.ts";
import type {
  IngressBackendSpec,
  IngressResource,
  IngressRuleSpec,
} from "../../manifest/resources.ts";
import { namespaceOf } from "../sink.ts";
import { alterationsOf } from "./alterations.ts";

/** The annotation that named the class before there were classes. */
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

/** The Ingress of `resource`, with the annotations of every controller. */
export function ingressOf(resource: IngressResource): Ingress {
  const { meta, className, defaultBackend, rules, tls } = resource;
  const namespace = namespaceOf(meta);
  const annotated = meta.annotations.get(CLASS_ANNOTATION)?.value;
  const named = className?.value ?? annotated;
  const by = className === undefined ? "annotation" : "field";
  return {
    namespace,
    name: meta.name,
    ...(named === undefined || named === "" ? {} : { className: { name: named, by } }),
    ...(defaultBackend === undefined
      ? {}
      : { defaultBackend: backendOf(defaultBackend, namespace) }),
    rules: rules.map((rule) => ruleOf(rule, namespace)),
    tls: tls.map(
      ({ hosts, secretName, at }): IngressTls => ({
        hosts: hosts.map(({ value }) => value),
        ...(secretName === undefined
          ? {}
          : { secret: { name: secretName.value, origin: secretName.at } }),
        origin: at,
      }),
    ),
    alterations: alterationsOf(meta.annotations),
    origin: meta.at,
  };
}

function ruleOf({ host, paths, at }: IngressRuleSpec, namespace: string): IngressRule {
  const found = paths?.map(
    (path): IngressPath => ({
      type: path.type,
      path: path.path,
      backend: backendOf(path.backend, namespace),
      origin: path.at,
    }),
  );
  return {
    ...(host === undefined ? {} : { host: host.value }),
    ...(found === undefined ? {} : { paths: found }),
    origin: at,
  };
}

function backendOf(spec: IngressBackendSpec, namespace: string): IngressBackend {
  if (spec.kind === "resource") {
    return { kind: "resource", resource: spec.resource, namespace, origin: spec.at };
  }
  return {
    kind: "service",
    namespace,
    service: spec.name.value,
    port: spec.port.value,
    origin: spec.name.at,
  };
}

/**
 * The objects out of which the rows of rules are made: sound ones, in which a row changes a field.
 */

export type Fields = Readonly<Record<string, unknown>>;

export function meta(name: string, labels: Fields = {}, annotations: Fields = {}): Fields {
  return { name, namespace: "shop", labels, annotations };
}

export function container(ports: readonly object[], more: Fields = {}): Fields {
  return { name: "main", image: "example/main:1", ports, ...more };
}

export const OPEN = [container([{ containerPort: 8080, name: "http" }])];

export function pod(spec: Fields = {}, name = "web"): Fields {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: meta(name, { app: "web" }),
    spec: { containers: OPEN, ...spec },
  };
}

export function workload(kind: string, spec: Fields = {}, podSpec: Fields = {}): Fields {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: meta(kind.toLowerCase()),
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: OPEN, ...podSpec } },
      ...spec,
    },
  };
}

export function service(spec: Fields = {}, name = "web"): Fields {
  const ports = [{ port: 80, targetPort: 8080 }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta(name),
    spec: { selector: { app: "web" }, ports, ...spec },
  };
}

/** The service `web`, without a selector. */
export function manual(spec: Fields = {}): Fields {
  return service({ selector: {}, ...spec });
}

export function slice(fields: Fields = {}, label: string | undefined = "web"): Fields {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: meta("web-1", label === undefined ? {} : { "kubernetes.io/service-name": label }),
    addressType: "IPv4",
    endpoints: [{ addresses: ["192.0.2.7"] }],
    ports: [{ port: 8080 }],
    ...fields,
  };
}

export const CLASS = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "own" },
  spec: { controller: "example.com/own" },
};

/** Its image tells what it is. */
export const CONTROLLER = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: meta("controller"),
  spec: {
    selector: { matchLabels: { app: "controller" } },
    template: {
      metadata: { labels: { app: "controller" } },
      spec: {
        containers: [
          {
            name: "main",
            image: "registry.k8s.io/ingress-nginx/controller:v1.11.2",
            ports: [{ containerPort: 80 }],
          },
        ],
      },
    },
  },
};

export const BACKEND = { service: { name: "web", port: { number: 80 } } };

function path(fields: Fields = {}): Fields {
  return { path: "/", pathType: "Prefix", backend: BACKEND, ...fields };
}

export function rule(fields: Fields = {}, host = "shop.example.com"): Fields {
  return { host, http: { paths: [path(fields)] } };
}

export function ingress(spec: Fields = {}, name = "shop", annotations: Fields = {}): Fields {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: meta(name, {}, annotations),
    spec: { ingressClassName: "own", rules: [rule()], ...spec },
  };
}

export function node(name: string): Fields {
  return { apiVersion: "v1", kind: "Node", metadata: { name } };
}

export const NAMESPACE = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
export const NODES = [node("node1"), node("node2")];
export const SERVED = [pod(), service(), CLASS];

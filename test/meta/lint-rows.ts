/**
 * What is said about Pods, Services, Endpoints and Ingresses that are wrong or hardly mean what they say: one row
 * for each rule, with an input that breaks it.
 */

/** A rule, what says that it is broken, and an input that breaks it. */
export interface LintRow {
  readonly group: string;
  readonly rule: string;
  readonly told: Told;
}

/** How a broken rule is told. */
export type Told =
  | {
      readonly kind: "diagnostic";
      readonly code: string;
      readonly severity: "error" | "warning" | "note";
      /** What the message or the hint says. */
      readonly says: string;
      /** Objects, or the text of a file. */
      readonly input: readonly object[] | string;
    }
  | { readonly kind: "property"; readonly id: string }
  | { readonly kind: "untold"; readonly why: string };

type Fields = Readonly<Record<string, unknown>>;

function meta(name: string, labels: Fields = {}, annotations: Fields = {}): Fields {
  return { name, namespace: "shop", labels, annotations };
}

function container(ports: readonly object[], more: Fields = {}): Fields {
  return { name: "main", image: "example/main:1", ports, ...more };
}

const OPEN = [container([{ containerPort: 8080, name: "http" }])];

function pod(spec: Fields = {}, name = "web"): Fields {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: meta(name, { app: "web" }),
    spec: { containers: OPEN, ...spec },
  };
}

function workload(kind: string, spec: Fields = {}, podSpec: Fields = {}): Fields {
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

function service(spec: Fields = {}, name = "web"): Fields {
  const ports = [{ port: 80, targetPort: 8080 }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta(name),
    spec: { selector: { app: "web" }, ports, ...spec },
  };
}

/** The service `web`, without a selector. */
function manual(spec: Fields = {}): Fields {
  return service({ selector: {}, ...spec });
}

function slice(fields: Fields = {}, label: string | undefined = "web"): Fields {
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

const CLASS = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "own" },
  spec: { controller: "example.com/own" },
};

/** Its image tells what it is. */
const CONTROLLER = {
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

const BACKEND = { service: { name: "web", port: { number: 80 } } };

function path(fields: Fields = {}): Fields {
  return { path: "/", pathType: "Prefix", backend: BACKEND, ...fields };
}

function rule(fields: Fields = {}, host = "shop.example.com"): Fields {
  return { host, http: { paths: [path(fields)] } };
}

function ingress(spec: Fields = {}, name = "shop", annotations: Fields = {}): Fields {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: meta(name, {}, annotations),
    spec: { ingressClassName: "own", rules: [rule()], ...spec },
  };
}

function node(name: string): Fields {
  return { apiVersion: "v1", kind: "Node", metadata: { name } };
}

const NAMESPACE = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
const NODES = [node("node1"), node("node2")];
const SERVED = [pod(), service(), CLASS];

type Severity = "error" | "warning" | "note";

function told(
  code: string,
  severity: Severity,
  says: string,
  ...input: readonly object[] | readonly [string]
): Told {
  const [first] = input;
  const text = typeof first === "string" ? first : undefined;
  const objects = input.filter((one) => typeof one === "object");
  return { kind: "diagnostic", code, severity, says, input: text ?? objects };
}

function group(name: string, rows: Readonly<Record<string, Told>>): readonly LintRow[] {
  return Object.entries(rows).map(([rule, told]) => ({ group: name, rule, told }));
}

const EVERY_KIND = group("Every kind", {
  "The API version is served": told("NQ1010", "error", "extensions/v1beta1", {
    ...ingress(),
    apiVersion: "extensions/v1beta1",
  }),
  "One object of a kind, namespace and name": told(
    "NQ1011",
    "error",
    "web",
    service(),
    service({ ports: [{ port: 81 }] }),
  ),
  "Names have the form that the API server demands": told("NQ1025", "error", "Web_1", {
    ...service(),
    metadata: meta("Web_1"),
  }),
  "Fields are known": told("NQ1022", "warning", "targetport", service({ targetport: 8080 })),
  "YAML is valid": told("NQ1001", "error", "", "apiVersion: v1\nkind: [Service\n"),
  "No key is written twice": told("NQ1003", "error", "kind", "kind: Service\nkind: Service\n"),
  "Templates are rendered": told(
    "NQ1004",
    "error",
    "",
    "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: {{ toYaml .Values.spec }}\n",
  ),
  "Namespaces are named": told("NQ2001", "note", "default", {
    ...pod(),
    metadata: { name: "web" },
  }),
  "A port in quotes is a name": told(
    "NQ1027",
    "error",
    '"8080"',
    service({ ports: [{ port: 80, targetPort: "8080" }] }),
  ),
});

const PODS = group("Pods and workloads", {
  "The selector fits the template": told(
    "NQ1032",
    "error",
    "template",
    workload("Deployment", { selector: { matchLabels: { app: "shop" } } }),
  ),
  "On the host network hostPort is containerPort": told(
    "NQ1036",
    "error",
    "hostNetwork",
    pod({ hostNetwork: true, containers: [container([{ containerPort: 80, hostPort: 81 }])] }),
  ),
  "A host port is used once in a pod": told(
    "NQ1031",
    "error",
    "80",
    pod({
      containers: [
        container([
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 80 },
        ]),
      ],
    }),
  ),
  "Containers that run together listen on ports of their own": {
    kind: "property",
    id: "no-port-collision",
  },
  "A port name is used once in a pod": told(
    "NQ2060",
    "warning",
    "http",
    pod({
      containers: [...OPEN, { ...container([{ containerPort: 81, name: "http" }]), name: "side" }],
    }),
  ),
  "A port is declared once in a container": told(
    "NQ1041",
    "warning",
    "8080",
    pod({ containers: [container([{ containerPort: 8080 }, { containerPort: 8080 }])] }),
  ),
  "There are nodes for all pods with a host port": told(
    "NQ2021",
    "warning",
    "80",
    ...NODES,
    workload(
      "Deployment",
      { replicas: 3 },
      { containers: [container([{ containerPort: 80, hostPort: 80 }])] },
    ),
  ),
  "On the host network, dnsPolicy is not ClusterFirst": told(
    "NQ2017",
    "warning",
    "ClusterFirst",
    pod({ hostNetwork: true, dnsPolicy: "ClusterFirst" }),
  ),
  "serviceName of a StatefulSet names a headless service": told(
    "NQ2018",
    "warning",
    "not headless",
    workload("StatefulSet", { serviceName: "web" }),
    service(),
  ),
  "Services do not name ports of init containers": told(
    "NQ2036",
    "warning",
    "init container",
    pod({
      initContainers: [{ ...container([{ containerPort: 81, name: "setup" }]), name: "first" }],
    }),
    service({ ports: [{ port: 80, targetPort: "setup" }] }),
  ),
  "Ports lie between 1 and 65535": told(
    "NQ1024",
    "error",
    "65536",
    pod({ containers: [container([{ containerPort: 65_536 }])] }),
  ),
  "Port names have at most 15 characters and a letter": told(
    "NQ1027",
    "error",
    "metrics-of-the-shop",
    pod({ containers: [container([{ containerPort: 80, name: "metrics-of-the-shop" }])] }),
  ),
  "Containers declare their ports": {
    kind: "untold",
    why: "a declaration opens no port and its absence closes none; where something asks for a port by name, NQ2036 and NQ2052 say so",
  },
});

const SERVICES = group("Services", {
  "There are ports, but for headless services and ExternalName": told(
    "NQ1021",
    "error",
    "ports",
    service({ ports: [] }),
  ),
  "Several ports have names": told(
    "NQ1021",
    "error",
    "name",
    service({ ports: [{ port: 80, name: "web" }, { port: 81 }] }),
  ),
  "A port name is used once": told(
    "NQ1031",
    "error",
    "web",
    service({
      ports: [
        { port: 80, name: "web" },
        { port: 81, name: "web" },
      ],
    }),
  ),
  "A port and protocol are used once": told(
    "NQ1031",
    "error",
    "80/TCP",
    service({
      ports: [
        { port: 80, name: "one" },
        { port: 80, name: "two" },
      ],
    }),
  ),
  "nodePort needs type NodePort or LoadBalancer": told(
    "NQ1030",
    "error",
    "nodePort",
    service({ ports: [{ port: 80, nodePort: 30_080 }] }),
  ),
  "A node port lies in the range of the API server": {
    kind: "untold",
    why: "the range is a flag of the API server, which no setting states: any port is taken for possible",
  },
  "A node port is used once in the cluster": told(
    "NQ2032",
    "error",
    "30080",
    pod(),
    service({ type: "NodePort", ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }] }),
    service({ type: "NodePort", ports: [{ port: 81, targetPort: 8080, nodePort: 30_080 }] }, "two"),
  ),
  "A cluster address is used once": told(
    "NQ2031",
    "error",
    "10.96.0.10",
    pod(),
    service({ clusterIP: "10.96.0.10" }),
    service({ clusterIP: "10.96.0.10" }, "two"),
  ),
  "A headless service is of type ClusterIP": told(
    "NQ1030",
    "error",
    "headless",
    service({ clusterIP: "None", type: "NodePort" }),
  ),
  "ExternalName has an externalName": told(
    "NQ1021",
    "error",
    "externalName",
    service({ type: "ExternalName" }),
  ),
  "ExternalName has no clusterIP": told(
    "NQ1030",
    "error",
    "clusterIP",
    service({ type: "ExternalName", externalName: "example.com", clusterIP: "10.96.0.10" }),
  ),
  "externalName is no address": told(
    "NQ2066",
    "warning",
    "192.0.2.1",
    service({ type: "ExternalName", externalName: "192.0.2.1" }),
  ),
  "The selector selects a pod": told("NQ2034", "warning", "selects none", service()),
  "The selector selects pods of one workload": told(
    "NQ2061",
    "note",
    "2 workloads",
    workload("Deployment"),
    workload("StatefulSet"),
    service(),
  ),
  "A named target port is one of every selected pod": told(
    "NQ2036",
    "warning",
    "web2",
    pod(),
    pod({ containers: [container([{ containerPort: 8081 }])] }, "web2"),
    service({ ports: [{ port: 80, targetPort: "http" }] }),
  ),
  "A target port is declared, where ports are": told(
    "NQ2037",
    "warning",
    "8081/TCP",
    pod(),
    service({ ports: [{ port: 80, targetPort: 8081 }] }),
  ),
  "The protocol is the declared one": told(
    "NQ2037",
    "warning",
    "UDP",
    pod(),
    service({ ports: [{ port: 80, targetPort: 8080, protocol: "UDP" }] }),
  ),
  "The port of a headless service is the target port": told(
    "NQ2038",
    "warning",
    "headless",
    pod(),
    service({ clusterIP: "None" }),
  ),
  "Without a selector there are endpoints": told("NQ2035", "warning", "no selector", manual()),
  "With externalTrafficPolicy Local there are pods on all nodes": told(
    "NQ2062",
    "warning",
    "node ports",
    ...NODES,
    pod(),
    service({ type: "NodePort", externalTrafficPolicy: "Local" }),
  ),
  "With internalTrafficPolicy Local there are pods on all nodes": told(
    "NQ2062",
    "warning",
    "connections of pods",
    ...NODES,
    pod(),
    service({ internalTrafficPolicy: "Local" }),
  ),
  "Node ports do not pass source ranges by": told(
    "NQ2063",
    "warning",
    "node port",
    pod(),
    service({ type: "LoadBalancer", loadBalancerSourceRanges: ["192.0.2.0/24"] }),
  ),
  "Source ranges are CIDR blocks": told(
    "NQ1028",
    "error",
    "192.0.2.1",
    service({ type: "LoadBalancer", loadBalancerSourceRanges: ["192.0.2.1"] }),
  ),
  "Session affinity holds for clients outside": told(
    "NQ2067",
    "note",
    "another pod",
    pod(),
    service({ type: "LoadBalancer", sessionAffinity: "ClientIP" }),
  ),
  "There are no external addresses": told(
    "NQ2064",
    "note",
    "192.0.2.1",
    pod(),
    service({ externalIPs: ["192.0.2.1"] }),
  ),
  "External addresses are nobody's in the cluster": told(
    "NQ2065",
    "warning",
    "192.168.1.1",
    { ...node("node1"), status: { addresses: [{ type: "InternalIP", address: "192.168.1.1" }] } },
    pod(),
    service({ externalIPs: ["192.168.1.1"] }),
  ),
});

const ENDPOINTS = group("Endpoints and EndpointSlices", {
  "A slice names its service": told("NQ2040", "warning", "web-1", manual(), {
    ...slice(),
    metadata: meta("web-1"),
  }),
  "Port names are those of the service": told(
    "NQ2042",
    "warning",
    "admin",
    manual({ ports: [{ port: 80, name: "web" }] }),
    slice({ ports: [{ port: 8080, name: "admin" }] }),
  ),
  "Addresses are neither loopback nor link-local": told(
    "NQ1040",
    "error",
    "127.0.0.1",
    manual(),
    slice({ endpoints: [{ addresses: ["127.0.0.1"] }] }),
  ),
  "No address is that of a service": told(
    "NQ2046",
    "warning",
    "10.96.0.10",
    manual({ clusterIP: "10.96.0.10" }),
    slice({ endpoints: [{ addresses: ["10.96.0.10"] }] }),
  ),
  "Addresses are of type IPv4 or IPv6": told(
    "NQ2045",
    "warning",
    "FQDN",
    manual(),
    slice({ addressType: "FQDN", endpoints: [{ addresses: ["example.com"] }] }),
  ),
  "A service with a selector has no slices by hand": told(
    "NQ2041",
    "warning",
    "web",
    pod(),
    service(),
    slice(),
  ),
});

const INGRESSES = group("Ingresses", {
  "The class is one of the input": told(
    "NQ2070",
    "warning",
    "misspelt",
    ...SERVED,
    ingress({ ingressClassName: "misspelt" }),
  ),
  "The controller is one of the input": told("NQ2071", "note", "own", ...SERVED, ingress()),
  "Annotation and field name one class": told(
    "NQ1030",
    "error",
    "annotation",
    ingress({}, "shop", { "kubernetes.io/ingress.class": "other" }),
  ),
  "A backend is a service or a resource": told(
    "NQ1030",
    "error",
    "resource",
    ingress({
      rules: [rule({ backend: { ...BACKEND, resource: { kind: "Bucket", name: "shop" } } })],
    }),
  ),
  "The service of a backend is in the namespace": told(
    "NQ2072",
    "warning",
    "web",
    CLASS,
    pod(),
    service({}, "other"),
    ingress(),
  ),
  "The port of a backend is one of the service": told(
    "NQ2073",
    "warning",
    "8080",
    ...SERVED,
    ingress({
      rules: [rule({ backend: { service: { name: "web", port: { number: 8080 } } } })],
    }),
  ),
  "A backend is no ExternalName": told(
    "NQ2074",
    "warning",
    "web",
    CLASS,
    service({ type: "ExternalName", externalName: "example.com" }),
    ingress(),
  ),
  "A backend has endpoints": told("NQ2075", "warning", "503", CLASS, service(), ingress()),
  "There are rules or a default backend": told("NQ1021", "error", "rules", ingress({ rules: [] })),
  "A host is a DNS name, without port": told(
    "NQ1025",
    "error",
    "shop.example.com:80",
    ingress({ rules: [rule({}, "shop.example.com:80")] }),
  ),
  "A wildcard is the first label": told(
    "NQ1025",
    "error",
    "shop.*.com",
    ingress({ rules: [rule({}, "shop.*.com")] }),
  ),
  "Paths have a type": told(
    "NQ1021",
    "error",
    "pathType",
    ingress({ rules: [{ http: { paths: [{ path: "/", backend: BACKEND }] } }] }),
  ),
  "Paths are absolute and plain": told(
    "NQ1042",
    "error",
    "//",
    ingress({ rules: [rule({ path: "/a//b" })] }),
  ),
  "A host and path are in one Ingress": told(
    "NQ2076",
    "warning",
    "shop.example.com",
    ...SERVED,
    service({}, "other"),
    ingress(),
    ingress(
      {
        rules: [rule({ backend: { service: { name: "other", port: { number: 80 } } } })],
      },
      "second",
    ),
  ),
  "The controller may reach the backends": told(
    "NQ2078",
    "warning",
    "controller",
    NAMESPACE,
    pod(),
    service(),
    CONTROLLER,
    { ...CLASS, spec: { controller: "k8s.io/ingress-nginx" } },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: meta("closed"),
      spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] },
    },
    ingress(),
  ),
  "The Secret for TLS is in the namespace": told(
    "NQ2077",
    "note",
    "certificate",
    ...SERVED,
    ingress({ tls: [{ hosts: ["shop.example.com"], secretName: "certificate" }] }),
  ),
  "Hosts with TLS have rules": told(
    "NQ2080",
    "warning",
    "misspelt.example.com",
    ...SERVED,
    ingress({ tls: [{ hosts: ["misspelt.example.com"] }] }),
  ),
});

/** Objects that break none of the rules. */
export const SOUND: readonly object[] = [
  NAMESPACE,
  ...NODES,
  workload("Deployment", { replicas: 2 }),
  service({ type: "NodePort", ports: [{ port: 80, targetPort: "http", nodePort: 30_080 }] }),
  service({ clusterIP: "None", ports: [{ port: 8080 }] }, "headless"),
  service({ selector: {} }, "manual"),
  slice({}, "manual"),
  CONTROLLER,
  { ...CLASS, spec: { controller: "k8s.io/ingress-nginx" } },
  ingress(),
];

/** The rules, those of one group together. */
export const LINTS: readonly LintRow[] = [
  ...EVERY_KIND,
  ...PODS,
  ...SERVICES,
  ...ENDPOINTS,
  ...INGRESSES,
];

/**
 * Rules for objects of every kind, for pods and workloads.
 */
import { meta, container, pod, workload, service, ingress, OPEN, NODES } from "./lint-objects.ts";
import { group, told } from "./lint-row.ts";

export const EVERY_KIND = group("Every kind", {
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

export const PODS = group("Pods and workloads", {
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

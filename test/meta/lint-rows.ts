/**
 * What is said about Pods, Services, Endpoints and Ingresses that are wrong or hardly mean what they say: one row
 * for each rule, with an input that breaks it.
 */
import {
  workload,
  service,
  slice,
  CONTROLLER,
  ingress,
  NAMESPACE,
  NODES,
  CLASS,
} from "./lint-objects.ts";
import type { LintRow } from "./lint-row.ts";
import { INGRESSES } from "./lint-rows-ingresses.ts";
import { ENDPOINTS, SERVICES } from "./lint-rows-services.ts";
import { EVERY_KIND, PODS } from "./lint-rows-workloads.ts";

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

/**
 * What is refused in real-world corpora, folder by folder, and why that is right. Each was looked at: a new
 * one is a false alarm until somebody has looked at it as well.
 */

/** How often each code is told. */
type Counts = Readonly<Record<string, number>>;

/**
 * By set. NQ1001: no YAML (one on purpose, one with text after a flow map). NQ1003: a key twice. NQ1004:
 * templates of Helm, Go and envsubst. NQ1010: batch/v1beta1 and extensions/v1beta1, which are gone, and apps
 * or Ingress without version. NQ1011: variants that differ in what the network depends on lie side by side. NQ1020: null
 * items in a list. NQ1021: patches, and fixtures of a linter, without selector, containers, spec or pathType. NQ1024,
 * NQ1027, NQ1031, NQ1032: fixtures of a linter that the API server refuses. NQ1025, NQ1026: placeholders such
 * as $ITEM, ($namespace), __HOST__, _ and * for names, and an address of mail as a label. NQ4402: no manifests.
 */
export const REFUSALS: Readonly<Record<string, Counts>> = {
  "agent-sandbox/examples": { NQ1004: 1, NQ1011: 1 },
  "aks-store-demo/manifests": { NQ1011: 1 },
  "argo-cd/ha-base": { NQ1021: 6 },
  "aviator-coding-home-ops/kubernetes": { NQ1004: 2 },
  "badpods/manifests": { NQ1010: 16 },
  "cilium-cli/connectivity-manifests": { NQ1004: 19 },
  "cluster-monitoring-operator/assets": { NQ1011: 1 },
  "datadog-charts/rendered-baselines-datadog": { NQ1011: 1 },
  "datadog-charts/rendered-baselines-others": { NQ1011: 2 },
  "gke-network-policy-demo/manifests": { NQ1011: 1 },
  "harbor-operator/samples": { NQ4402: 1 },
  "ingress-gce/examples": { NQ1003: 1 },
  "ingress-nginx/docs-examples": { NQ1011: 1, NQ1025: 11 },
  "konflux-ci/operator-manifests": { NQ1021: 4 },
  "konflux-infra-deployments/components-netpol": {
    NQ1004: 12,
    NQ1010: 2,
    NQ1011: 2,
    NQ1021: 10,
    NQ1025: 77,
    NQ1026: 6,
  },
  "kube-linter/tests": {
    NQ1003: 3,
    NQ1004: 7,
    NQ1010: 1,
    NQ1011: 1,
    NQ1021: 167,
    NQ1024: 2,
    NQ1026: 2,
    NQ1027: 3,
    NQ1031: 1,
    NQ1032: 6,
  },
  "kubeaudit/fixtures": { NQ1010: 3, NQ1011: 1 },
  "kubeflow-manifests/common": { NQ1021: 16, NQ1025: 1 },
  "kubernetes-website/examples-en": { NQ1011: 7, NQ1021: 1, NQ1025: 1 },
  "linkerd2/inject-testdata-and-viz": { NQ1001: 2, NQ1010: 4, NQ1011: 3, NQ1020: 4, NQ1021: 6 },
  "mirceanton-home-ops/all": { NQ1004: 1, NQ1025: 22 },
  "toboshii-home-ops/cluster": { NQ1004: 2 },
};

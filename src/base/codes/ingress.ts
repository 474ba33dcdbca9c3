/** Codes NQ207x and NQ208x: Ingresses. */
export const INGRESS_CODES = {
  NQ2070: {
    title: "class of an Ingress is not known",
    explanation:
      "An Ingress has an effect only where a controller handles its class. The class is no IngressClass of the input, or the Ingress names none and no class is the default. Add the IngressClass, or name the controller of the class in netqed.yaml under `ingress.controllers`.",
  },
  NQ2071: {
    title: "ingress controller is not in the input",
    explanation:
      "Requests to an Ingress are answered by the pods of a controller, and policies apply to these as to any other. Which pods they are is not known, so that answers which depend on it are undecided. Add the controller's workload to the input, and name it in netqed.yaml, for example `ingress: { controllers: { nginx: ingress-nginx/ingress-nginx-controller } }`.",
  },
  NQ2072: {
    title: "backend names no service",
    explanation:
      "An Ingress sends requests to a service of its own namespace that does not exist there. The controller answers them itself, usually with 503.",
  },
  NQ2073: {
    title: "backend names no port of its service",
    explanation:
      "An Ingress names a port, by number or by name, that its service does not have. The port is the service's own, not that of the pods behind it.",
  },
  NQ2074: {
    title: "backend is an ExternalName service",
    explanation:
      "The service is an alias of a name in DNS. Whether a controller follows it, and where it leads, is not known: some refuse it because it reaches what the namespace does not own.",
  },
  NQ2075: {
    title: "backend without endpoints",
    explanation:
      "No pod is behind the service to which an Ingress sends requests. The controller answers them with 503.",
  },
  NQ2076: {
    title: "host and path twice",
    explanation:
      "Two rules have the same host, path and type, and lead to different backends. Nothing says which of them counts: some controllers take the older Ingress, others merge them.",
  },
  NQ2077: {
    title: "Secret for TLS is not in the input",
    explanation:
      "A TLS entry names a Secret of its namespace that the input does not hold. Without it controllers serve a certificate of their own, or do not answer. It is only a note where the input holds no Secret of that namespace, since Secrets are often kept elsewhere.",
  },
  NQ2078: {
    title: "Ingress is blocked by policy",
    explanation:
      "Policies isolate the pods behind an Ingress, and none of their rules names the pods of its controller. Requests from outside arrive with the address of the controller, not with that of the client, so the controller's namespace or labels must be admitted.",
  },
  NQ2079: {
    title: "annotation may change routes",
    explanation:
      "A controller may send requests elsewhere, or compare paths in another way, because of an annotation that netqed does not model. Routes of the hosts of that Ingress are undecided, unless all that is possible leads to one backend.",
  },
  NQ2080: {
    title: "TLS host without a rule",
    explanation:
      "A TLS entry names a host for which the Ingress has no rule. It is often a misspelt host: the certificate is then not used for the host that was meant.",
  },
  NQ2081: {
    title: "backend is no service",
    explanation:
      "An Ingress sends requests to an object that is no service, for example a bucket for static files. What the controller does then is not modelled.",
  },
} as const;

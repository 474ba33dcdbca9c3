/** Codes NQ1xxx: reading manifests, and what the API server would refuse. */
export const MANIFEST_CODES = {
  NQ1001: {
    title: "not valid YAML",
    explanation:
      "The document cannot be read, so nothing in it was taken into account. Correct it at the position shown; what else is reported for the same document may follow from it.",
  },
  NQ1002: {
    title: "not valid JSON",
    explanation:
      "The file ends in .json and can be read neither as JSON nor as YAML, so nothing in it was taken into account.",
  },
  NQ1003: {
    title: "key written twice",
    explanation:
      "One map holds a key more than once. Readers disagree on which one counts, so the document was not used. Keep one of them.",
  },
  NQ1004: {
    title: "template placeholder left in",
    explanation:
      "The text holds {{ … }} or a similar placeholder, so it is the source of a template and not yet a manifest. Render it first, for example: helm template . | netqed verify -",
  },
  NQ1005: {
    title: "alias cannot be followed",
    explanation:
      "An alias (*name) has no anchor (&name) before it, stands inside its own anchor, or the aliases of a document stand for more values than netqed is willing to read.",
  },
  NQ1006: {
    title: "too large or too deep",
    explanation:
      "The file is larger, or nested deeper, than netqed reads. Manifests that a cluster accepts stay far below these limits.",
  },
  NQ1007: {
    title: "not a manifest",
    explanation:
      "A file that was named, or standard input, holds something without apiVersion and kind, or nothing at all. Inside a folder such documents are skipped and counted; a file that was named must be a manifest. netqed.yaml is found by itself, and intent files go with --intent.",
  },
  NQ1009: {
    title: "unusable map key",
    explanation:
      "The key of a map is not text, or a merge key (<<) is given something other than maps.",
  },
  NQ1010: {
    title: "unknown or removed API version",
    explanation:
      "The API server of Kubernetes 1.34 does not serve this kind under this apiVersion: it was removed, never existed, or is misspelt. The object was not used.",
  },
  NQ1011: {
    title: "defined more than once, differently",
    explanation:
      "The input holds several objects of the same kind, namespace and name that say different things about the network, mostly because variants of one application (overlays, environments) lie side by side. Only one of them can exist. Read one variant at a time, let --each treat every folder as an input of its own, or leave files out with --ignore.",
  },
  NQ1012: {
    title: "defined more than once, identically",
    explanation:
      "The input holds the same object several times, or definitions of it that differ only in what no packet depends on, such as images, resources and annotations. It counts once.",
  },
  NQ1013: {
    title: "unquoted word that readers disagree on",
    explanation:
      "kubectl reads unquoted y, yes, no, on, off and numbers with leading zeros much as YAML 1.1 did: as booleans and octal numbers. YAML 1.2 does not. Where a boolean or number is expected, kubectl's reading was taken; where text is expected, the text.",
  },
  NQ1014: {
    title: "unknown YAML tag",
    explanation:
      "A value carries a tag (!name) that Kubernetes does not know. It is ignored, as kubectl does, and the value is read as it is written.",
  },
  NQ1020: {
    title: "wrong type",
    explanation:
      "The API server expects another type here, for example a list where a map was written. It refuses the object, so the object was not used.",
  },
  NQ1021: {
    title: "required field missing",
    explanation: "The API server refuses the object without this field, so it was not used.",
  },
  NQ1022: {
    title: "unknown field",
    explanation:
      "The API does not define this field here, and the API server drops it. In the spec of a NetworkPolicy that is an error: a misspelt selector or rule disappears, and what remains selects or admits more than was meant. Elsewhere it is a warning.",
  },
  NQ1023: {
    title: "value not allowed",
    explanation:
      "The field takes one of a few words, and capitals count. The API server refuses others.",
  },
  NQ1024: {
    title: "number out of range",
    explanation:
      "The API server refuses the number: ports lie between 1 and 65535, a range ends no lower than it begins, counts are not negative.",
  },
  NQ1025: {
    title: "invalid name",
    explanation:
      "The name of an object, namespace or container does not have the form that the API server demands.",
  },
  NQ1026: {
    title: "invalid label or annotation",
    explanation:
      "The key or the value of a label, or the key of an annotation, does not have the form that the API server demands.",
  },
  NQ1027: {
    title: "invalid port name",
    explanation:
      "Port names have at most 15 lower-case letters, digits and dashes, with at least one letter. A number in quotes is a name as well, and never a valid one.",
  },
  NQ1028: {
    title: "invalid address or CIDR block",
    explanation:
      "The text is no IP address, or no CIDR block, of the family that is expected here.",
  },
  NQ1029: {
    title: "irregular address or CIDR block",
    explanation:
      "Leading zeros, bits beyond the length of a block, and IPv4 addresses written as IPv6 are still accepted by Kubernetes 1.34, but some network plugins read them differently, and Kubernetes 1.36 refuses them. netqed takes the meaning that it reports.",
  },
  NQ1030: {
    title: "fields that do not go together",
    explanation:
      "The API server refuses this combination of fields, for example ipBlock beside a selector, or endPort without port.",
  },
  NQ1031: {
    title: "used twice in one object",
    explanation:
      "A name, a port or an address occurs twice where the API server demands that it be unique within the object.",
  },
  NQ1032: {
    title: "selector does not fit the template",
    explanation:
      "A workload's selector has to select the pods of its own template. The API server refuses a selector that does not, and an empty one.",
  },
  NQ1033: {
    title: "exception outside its block",
    explanation: "Each block under except has to lie strictly inside the cidr of its ipBlock.",
  },
  NQ1034: {
    title: "peer names nobody",
    explanation:
      "An item under from or to has to hold podSelector, namespaceSelector or ipBlock. An empty item is refused; an empty selector is not, and selects everything.",
  },
  NQ1035: {
    title: "selector expression with wrong values",
    explanation: "In and NotIn need at least one value; Exists and DoesNotExist take none.",
  },
  NQ1036: {
    title: "host port differs from container port",
    explanation:
      "A pod on the host's network has no ports of its own, so a hostPort has to equal its containerPort.",
  },
  NQ1037: {
    title: "wrong namespace name label",
    explanation:
      "The label kubernetes.io/metadata.name always holds the namespace's own name: the control plane sets it. A manifest that says otherwise misleads whoever writes selectors from it.",
  },
  NQ1038: {
    title: "container without a name",
    explanation:
      "The API server requires a name for every container. Dumps that other tools have shortened lack them, and nothing in the network depends on them, so one was made up.",
  },
  NQ1039: {
    title: "policy without a spec",
    explanation:
      "A NetworkPolicy without a spec is accepted: it selects every pod of its namespace and admits no ingress. Mostly it is a fragment that was meant to be patched into another object.",
  },
  NQ1040: {
    title: "address that cannot be an endpoint",
    explanation:
      "Unspecified, loopback and link-local addresses cannot be endpoints or external addresses.",
  },
  NQ1041: {
    title: "port declared twice",
    explanation: "One container declares the same port and protocol twice. It counts once.",
  },
  NQ1042: {
    title: "unusable path of an Ingress",
    explanation:
      "Paths of type Exact and Prefix are absolute and have no parts such as `//`, `/../` or an encoded slash, because servers disagree on what these mean. The API server refuses the Ingress.",
  },
} as const;

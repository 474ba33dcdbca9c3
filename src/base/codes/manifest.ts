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
  NQ1009: {
    title: "unusable map key",
    explanation:
      "The key of a map is not text, or a merge key (<<) is given something other than maps.",
  },
  NQ1014: {
    title: "unknown YAML tag",
    explanation:
      "A value carries a tag (!name) that Kubernetes does not know. It is ignored, as kubectl does, and the value is read as it is written.",
  },
} as const;

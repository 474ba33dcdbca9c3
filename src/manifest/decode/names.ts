/**
 * The forms that the API server demands of names, labels and ports. Each function says whether a text
 * has the form; `NAME_FORMS` says the form in words.
 *
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ (v1.34)
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set (v1.34)
 * @source https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go
 */

/** Forms of object names. */
export type NameForm = "DNS label" | "DNS subdomain" | "DNS-1035 label";

/** What each form asks for, as the end of a sentence that begins with "expected". */
export const NAME_FORMS: Readonly<Record<NameForm, string>> = {
  "DNS label":
    "at most 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit",
  "DNS subdomain":
    "at most 253 lower-case letters, digits, dashes and dots, beginning and ending with a letter or digit",
  "DNS-1035 label":
    "at most 63 lower-case letters, digits and dashes, beginning with a letter and ending with a letter or digit",
};

/** Whether `name` has `form`. */
export function hasNameForm(name: string, form: NameForm): boolean {
  switch (form) {
    case "DNS label":
      return isDnsLabel(name);
    case "DNS subdomain":
      return isDnsSubdomain(name);
    case "DNS-1035 label":
      return name.length <= 63 && /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(name);
  }
}

/** Whether `text` is a label of RFC 1123. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** Whether `text` is a subdomain of RFC 1123. */
export function isDnsSubdomain(text: string): boolean {
  return (
    text.length <= 253 &&
    text.split(".").every((part) => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(part))
  );
}

/** Whether `text` can name a container or service port where only a service name of IANA can (S1.13). */
export function isPortName(text: string): boolean {
  return (
    text.length <= 15 &&
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(text) &&
    /[a-z]/.test(text) &&
    !text.includes("--")
  );
}

/** What `isPortName` asks for. */
export const PORT_NAME_FORM =
  "a port name of at most 15 lower-case letters, digits and single dashes, with at least one letter";

/** Whether `text` is a qualified name: a name of at most 63 characters, perhaps after a DNS prefix. */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf("/");
  const name = text.slice(slash + 1);
  if (slash === 0 || (slash > 0 && !isDnsSubdomain(text.slice(0, slash)))) return false;
  return name.length <= 63 && /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name);
}

/** What `isLabelKey` asks for. */
export const LABEL_KEY_FORM =
  "at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, perhaps after a DNS prefix and `/`";

/** Whether `text` can be the value of a label; the empty text can. */
export function isLabelValue(text: string): boolean {
  return (
    text === "" || (text.length <= 63 && /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text))
  );
}

/** What `isLabelValue` asks for. */
export const LABEL_VALUE_FORM =
  "nothing, or at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit";

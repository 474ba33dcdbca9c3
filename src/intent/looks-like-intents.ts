/**
 * Telling intent files from manifests, without what it takes to read them.
 */

/**
 * Whether `text` looks like an intent file: a version and properties at the start of a line, and nothing
 * that a Kubernetes object has there. Such a file is no manifest, wherever it lies.
 */
export function looksLikeIntents(text: string): boolean {
  const has = (key: string): boolean => new RegExp(`^["']?${key}["']?[ \\t]*:`, "m").test(text);
  return has("version") && has("properties") && !has("apiVersion") && !has("kind");
}

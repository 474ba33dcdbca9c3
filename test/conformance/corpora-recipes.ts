/**
 * The recipes as folders of manifests: the fenced YAML of each, and the pods and namespaces that its
 * commands make.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes what the Markdown files in `from` hold into folders of `to`. Blocks of one recipe lie together,
 * but for those that say an object anew: they begin a variant of their own.
 */
export function extractRecipes(from: string, to: string): void {
  for (const file of readdirSync(from).filter((name) => /^\d\d.*\.md$/.test(name))) {
    const text = readFileSync(join(from, file), "utf8");
    const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block]) => block ?? "");
    for (const [index, variant] of variantsOf(blocks).entries()) {
      const folder = join(to, `${file.slice(0, -".md".length)}-${String(index + 1)}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "surroundings.yaml"), [...surroundings(text)].join("---\n"));
      for (const [number, block] of variant.entries()) {
        writeFileSync(join(folder, `block-${String(number + 1)}.yaml`), block);
      }
    }
  }
}

function variantsOf(blocks: readonly string[]): readonly (readonly string[])[] {
  const variants: string[][] = [[]];
  for (const block of blocks) {
    const name = /^ {2}name: .*$/m.exec(block)?.[0];
    const isAnew = name !== undefined && variants.at(-1)?.some((other) => other.includes(name));
    if (isAnew === true) variants.push([block]);
    else variants.at(-1)?.push(block);
  }
  return variants;
}

/** Pods of `kubectl run`, and namespaces with the labels of `kubectl label`, each once. */
function surroundings(text: string): ReadonlySet<string> {
  const commands = text.replaceAll("\\\n", " ").split("\n");
  const found = new Set<string>();
  for (const command of commands) {
    const [, words] = /kubectl run (.*?)(?: --(?: |$)|$)/.exec(command) ?? [];
    const run = words?.split(" ").find((word) => word !== "" && !word.startsWith("-"));
    const labels = /(?:--labels[= ]|-l )"?([^\s"]+)/.exec(command)?.[1];
    const namespace = /(?:--namespace[= ]|-n )(\S+)/.exec(command)?.[1] ?? "default";
    if (run !== undefined) {
      const name = run.replace("$RANDOM", `pod-${String(found.size)}`);
      const meta = { name, namespace, labels: pairs(labels ?? `run=${name}`) };
      const spec = { containers: [{ name, image: "nginx" }] };
      found.add(`${JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: meta, spec })}\n`);
    }
    const [, labelled, label] = /kubectl label namespace\/(\S+) (\S+=\S+)/.exec(command) ?? [];
    if (labelled !== undefined && label !== undefined) {
      const metadata = { name: labelled, labels: pairs(label) };
      found.add(`${JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata })}\n`);
    }
  }
  return found;
}

function pairs(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const [key = "", value = ""] = pair.split("=");
      return [key, value];
    }),
  );
}

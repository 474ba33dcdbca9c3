/**
 * Outside corpora, which lie beside the repository on some machines only. NETQED_SHARED names the folder
 * where it is elsewhere.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
const shared = process.env["NETQED_SHARED"] ?? join(import.meta.dirname, "../../../shared");
/** The folder of the corpus called `name`; undefined where there is none. */
export function corpus(name) {
    const folder = join(shared, "corpus", name);
    return existsSync(folder) ? folder : undefined;
}
/** The manifests under `folder`, by their paths relative to it, sorted. */
export function manifestFiles(folder) {
    const under = (path) => statSync(path).isDirectory()
        ? readdirSync(path).flatMap((entry) => under(join(path, entry)))
        : [path];
    return under(folder)
        .filter((path) => /\.(ya?ml|json)$/.test(path))
        .map((path) => relative(folder, path))
        .sort();
}

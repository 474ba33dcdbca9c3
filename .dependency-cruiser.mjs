/**
 * The layers as rules. MAY_IMPORT is the table of docs/ARCHITECTURE.md, section 3: a meta test compares the two,
 * so a change of one is a change of both. A folder may always import itself.
 */
export const MAY_IMPORT = {
  "models/base": [],
  "models/network": ["models/base"],
  "models/kubernetes": ["models/base"],
  properties: ["models"],
  "src/base": ["models/base"],
  "src/manifest": ["models/base", "models/kubernetes", "src/base"],
  "src/cluster": ["models/base", "models/kubernetes", "src/base", "src/manifest"],
  "src/compile": ["models", "src/base"],
  "src/engine": ["models/base", "models/network", "src/base"],
  "src/reach": ["models/base", "models/network", "src/base"],
  "src/smt": ["models/base", "models/network", "src/base"],
  "src/intent": ["models", "src/base", "src/manifest"],
  "src/nodestate": ["models/base", "models/network", "src/base"],
  "src/check": [
    "models",
    "properties",
    "src/base",
    "src/cluster",
    "src/compile",
    "src/engine",
    "src/reach",
    "src/smt",
    "src/intent",
  ],
  "src/fix": ["models", "src/base", "src/manifest", "src/cluster", "src/compile", "src/check"],
  "src/report": ["models", "src/base", "src/check"],
  "src/cli": ["models", "src"],
  "src/lab": ["models", "src/base"],
  "src/index.ts": ["models", "properties", "src"],
};

/** Packages and parts of Node that one place owns: name → the paths that may import it, and why nobody else may. */
export const CONFINED = {
  yaml: {
    to: "^src/manifest/",
    why: "read YAML through src/manifest, which keeps line and column",
  },
  "ip-num": {
    to: "^src/base/ip\\.ts$",
    why: "use src/base/ip.ts: ip-num is slow and partly wrong",
  },
  "z3-solver": {
    to: "^src/smt/solver[^/]*\\.ts$",
    why: "build a Term and ask through src/smt/solver.ts",
  },
  zod: { to: "^src/intent/", why: "src/intent hands out typed configuration and intents" },
  commander: { to: "^src/cli/", why: "only the command line reads arguments" },
  picocolors: {
    to: "^src/(cli|report)/",
    why: "return plain values and let src/report colour them",
  },
  tinyglobby: { to: "^src/cli/", why: "only the command line looks for files" },
  fs: {
    to: "^src/cli/|^src/lab/helper\\.ts$|^src/smt/solver[^/]*\\.ts$",
    why: "take text as a parameter: src/cli reads files",
  },
  process: {
    to: "^src/cli/|^src/lab/helper\\.ts$|^src/smt/solver[^/]*\\.ts$",
    why: "take the value as a parameter",
  },
  child_process: {
    to: "^src/cli/|^src/lab/helper\\.ts$|^src/smt/solver[^/]*\\.ts$",
    why: "only src/cli and src/lab/helper.ts start programs",
  },
  worker_threads: { to: "^src/smt/solver[^/]*\\.ts$", why: "only the solver has a worker" },
};

const OWN_CODE = "^(models|properties|src)/";

/** A path of `MAY_IMPORT` as a pattern: a folder with all below it, or a single file. */
const within = (path) => (path.endsWith(".ts") ? `^${path.replace(".", "\\.")}$` : `^${path}/`);

/** The package however it is installed, unresolved, or with the prefix `node:`. */
const packageNamed = (name) => `(^|/)node_modules/${name}/|^(node:)?${name}(/|$)`;

const layers = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `layer-${folder.replaceAll("/", "-").replace(".ts", "")}`,
  severity: "error",
  comment:
    `${folder} may import ${allowed.join(", ") || "nothing"}. Move the code to the layer that owns it, or pass what ` +
    "you need as a parameter. If the layers are wrong, change docs/ARCHITECTURE.md section 3 and say why in an ADR.",
  from: { path: within(folder) },
  to: { path: OWN_CODE, pathNot: [folder, ...allowed].map(within) },
}));

const confined = Object.entries(CONFINED).map(([name, { to, why }]) => ({
  name: `confined-${name}`,
  severity: "error",
  comment: `${name} is imported in one place only: ${why}.`,
  from: { path: OWN_CODE, pathNot: to },
  to: { path: packageNamed(name) },
}));

export default {
  forbidden: [
    ...layers,
    ...confined,
    {
      name: "no-cycles",
      severity: "error",
      comment:
        "Two modules that need each other are one, or share a third: move the shared part there.",
      from: {},
      to: { circular: true },
    },
    {
      name: "engines-do-not-meet",
      severity: "error",
      comment:
        "src/engine, src/reach and src/smt are tested against each other: shared code would make the agreement " +
        "empty. Share a definition in models/network, or write it a second time.",
      from: { path: "^src/(engine|reach|smt)/" },
      to: { path: "^src/(engine|reach|smt)/", pathNot: "^src/$1/" },
    },
    {
      name: "no-test-imports",
      severity: "error",
      comment:
        "Shipped code never needs test or bench code: move what both need into models or src.",
      from: { path: OWN_CODE },
      to: { path: "^(test|bench|examples)/" },
    },
    {
      name: "models-stand-alone",
      severity: "error",
      comment:
        "A definition needs no package and nothing of Node: write it plainly, or move it to src.",
      from: { path: "^(models|properties)/" },
      to: { pathNot: OWN_CODE },
    },
    {
      name: "command-line-is-the-end",
      severity: "error",
      comment:
        "Nothing builds on the command line: move the shared part into the layer that it speaks about.",
      from: { path: OWN_CODE, pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "lab-serves-the-command-line",
      severity: "error",
      comment: "src/lab changes the machine that it runs on: only src/cli may start it.",
      from: { path: OWN_CODE, pathNot: "^src/(cli|lab)/" },
      to: { path: "^src/lab/" },
    },
    {
      name: "no-network",
      severity: "error",
      comment:
        "netqed never touches the network. Read what you need from a file that the user names.",
      from: { path: OWN_CODE, pathNot: "^src/lab/" },
      to: { path: "^(node:)?(net|http|http2|https|dns|dgram|tls)(/|$)" },
    },
    {
      name: "no-dev-dependency",
      severity: "error",
      comment:
        "A user does not install development packages: move it to dependencies, or do without.",
      from: { path: OWN_CODE },
      to: { dependencyTypes: ["npm-dev"] },
    },
    {
      name: "no-unresolved",
      severity: "error",
      comment: "This import leads nowhere: correct the path, or add the package to package.json.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|coverage)/" },
    // Type-only imports count as well: they are how a layer learns about another.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  },
};

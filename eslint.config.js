// Type-aware lint rules. Layers and confined packages are in .dependency-cruiser.mjs, formatting in biome.json.
import { basename } from "node:path";
import tseslint from "typescript-eslint";

/** File names are kebab-case; a suffix such as `.test` or `.law.test` may follow. */
const kebabCaseFile = {
  meta: {
    type: "problem",
    schema: [],
    messages: { name: "name this file in kebab-case, after its main export; found '{{ name }}'" },
  },
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename);
      if (!/^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*\.(d\.)?[cm]?[jt]s$/.test(name)) {
        context.report({ node, messageId: "name", data: { name } });
      }
    },
  }),
};

const noEnum = {
  selector: "TSEnumDeclaration",
  message: "use a union of string literals: it needs no run-time code and narrows in a switch",
};
const noDefaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "export by name, so that one thing has one name everywhere",
};

export default tseslint.config(
  {
    ignores: ["dist/", "coverage/", "node_modules/", "test/fixtures/", "test/golden/", "examples/"],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.{js,mjs,ts,mts}"],
    plugins: { netqed: { rules: { "kebab-case-file": kebabCaseFile } } },
    rules: {
      "netqed/kebab-case-file": "error",
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["**/*.{ts,mts}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      // A forgotten `await` on a solver call would count as a proof.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      // No default case: a new member of a union must break the build wherever it has to be handled.
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { allowDefaultCaseForExhaustiveSwitch: false, requireDefaultForNonUnion: false },
      ],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      // Two names for string, such as a switch and a process, are worth telling apart in a union.
      "@typescript-eslint/no-duplicate-type-constituents": "off",
      "max-lines": ["warn", { max: 250, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 70, skipBlankLines: true, skipComments: true }],
      complexity: ["error", 15],
      "no-console": "error",
      "no-restricted-syntax": ["error", noEnum, noDefaultExport],
    },
  },
  {
    // The same input gives the same bytes: time, chance and the surroundings come in as parameters.
    files: ["{models,properties,src}/**/*.ts"],
    ignores: ["src/cli/**", "src/lab/**", "src/smt/solver*.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "process", message: "only src/cli talks to the process: pass the value in" },
        { name: "fetch", message: "netqed never touches the network" },
        { name: "performance", message: "pass time in as a parameter" },
        { name: "setTimeout", message: "pass time in as a parameter" },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "pass chance in as a parameter" },
        { object: "Date", property: "now", message: "pass time in as a parameter" },
      ],
    },
  },
  { files: ["src/cli/**/*.ts", "bench/**", "test/conformance/**"], rules: { "no-console": "off" } },
  {
    files: ["test/**/*.ts"],
    rules: { "max-lines-per-function": "off", "max-lines": "off", complexity: "off" },
  },
  {
    files: ["*.config.{js,ts}"],
    rules: { "no-restricted-syntax": ["error", noEnum] },
  },
);

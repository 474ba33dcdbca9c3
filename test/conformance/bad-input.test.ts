/**
 * Malformed input written by other projects, through the command line. Each file is judged by the API
 * server's rules, not by what any tool says: it is refused iff the API server would refuse an object of a
 * supported kind in it, it is no YAML or JSON, or a policy's spec holds an unknown field. Everything else is
 * answered. A refusal says where, and the command ends with 2.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { corpus, manifestFiles } from "../support/shared.ts";
import { type EachJson, netqed, type RefusedJson } from "./shared.ts";

type Verdicts = Readonly<Record<string, string>>;

/**
 * What `graph` says of each file when it is alone in its folder; the keys are the files. A file without any
 * object is no input: it is absent.
 */
async function answers(
  folder: string,
  files: readonly string[],
): Promise<ReadonlyMap<string, RefusedJson>> {
  const root = mkdtempSync(join(tmpdir(), "netqed-bad-input-"));
  try {
    const nameOf = (index: number): string => String(index).padStart(3, "0");
    for (const [index, file] of files.entries()) {
      mkdirSync(join(root, nameOf(index)));
      cpSync(join(folder, file), join(root, nameOf(index), basename(file)));
    }
    const run = await netqed(["graph", "--each", "-o", "json"], root);
    expect(run.exitCode, run.stderr).toBe(2);
    const { inputs } = JSON.parse(run.stdout) as EachJson;
    return new Map(inputs.map((input) => [files[Number(input.folder)] ?? "", input]));
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The errors of an answer; each must point into the file. */
function errorsOf(answer: RefusedJson | undefined, text: string): readonly string[] {
  const lines = text.split("\n");
  const errors = (answer?.diagnostics ?? []).filter(({ severity }) => severity === "error");
  expect(answer?.refused ?? false).toBe(errors.length > 0);
  return errors.map(({ code, line, column }) => {
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    return `${code}@${String(line)}:${String(column)}`;
  });
}

function conformance(name: string, refused: Verdicts, isAccepted: (file: string) => boolean): void {
  const folder = corpus(name);
  describe(name, () => {
    if (folder === undefined) {
      // The corpora are not part of this repository: without them nothing can be compared.
      test.skip("the corpus is not there (set NETQED_SHARED to where it is)", () => undefined);
      return;
    }
    const files = manifestFiles(folder);
    let running: ReturnType<typeof answers> | undefined;
    const errorsIn = async (file: string): Promise<readonly string[]> => {
      running ??= answers(folder, files);
      return errorsOf((await running).get(file), readFileSync(join(folder, file), "utf8"));
    };

    test("has a verdict for every file", () => {
      expect(Object.keys(refused).filter((file) => !files.includes(file))).toEqual([]);
      expect(files.filter((file) => !(file in refused) && !isAccepted(file))).toEqual([]);
    });

    test.each(Object.entries(refused))("%s is refused: %s", async (file) => {
      expect(await errorsIn(file)).not.toEqual([]);
    });

    test.each(files.filter((file) => !(file in refused)))("%s is read", async (file) => {
      expect(await errorsIn(file)).toEqual([]);
    });
  });
}

const NETPOL_ANALYZER: Verdicts = {
  "bad_netpols/subdir1/netpols.yaml": "cidr A is no CIDR block (S6.56)",
  "bad_netpols/subdir2/netpols.yaml": "@ in a label key (S6.58)",
  "bad_netpols/subdir3/netpols.yaml": "podSelector beside ipBlock (S6.55)",
  "bad_netpols/subdir4/netpols.yaml": "a peer with no field (S6.54)",
  "bad_netpols/subdir7/resources.yaml": "$ in a label value (S6.58)",
  "document_with_syntax_error/document_with_syntax_error.yaml": "a quote ends early, so no YAML",
  "example_pods_w_same_owner_and_labels_gap_with_bad_match_expression/netpol.yaml":
    "an underscore in the policy's name (S6.60)",
  "malformed-pod-example-2/pod_list.json": "the ports of a container are a map",
  "malformed-pod-example-3/pods_list.json": "kind is misspelt, so the list has none",
  "malformed-pod-example-5/pod.yaml": "a plain scalar begins with @, so no YAML",
  "malformed-pod-example-5/pods.json": "kind is misspelt, so the list has none",
  "np_bad_path_test_2/netpols.yaml": "endPort after a port name (S6.52)",
};

// Also read: policies whose port name no pod declares (bad_netpols/subdir5 and 6), which the API server
// accepts (S6.30); admin policies, whose kinds are not supported; and documents that are no manifests.
conformance(
  "bad-input/netpol-analyzer",
  NETPOL_ANALYZER,
  (file) =>
    /^(b?anp_bad_path_test_\d+|bad_yamls|np_bad_path_test_2|malformed-pod-example-3)\//.test(
      file,
    ) ||
    /^bad_netpols\/subdir\d\/(kubernetes-manifests|netpols)\.yaml$/.test(file) ||
    file === "example_pods_w_same_owner_and_labels_gap_with_bad_match_expression/pods.yaml",
);

conformance("network-config-analyzer/bad_yamls", { "single_bracket.json": "no JSON" }, (file) =>
  ["list_of_strings.json", "tab_in_json.json"].includes(file),
);

const NETWORK_CONFIG_ANALYZER: Verdicts = {
  "api_version_wrong_value.yaml": "the API server serves no k8sV1",
  "endport_cannot_be_defined.yaml": "endPort after a port name (S6.52), and a cidr without length",
  "endport_cannot_be_defined2.yaml": "endPort without port (S6.52), and a cidr without length",
  "endport_less_than_port.yaml": "endPort below port (S6.52), and a cidr without length",
  "endport_wrong_range.yaml": "endPort 0 (S6.51), and a cidr without length",
  "endport_wrong_type.yaml": "endPort is text, and a cidr without length",
  "ipblock_bad_cidr.yaml": "k in an IPv6 address (S6.56)",
  "ipblock_bad_cidr_2.yaml": "an IPv6 block of length 129 (S6.56)",
  "ipblock_bad_cidr_3.yaml": "an IPv4 block of length 33 (S6.56)",
  "ipblock_cannot_be_defined.yaml": "podSelector beside ipBlock (S6.55)",
  "ipblock_cidr_is_none.yaml": "ipBlock without cidr (S6.56)",
  "ipblock_cidr_wrong_type.yaml": "cidr is a list",
  "ipblock_empty.yaml": "ipBlock without cidr (S6.56)",
  "ipblock_except_wrong_type.yaml": "except is text",
  "ipblock_wrong_keys.yaml": "unknown field include in a policy's spec (S6.60)",
  "ipblock_wrong_type.yaml": "ipBlock is a list",
  "matchexpressions_key_does_not_exist.yaml": "an expression without key (S6.58)",
  "matchexpressions_key_has_no_value.yaml": "an expression without key (S6.58)",
  "matchexpressions_key_null.yaml": "an expression without key (S6.58)",
  "matchexpressions_key_wrong_type.yaml": "key is a list",
  "matchexpressions_key_wrong_value_form.yaml": "two slashes in a label key (S6.58)",
  "matchexpressions_key_wrong_value_form2.yaml": "a label key begins with a dash (S6.58)",
  "matchexpressions_operator_has_no_value.yaml": "an expression without operator (S6.58)",
  "matchexpressions_operator_missing.yaml": "an expression without operator (S6.58)",
  "matchexpressions_operator_null.yaml": "an expression without operator (S6.58)",
  "matchexpressions_operator_wrong_type.yaml": "operator is a list",
  "matchexpressions_operator_wrong_value.yaml": "an unknown operator (S6.58)",
  "matchexpressions_values_no_match_with_operator.yaml": "Exists with values (S6.58)",
  "matchexpressions_values_no_match_with_operator2.yaml": "In without values (S6.58)",
  "matchexpressions_values_wrong_form.yaml": "values is text",
  "matchexpressions_values_wrong_type.yaml": "values is text",
  "matchexpressions_wrong_keys.yaml": "NotIn without values (S6.58), unknown field value (S6.60)",
  "matchexpressions_wrong_type.yaml": "matchExpressions is a map",
  "matchlabels_wrong_key_form.yaml": "semicolons in a label key (S6.58)",
  "matchlabels_wrong_key_form2.yaml": "capitals in the prefix of a label key (S6.58)",
  "matchlabels_wrong_type.yaml": "matchLabels is a list",
  "matchlabels_wrong_value_label_form.yaml": "a label value of more than 63 characters (S6.58)",
  "matchlabels_wrong_value_label_form2.yaml": "a label value ends with a dot (S6.58)",
  "matchlabels_wrong_value_label_type.yaml": "a label value is a number",
  "metadata_does_not_exist.yaml": "no name",
  "metadata_empty_map.yaml": "no name",
  "metadata_is_null.yaml": "no name",
  "metadata_name_does_not_exist.yaml": "no name",
  "metadata_name_has_no_value.yaml": "no name",
  "metadata_name_long.yaml": "a name of more than 253 characters (S6.60)",
  "metadata_name_null.yaml": "no name",
  "metadata_name_wrong_type.yaml": "name is a list",
  "metadata_namespace_wrong_type.yaml": "namespace is a list",
  "metadata_with_no_value.yaml": "no name",
  "metadata_wrong_form.yaml": "an underscore in the name (S6.60)",
  "metadata_wrong_type.yaml": "metadata is a list",
  "mixed_ipv4_cidr_ipv6_except.yaml": "an exception of the other family (S6.59)",
  "mixed_ipv6_cidr_ipv4_except.yaml": "an exception of the other family (S6.59)",
  "peer_namespaceselector_wrong_keys.yaml": "unknown field name in a selector (S6.60)",
  "peer_namespaceselector_wrong_type.yaml": "namespaceSelector is a list",
  "peer_no_specified_fields.yaml": "a peer with no field (S6.54)",
  "peer_podselector_wrong_keys.yaml": "unknown field name in a selector (S6.60)",
  "peer_podselector_wrong_type.yaml": "podSelector is a list",
  "peers_wrong_keys.yaml": "unknown field port in a peer (S6.60)",
  "peers_wrong_type.yaml": "from is a map",
  "port_wrong_label_form1.yaml": "a port name of more than 15 characters (S6.53)",
  "port_wrong_label_form2.yaml": "an underscore in a port name (S6.53)",
  "port_wrong_range.yaml": "port 0 (S6.51)",
  "port_wrong_type.yaml": "port is a list",
  "ports_wrong_keys.yaml": "unknown field podSelector in a port (S6.60)",
  "ports_wrong_type.yaml": "ports is a map",
  "protocol_wrong_type.yaml": "protocol is a list",
  "protocol_wrong_value.yaml": "protocol HTTP (S6.50)",
  "spec_egress_wrong_keys.yaml": "unknown field from in an egress rule (S6.60)",
  "spec_egress_wrong_type.yaml": "egress is a map",
  "spec_ingress_wrong_keys.yaml": "unknown field to in an ingress rule (S6.60)",
  "spec_ingress_wrong_type.yaml": "ingress is a map",
  "spec_podselector_wrong_keys.yaml": "unknown field from in a selector (S6.60)",
  "spec_podselector_wrong_type.yaml": "podSelector is a list",
  "spec_policytypes_wrong_type.yaml": "policyTypes is text",
  "spec_policytypes_wrong_values.yaml": "an unknown policy type (S6.57)",
  "spec_wrong_keys.yaml": "unknown fields name and namespace in the spec (S6.60)",
  "spec_wrong_type.yaml": "spec is a list",
};

/** What the API server accepts although that project does not. */
const NETWORK_CONFIG_ANALYZER_READ: Verdicts = {
  "matchlabels_empty_value_label.yaml": "a null label value is the empty one",
  "metadata_wrong_keys.yaml": "the unknown field stands in the metadata",
  "mixed_ipv4_ipv6_policy.yaml": "one rule for each family",
  "network-policy-check-bad-path-scheme.yaml": "no manifest",
  "networkPolicy_no_error.yaml": "nothing is wrong",
  "spec_empty_map.yaml": "every field of the spec is optional (S6.2)",
  "spec_podselector_does_not_exist.yaml": "podSelector is optional (S6.2)",
  "spec_podselector_has_no_value.yaml": "podSelector is optional (S6.2)",
  "spec_podselector_null.yaml": "podSelector is optional (S6.2)",
  "spec_policytypes_missing_egress.yaml":
    "rules of a direction that is not listed are inert (S6.5)",
  "spec_policytypes_missing_ingress.yaml":
    "rules of a direction that is not listed are inert (S6.5)",
};

conformance(
  "network-config-analyzer/k8s_testcases/network-policy-checks-bad-path",
  NETWORK_CONFIG_ANALYZER,
  (file) => file in NETWORK_CONFIG_ANALYZER_READ,
);

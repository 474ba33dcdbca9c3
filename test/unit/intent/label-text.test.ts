import { describe, expect, test } from "vitest";
import { selects } from "../../../models/kubernetes/selector.ts";
import { parseLabelText } from "../../../src/intent/label-text.ts";

const labels = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(" ")
      .filter((part) => part !== "")
      .map((part) => part.split("=") as [string, string]),
  );

describe("parseLabelText", () => {
  test.each([
    ["tenant", "tenant=a", true],
    ["tenant", "", false],
    ["!debug", "", true],
    ["!debug", "debug=1", false],
    ["app=web", "app=web", true],
    ["app==web", "app=db", false],
    ["app!=web", "", true],
    ["env in (prod, staging)", "env=staging", true],
    ["env in (prod,staging)", "env=dev", false],
    ["env notin (prod)", "", true],
    ["app=web,env in (a,b),!x", "app=web env=b", true],
    ["app=web,env in (a,b),!x", "app=web env=b x=1", false],
    ["app.kubernetes.io/name=web", "app.kubernetes.io/name=web", true],
  ])("%s selects {%s}: %s", (text, own, expected) => {
    const selector = parseLabelText(text);
    expect(selector === undefined ? undefined : selects(selector, labels(own))).toBe(expected);
  });

  test.each(["", ",", "a=b,", "env in prod", "a b", "a=b c", "=b", "env in (a", "-x", "a=-"])(
    "refuses %j",
    (text) => {
      expect(parseLabelText(text)).toBeUndefined();
    },
  );
});

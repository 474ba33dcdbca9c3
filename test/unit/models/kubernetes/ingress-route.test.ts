/** Where requests go: hosts, paths, precedence, and what the documentation leaves open. */
import { describe, expect, test } from "vitest";
import {
  type ControllerConventions,
  classOf,
  type Ingress,
  type IngressClass,
  type IngressPath,
  type IngressRule,
  UNKNOWN_CONVENTIONS,
} from "../../../../models/kubernetes/ingress.ts";
import { hostLevel, pathMatches } from "../../../../models/kubernetes/ingress-match.ts";
import { type HttpRequest, route } from "../../../../models/kubernetes/ingress-route.ts";

const origin = { file: "ingress.yaml", line: 1, column: 1, path: "" };

const to = (service: string): IngressPath["backend"] => ({
  kind: "service",
  namespace: "shop",
  service,
  port: 80,
  origin,
});

/** `Prefix / web` and the like. */
function path(text: string): IngressPath {
  const [type = "", where = "", service = ""] = text.split(" ");
  const types = ["Exact", "Prefix", "ImplementationSpecific"] as const;
  const found = types.find((t) => t === type);
  if (found === undefined) throw new Error(`no path type: ${text}`);
  return { type: found, path: where, backend: to(service), origin };
}

const rule = (host: string | undefined, ...paths: readonly string[]): IngressRule => ({
  ...(host === undefined ? {} : { host }),
  paths: paths.map(path),
  origin,
});

const ingress = (rules: readonly IngressRule[], more: Partial<Ingress> = {}): Ingress => ({
  namespace: "shop",
  name: "shop",
  rules,
  tls: [],
  alterations: [],
  origin,
  ...more,
});

/** Where `https://host/path` or `http://…` goes: a service, `none`, or what keeps it open. */
function goes(
  url: string,
  ingresses: readonly Ingress[],
  conventions: Partial<ControllerConventions> = {},
): string {
  const [scheme = "", rest = ""] = url.split("://");
  const slash = rest.indexOf("/");
  const host = rest.slice(0, slash);
  const request: HttpRequest = {
    ...(host === "" ? {} : { host }),
    path: rest.slice(slash),
    tls: scheme === "https",
  };
  const found = route(ingresses, { ...UNKNOWN_CONVENTIONS, ...conventions }, request);
  const name = ({ backend }: { readonly backend: IngressPath["backend"] }): string =>
    backend.kind === "service" ? backend.service : backend.resource;
  switch (found.kind) {
    case "backend":
      return name(found.target);
    case "none":
      return "none";
    case "undecided": {
      const kinds = [...new Set(found.doubts.map(({ kind }) => kind))];
      return `${kinds.join(" ")}: ${found.possible.map(name).sort().join(" ")}`;
    }
  }
}

describe("a host", () => {
  test.each([
    ["foo.com", "foo.com", "exact"],
    ["foo.com", "FOO.com:8443", "exact"],
    ["foo.com", "bar.foo.com", undefined],
    ["*.foo.com", "bar.foo.com", "wildcard"],
    ["*.foo.com", "baz.bar.foo.com", undefined],
    ["*.foo.com", "foo.com", undefined],
    ["*.foo.com", ".foo.com", undefined],
    ["*.foo.com", undefined, undefined],
    [undefined, "any.example", "any"],
    [undefined, undefined, "any"],
  ] as const)("%s and a request for %s: %s", (pattern, host, level) => {
    expect(hostLevel(pattern, host)).toBe(level);
  });

  test("wins by being more specific, whatever the paths", () => {
    const rules = [
      rule(undefined, "Prefix /deep/path any"),
      rule("*.test", "Prefix / wild"),
      rule("a.test", "Prefix / exact"),
    ];
    expect(goes("http://a.test/deep/path", [ingress(rules)])).toBe("exact");
    expect(goes("http://b.test/deep/path", [ingress(rules)])).toBe("wild");
    expect(goes("http://c.b.test/deep/path", [ingress(rules)])).toBe("any");
    expect(goes("http://c.b.test/", [ingress(rules)])).toBe("none");
  });

  test("without the path leaves less specific hosts to the controller", () => {
    const rules = [rule("a.test", "Prefix /x exact"), rule(undefined, "Prefix / any")];
    const all = [ingress(rules)];
    expect(goes("http://a.test/y", all)).toBe("less-specific-host: any");
    expect(goes("http://a.test/y", all, { lessSpecificHosts: "tried" })).toBe("any");
    expect(goes("http://a.test/y", all, { lessSpecificHosts: "not-tried" })).toBe("none");
  });
});

describe("a path", () => {
  test.each([
    ["Prefix /", "/any/thing", "yes"],
    ["Exact /foo", "/foo", "yes"],
    ["Exact /foo", "/foo/", "no"],
    ["Exact /foo/", "/foo", "no"],
    ["Exact /foo", "/FOO", "no"],
    ["Prefix /foo", "/foo/", "yes"],
    ["Prefix /foo/", "/foo", "yes"],
    ["Prefix /aaa/bb", "/aaa/bbb", "no"],
    ["Prefix /aaa/bbb", "/aaa/bbb/ccc", "yes"],
    ["Prefix /aaa/bbb", "/aaa/bbbxyz", "no"],
    ["Prefix /aaa/bbb", "/aaa", "no"],
    ["ImplementationSpecific /foo", "/foo", "unknown"],
  ] as const)("%s and a request for %s: %s", (text, requested, answer) => {
    expect(pathMatches(path(`${text} web`), requested, UNKNOWN_CONVENTIONS)).toBe(answer);
  });

  test("wins by being longer, then by being exact", () => {
    const all = [ingress([rule("a.test", "Prefix / root", "Prefix /foo p", "Exact /foo e")])];
    expect(goes("http://a.test/foo", all)).toBe("e");
    expect(goes("http://a.test/foo/bar", all)).toBe("p");
    expect(goes("http://a.test/bar", all)).toBe("root");
  });

  test("with a slash at its end is not clearly longer", () => {
    const all = [ingress([rule("a.test", "Prefix /foo/ p", "Exact /foo e")])];
    expect(goes("http://a.test/foo", all)).toBe("equal-paths: e p");
    expect(goes("http://a.test/foo/", all)).toBe("p");
  });

  test("that is there twice is undecided unless both lead to one backend", () => {
    const again = (service: string): readonly Ingress[] => [
      ingress([rule("a.test", "Prefix / web")]),
      ingress([rule("a.test", `Prefix / ${service}`)], { name: "more" }),
    ];
    expect(goes("http://a.test/", again("web"))).toBe("web");
    expect(goes("http://a.test/", again("api"))).toBe("equal-paths: api web");
  });

  test("of the implementation's own kind may match or not", () => {
    const all = [ingress([rule("a.test", "ImplementationSpecific /foo is", "Prefix / root")])];
    expect(goes("http://a.test/bar", all)).toBe("implementation-specific: is root");
    const known = { implementationSpecific: "string-prefix" } as const;
    expect(goes("http://a.test/foobar", all, known)).toBe("is");
    expect(goes("http://a.test/bar", all, known)).toBe("root");
  });
});

describe("the default backend", () => {
  test("has what matches no rule", () => {
    const all = [ingress([rule("a.test", "Prefix /x web")], { defaultBackend: to("rest") })];
    expect(goes("http://a.test/x", all)).toBe("web");
    expect(goes("http://a.test/y", all)).toBe("rest");
    expect(goes("http://b.test/x", all)).toBe("rest");
    expect(goes("http:///x", all)).toBe("rest");
  });

  test("has all of a host whose rule has no paths", () => {
    const bare: IngressRule = { host: "a.test", origin };
    const all = [ingress([bare, rule(undefined, "Prefix / any")], { defaultBackend: to("rest") })];
    expect(goes("http://a.test/x", all)).toBe("rest");
    expect(goes("http://b.test/x", all)).toBe("any");
  });

  test("is undecided where several Ingresses state different ones", () => {
    const one = ingress([], { defaultBackend: to("one") });
    const two = ingress([], { defaultBackend: to("two"), name: "two" });
    expect(goes("http://a.test/", [one, two])).toBe("several-default-backends: one two");
    expect(goes("http://a.test/", [one, one])).toBe("one");
  });
});

describe("TLS", () => {
  const rules = [rule("a.test", "Prefix / web")];
  test("needs an entry that covers the host, unless the controller is known to answer", () => {
    const plain = [ingress(rules)];
    expect(goes("https://a.test/", plain)).toBe("tls-without-entry: web");
    expect(goes("https://a.test/", plain, { tlsWithoutEntry: "answered" })).toBe("web");
    const entry = (...hosts: readonly string[]) => [ingress(rules, { tls: [{ hosts, origin }] })];
    expect(goes("https://a.test/", entry("a.test"))).toBe("web");
    expect(goes("https://a.test/", entry("*.test"))).toBe("web");
    expect(goes("https://a.test/", entry("b.test"))).toBe("tls-without-entry: web");
    expect(goes("https://a.test/", entry())).toBe("web");
    expect(goes("http://a.test/", entry("a.test"))).toBe("web");
  });
});

describe("an annotation", () => {
  const rules = [rule("a.test", "Prefix /x web"), rule("b.test", "Prefix / api")];
  const altered = (changes: "path-matching" | "routing" | "hosts"): readonly Ingress[] => [
    ingress(rules, { alterations: [{ text: "k", changes, origin }] }),
    ingress([rule("c.test", "Prefix / c")], { name: "c" }),
  ];
  test("leaves open what it may change, for the hosts of its Ingress", () => {
    expect(goes("http://a.test/x", altered("routing"))).toBe("alteration: api web");
    expect(goes("http://c.test/x", altered("routing"))).toBe("c");
    expect(goes("http://c.test/x", altered("hosts"))).toBe("alteration: api c web");
  });

  test("that changes how paths are compared leaves a path for everything", () => {
    const one = (text: string): readonly Ingress[] => [
      ingress([rule("a.test", text)], {
        alterations: [{ text: "k", changes: "path-matching", origin }],
      }),
    ];
    expect(goes("http://a.test/x", one("Prefix / web"))).toBe("web");
    expect(goes("http://a.test/x", one("Prefix /x web"))).toBe("alteration: web");
  });
});

describe("a class", () => {
  const cls = (name: string, isDefault: boolean): IngressClass => ({
    name,
    controller: "example.com/c",
    isDefault,
    origin,
  });
  test("is the one that is named, else the only default", () => {
    const named = ingress([], { className: { name: "b", by: "field" } });
    expect(classOf(named, [cls("a", true), cls("b", false)])).toMatchObject({ name: "b" });
    expect(classOf(named, [])).toEqual({ kind: "class", name: "b" });
    expect(classOf(ingress([]), [cls("a", true), cls("b", false)])).toMatchObject({ name: "a" });
    expect(classOf(ingress([]), [cls("a", true), cls("b", true)]).kind).toBe("ambiguous");
    expect(classOf(ingress([]), [cls("a", false)]).kind).toBe("unclaimed");
  });
});

import { describe, expect, test } from "vitest";
import { onlyResource, readText } from "../../support/manifest-text.ts";

/** An Ingress whose spec is `spec`, which starts on line 5. */
const ingress = (spec: string, meta = "{name: shop, namespace: shop}"): string =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: ${meta}\nspec:\n${spec}`;
const problems = (spec: string, meta?: string): readonly string[] =>
  readText(ingress(spec, meta)).problems;
const BACKEND = "backend: {service: {name: web, port: {number: 80}}}";
const rule = (path: string): string => `  rules: [{http: {paths: [{${path}}]}}]\n`;

describe("decodeIngress", () => {
  test("reads everything that can decide a route", () => {
    const result = onlyResource(
      `${ingress(`  ingressClassName: nginx
  defaultBackend: {service: {name: rest, port: {name: http}}}
  tls:
    - {hosts: [shop.example.com], secretName: shop-tls}
  rules:
    - host: shop.example.com
      http:
        paths:
          - {path: /cart, pathType: Prefix, ${BACKEND}}
          - path: /files
            pathType: Exact
            backend: {resource: {apiGroup: k8s.example.com, kind: Bucket, name: icons}}
    - host: '*.example.com'
`)}status: {loadBalancer: {ingress: [{ip: 203.0.113.7}, {hostname: lb.example.com}]}}\n`,
      "Ingress",
    );
    expect(result).toMatchObject({
      className: { value: "nginx", at: { line: 5 } },
      defaultBackend: { kind: "service", name: { value: "rest" }, port: { value: "http" } },
      tls: [{ hosts: [{ value: "shop.example.com" }], secretName: { value: "shop-tls" } }],
      rules: [
        {
          host: { value: "shop.example.com", at: { line: 10 } },
          paths: [
            {
              type: "Prefix",
              path: "/cart",
              backend: { kind: "service", name: { value: "web" }, port: { value: 80 } },
              at: { line: 13, column: 13 },
            },
            {
              type: "Exact",
              path: "/files",
              backend: { kind: "resource", resource: "Bucket/icons" },
            },
          ],
        },
        { host: { value: "*.example.com" } },
      ],
      addresses: [{ value: { bits: 0xcb00_7107n } }],
    });
    expect(result.rules[1]?.paths).toBeUndefined();
  });

  test.each([
    ["neither rules nor a default backend", "  tls: []\n", ["NQ1021@5:3"]],
    ["no pathType", rule(`path: /, ${BACKEND}`), ["NQ1021@5:27"]],
    ["an unknown pathType", rule(`path: /, pathType: prefix, ${BACKEND}`), ["NQ1023@5:47"]],
    ["no paths", "  rules: [{http: {paths: []}}]\n", ["NQ1021@5:26"]],
    ["a relative path", rule(`path: cart, pathType: Prefix, ${BACKEND}`), ["NQ1042@5:34"]],
    ["no path", rule(`pathType: Exact, ${BACKEND}`), ["NQ1042@5:27"]],
    ["a path with //", rule(`path: /a//b, pathType: Exact, ${BACKEND}`), ["NQ1042@5:34"]],
    ["a path with %2f", rule(`path: /a%2fb, pathType: Prefix, ${BACKEND}`), ["NQ1042@5:34"]],
    ["a path that ends in /..", rule(`path: /a/.., pathType: Prefix, ${BACKEND}`), ["NQ1042@5:34"]],
    [
      "a relative path of no type",
      rule(`path: a, pathType: ImplementationSpecific, ${BACKEND}`),
      ["NQ1042@5:34"],
    ],
    ["no backend", rule("path: /, pathType: Prefix"), ["NQ1021@5:27"]],
    ["an empty backend", rule("path: /, pathType: Prefix, backend: {}"), ["NQ1021@5:64"]],
    [
      "two kinds of backend",
      rule(
        "path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}, resource: {kind: A, name: b}}",
      ),
      ["NQ1030@5:64"],
    ],
    [
      "a backend of the old form",
      rule("path: /, pathType: Prefix, backend: {serviceName: web, servicePort: 80}"),
      ["NQ1022@5:64"],
    ],
    [
      "a port by number and name",
      "  defaultBackend: {service: {name: web, port: {number: 80, name: http}}}\n",
      ["NQ1030@5:47"],
    ],
    [
      "a port without either",
      "  defaultBackend: {service: {name: web, port: {}}}\n",
      ["NQ1021@5:47"],
    ],
    [
      "a port out of range",
      "  defaultBackend: {service: {name: web, port: {number: 70000}}}\n",
      ["NQ1024@5:56"],
    ],
    ["a host with a port", "  rules: [{host: 'a.example.com:80'}]\n", ["NQ1025@5:18"]],
    ["an address as host", "  rules: [{host: 203.0.113.7}]\n", ["NQ1025@5:18"]],
    ["a star alone", "  rules: [{host: '*'}]\n", ["NQ1025@5:18"]],
    ["a star inside", "  rules: [{host: 'a.*.com'}]\n", ["NQ1025@5:18"]],
    ["a misspelt host", "  rules: [{hosts: a.example.com}]\n", ["NQ1022@5:12"]],
  ])("refuses %s", (_what, spec, found) => {
    expect(problems(spec)).toEqual(found);
  });

  test("accepts what the implementation defines without a path", () => {
    expect(problems(rule(`pathType: ImplementationSpecific, ${BACKEND}`))).toEqual([]);
    expect(problems(rule(`path: /a//b, pathType: ImplementationSpecific, ${BACKEND}`))).toEqual([]);
  });

  test("refuses a class beside another one in the annotation", () => {
    const meta = "{name: shop, annotations: {kubernetes.io/ingress.class: traefik}}";
    const backend = "  defaultBackend: {service: {name: web, port: {number: 80}}}\n";
    expect(problems(`  ingressClassName: nginx\n${backend}`, meta)).toEqual(["NQ1030@5:21"]);
    expect(problems(`  ingressClassName: traefik\n${backend}`, meta)).toEqual([]);
    expect(problems(backend, meta)).toEqual([]);
  });

  test("refuses versions that are served no longer", () => {
    for (const version of ["networking.k8s.io/v1beta1", "extensions/v1beta1"]) {
      const text = `apiVersion: ${version}\nkind: Ingress\nmetadata: {name: a}\nspec: {}\n`;
      expect(readText(text).problems).toEqual(["NQ1010@1:1"]);
    }
  });
});

describe("decodeIngressClass", () => {
  const text = (spec: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\nspec: ${spec}\n`;
  test("reads the controller", () => {
    expect(onlyResource(text("{controller: k8s.io/ingress-nginx}"), "IngressClass")).toMatchObject({
      controller: { value: "k8s.io/ingress-nginx", at: { line: 4 } },
    });
  });

  test.each([
    ["none", "{}", ["NQ1021@4:7"]],
    ["no path", "{controller: nginx}", ["NQ1025@4:20"]],
  ])("refuses a controller that is %s", (_what, spec, found) => {
    expect(readText(text(spec)).problems).toEqual(found);
  });
});

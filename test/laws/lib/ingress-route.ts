/**
 * Laws of routes: the order of Ingresses does not matter, hosts that nobody asked for change nothing, a
 * Prefix has every path below it, and whatever a controller does lies within what is said without knowing it.
 */
import fc from "fast-check";
import type {
  ControllerConventions,
  Ingress,
  IngressPath,
  IngressRule,
} from "../../../models/kubernetes/ingress.ts";
import { UNKNOWN_CONVENTIONS } from "../../../models/kubernetes/ingress.ts";
import { hostLevel, pathMatches } from "../../../models/kubernetes/ingress-match.ts";
import { type HttpRequest, type Route, route } from "../../../models/kubernetes/ingress-route.ts";
import type { LawOptions } from "../../support/mutate.ts";

const origin = { file: "i.yaml", line: 1, column: 1, path: "" };
const ELEMENTS = ["a", "b", "ab"] as const;

const requestPath = fc
  .tuple(fc.array(fc.constantFrom(...ELEMENTS), { maxLength: 3 }), fc.boolean())
  .map(([parts, slash]) => `/${parts.join("/")}${slash && parts.length > 0 ? "/" : ""}`);

const backend = fc.constantFrom("x", "y", "z").map((service) => ({
  kind: "service" as const,
  namespace: "n",
  service,
  port: 80,
  origin,
}));

const path: fc.Arbitrary<IngressPath> = fc.record({
  type: fc.constantFrom("Exact", "Prefix", "Prefix", "ImplementationSpecific"),
  path: requestPath,
  backend,
  origin: fc.constant(origin),
});

const rule: fc.Arbitrary<IngressRule> = fc.record(
  {
    host: fc.constantFrom("s.test", "t.test", "*.test", "*.s.test", "S.Test"),
    paths: fc.array(path, { minLength: 1, maxLength: 3 }),
    origin: fc.constant(origin),
  },
  { requiredKeys: ["origin"] },
);

const ingress: fc.Arbitrary<Ingress> = fc.record(
  {
    namespace: fc.constant("n"),
    name: fc.constantFrom("one", "two"),
    defaultBackend: backend,
    rules: fc.array(rule, { maxLength: 3 }),
    tls: fc.array(
      fc.record({
        hosts: fc.array(fc.constantFrom("s.test", "*.test"), { maxLength: 2 }),
        origin: fc.constant(origin),
      }),
      { maxLength: 1 },
    ),
    alterations: fc.array(
      fc.record({
        text: fc.constant("k"),
        changes: fc.constantFrom("path-matching", "routing", "hosts"),
        origin: fc.constant(origin),
      }),
      { maxLength: 1 },
    ),
    origin: fc.constant(origin),
  },
  { requiredKeys: ["namespace", "name", "rules", "tls", "alterations", "origin"] },
);

const request: fc.Arbitrary<HttpRequest> = fc.record(
  {
    host: fc.constantFrom("s.test", "t.test", "u.s.test", "s.test:8080", "T.TEST", "other"),
    path: requestPath,
    tls: fc.boolean(),
  },
  { requiredKeys: ["path", "tls"] },
);

const conventions: fc.Arbitrary<ControllerConventions> = fc.record({
  implementationSpecific: fc.constantFrom("string-prefix", "unknown"),
  lessSpecificHosts: fc.constantFrom("tried", "not-tried", "unknown"),
  tlsWithoutEntry: fc.constantFrom("answered", "unknown"),
});

/** @throws when a law of routes does not hold */
export function check(options: LawOptions): void {
  const some = fc.array(ingress, { maxLength: 3 });
  fc.assert(
    fc.property(some, conventions, request, backend, (ingresses, known, asked, unrelated) => {
      const found = keyOf(route(ingresses, known, asked));
      must(found === keyOf(route([...ingresses].reverse(), known, asked)), "order");
      const more = [...ingresses, ofHost("elsewhere.example", unrelated)];
      must(found === keyOf(route(more, known, asked)), "an unrelated host");
      const reached = backendNames(route(ingresses, known, asked));
      const possible = backendNames(route(ingresses, UNKNOWN_CONVENTIONS, asked));
      must(
        reached.every((name) => possible.includes(name)),
        "a convention adds nothing",
      );
    }),
    options,
  );
  checkPaths(options);
}

function checkPaths(options: LawOptions): void {
  const more = fc.array(fc.constantFrom(...ELEMENTS), { maxLength: 2 });
  fc.assert(
    fc.property(path, requestPath, more, (rulePath, asked, below) => {
      const prefix = { ...rulePath, type: "Prefix" } as const;
      const deeper = `${asked.replace(/\/$/, "")}/${below.join("/")}`;
      if (pathMatches(prefix, asked, UNKNOWN_CONVENTIONS) === "yes") {
        must(
          pathMatches(prefix, deeper, UNKNOWN_CONVENTIONS) === "yes",
          "a prefix has what is below",
        );
      }
      const plain = asked.replace(/\/$/, "");
      must(
        pathMatches(prefix, `${plain}/`, UNKNOWN_CONVENTIONS) ===
          pathMatches(prefix, plain === "" ? "/" : plain, UNKNOWN_CONVENTIONS),
        "a slash at the end",
      );
      must(hostLevel("*.test", `${ELEMENTS[0]}.x.test`) === undefined, "one label");
    }),
    options,
  );
}

function ofHost(host: string, to: IngressPath["backend"]): Ingress {
  const paths = [{ type: "Prefix" as const, path: "/", backend: to, origin }];
  const rules = [{ host, paths, origin }];
  return { namespace: "n", name: "more", rules, tls: [], alterations: [], origin };
}

function backendNames(found: Route): readonly string[] {
  const targets =
    found.kind === "backend" ? [found.target] : found.kind === "none" ? [] : found.possible;
  return targets.map((target) => JSON.stringify(target.backend)).sort();
}

function keyOf(found: Route): string {
  return `${found.kind} ${backendNames(found).join(" ")}`;
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`);
}

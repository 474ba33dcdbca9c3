/** Who handles an Ingress, and what is said about the ones that lead nowhere. */
import { describe, expect, test } from "vitest";
import type { IngressPlane } from "../../../models/kubernetes/ingress-plane.ts";
import type { ClusterSettings } from "../../../src/base/cluster-settings.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";
import { build, configured } from "./helpers.ts";

const WEB = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: web}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;

const pod = (name: string, image: string, labels = "{app: x}"): string => `
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: edge, labels: ${labels}}
spec: {containers: [{name: c, image: "${image}"}]}
`;

const NGINX = pod("nginx", "registry.example:5000/ingress-nginx/controller:v1.11.2@sha256:0123");

const classOf = (name: string, controller: string, isDefault = false): string => `
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: ${name}, annotations: {ingressclass.kubernetes.io/is-default-class: "${String(isDefault)}"}}
spec: {controller: ${controller}}
`;

const ingress = (spec: string, meta = ""): string => `
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop${meta}}
spec: {${spec}rules: [{host: shop.test, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}]}
`;

function planeOf(text: string, settings: Partial<ClusterSettings> = {}): IngressPlane {
  const read = readManifests([{ name: "input.yaml", text, named: true }]);
  const { cluster } = build(read.value?.resources ?? [], settings);
  if (cluster.ingress === undefined) throw new Error("no Ingress was read");
  return cluster.ingress;
}

/** `workload: doubt` of each controller, or why there is none. */
function handling(text: string, settings: Partial<ClusterSettings> = {}): readonly string[] {
  const { groups, strays } = planeOf(text, settings);
  return [
    ...groups.flatMap(({ controller, ingresses }) =>
      ingresses.map(({ alterations }) =>
        [controller.workload, ...alterations.map((a) => a.text)].join(": "),
      ),
    ),
    ...strays.map(({ why }) => why),
  ];
}

const NAMED = "ingressClassName: nginx, ";

describe("the controller of an Ingress", () => {
  test("is recognised by image where its IngressClass names it", () => {
    const all = `${WEB}${NGINX}${classOf("nginx", "k8s.io/ingress-nginx")}${ingress(NAMED)}`;
    expect(handling(all)).toEqual(["edge/Pod/nginx"]);
    expect(planeOf(all).groups[0]?.controller).toMatchObject({
      name: "k8s.io/ingress-nginx",
      pods: ["edge/nginx"],
      conventions: { tlsWithoutEntry: "answered" },
    });
  });

  test("is recognised by labels", () => {
    const labels =
      "{app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller}";
    const all = `${WEB}${pod("own", "example.com/own", labels)}${classOf("nginx", "k8s.io/ingress-nginx")}${ingress(NAMED)}`;
    expect(handling(all)).toEqual(["edge/Pod/own"]);
  });

  test("is not known where nothing looks like it", () => {
    const all = `${WEB}${pod("own", "example.com/own")}${classOf("nginx", "k8s.io/ingress-nginx")}${ingress(NAMED)}`;
    expect(handling(all)).toEqual([
      "no workload of the input is known to be its controller k8s.io/ingress-nginx",
    ]);
  });

  test("is what netqed.yaml says", () => {
    const at = { file: "netqed.yaml", line: 1, column: 1, path: "" };
    const controllers = new Map([["nginx", { namespace: "edge", name: "own", at }]]);
    const all = `${WEB}${pod("own", "example.com/own")}`;
    expect(handling(`${all}${ingress(NAMED)}`, { ingress: { controllers } })).toEqual([
      "edge/Pod/own",
    ]);
    const defaultClass = configured("nginx");
    expect(handling(`${all}${ingress("")}`, { ingress: { controllers, defaultClass } })).toEqual([
      "edge/Pod/own",
    ]);
  });

  test("is certain by annotation, and not by a class that is missing", () => {
    const annotation = ", annotations: {kubernetes.io/ingress.class: nginx}";
    expect(handling(`${WEB}${NGINX}${ingress("", annotation)}`)).toEqual(["edge/Pod/nginx"]);
    expect(handling(`${WEB}${NGINX}${ingress(NAMED)}`)).toEqual([
      "edge/Pod/nginx: that shop/Ingress/shop names the class nginx, which is no IngressClass of the input",
    ]);
  });

  test("of an Ingress without class is that of the only default class", () => {
    const one = `${WEB}${NGINX}${classOf("nginx", "k8s.io/ingress-nginx", true)}`;
    expect(handling(`${one}${ingress("")}`)).toEqual(["edge/Pod/nginx"]);
    expect(handling(`${WEB}${NGINX}${ingress("")}`)).toEqual([
      "edge/Pod/nginx: that shop/Ingress/shop names no class, and no class of the input is the default",
    ]);
    const two = `${one}${classOf("more", "k8s.io/ingress-nginx", true)}`;
    expect(handling(`${two}${ingress("")}`)).toEqual([
      "edge/Pod/nginx: that shop/Ingress/shop names no class, and several classes are the default",
    ]);
  });

  test("outside of the cluster is none of its pods", () => {
    const all = `${WEB}${classOf("alb", "ingress.k8s.aws/alb")}${ingress("ingressClassName: alb, ")}`;
    expect(handling(all)).toEqual([
      "its controller ingress.k8s.aws/alb answers outside of the cluster's pods",
    ]);
  });

  test("listens to annotations of its own only", () => {
    const notes =
      ", annotations: {nginx.ingress.kubernetes.io/server-alias: b.test, nginx.ingress.kubernetes.io/proxy-body-size: 1m, haproxy.org/x: y, nginx.ingress.kubernetes.io/use-regex: 'false'}";
    const all = `${WEB}${NGINX}${classOf("nginx", "k8s.io/ingress-nginx")}${ingress(NAMED, notes)}`;
    expect(handling(all)).toEqual([
      "edge/Pod/nginx: the annotation nginx.ingress.kubernetes.io/server-alias",
    ]);
    expect(planeOf(all).ingresses[0]?.alterations.map((a) => a.text)).toEqual([
      "the annotation nginx.ingress.kubernetes.io/server-alias",
      "the annotation haproxy.org/x",
    ]);
  });
});

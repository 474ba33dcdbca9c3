/**
 * Ingress controllers that are recognised by what their pods run, with what their documentation says where
 * that of Kubernetes leaves them the choice.
 */
import {
  type ControllerConventions,
  UNKNOWN_CONVENTIONS,
} from "../../../models/kubernetes/ingress.ts";
import type { Labels } from "../../../models/kubernetes/selector.ts";

/** A controller that people use. */
export interface KnownController {
  /** `spec.controller` of its IngressClass. */
  readonly name: string;
  /** The class that it handles without an IngressClass, by the annotation that was there before. */
  readonly classes: readonly string[];
  /** Pods that answer its requests: any of these, each by the image and labels that it names. */
  readonly pods: readonly PodSign[];
  /** Where the annotations to which it listens begin. */
  readonly annotations: readonly string[];
  readonly conventions: ControllerConventions;
}

/** How pods are recognised: everything that is given must fit. */
interface PodSign {
  /** Compared with an image's name without registry tag and digest. */
  readonly image?: RegExp;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/ (v1.34; S8.1)
 * @source https://kubernetes.github.io/ingress-nginx/user-guide/ingress-path-matching/ (path types, default server)
 * @source https://kubernetes.github.io/ingress-nginx/user-guide/tls/#default-ssl-certificate (TLS for every host)
 * @source https://doc.traefik.io/traefik/providers/kubernetes-ingress/ (class, path matcher)
 * @source https://projectcontour.io/docs/main/config/ingress/ (virtual hosts)
 * @source https://docs.nginx.com/nginx-ingress-controller/ (another controller of class nginx)
 */
const KNOWN_CONTROLLERS: readonly KnownController[] = [
  {
    name: "k8s.io/ingress-nginx",
    classes: ["nginx"],
    pods: [
      { image: /(^|\/)ingress-nginx\/controller(-chroot)?$/ },
      { image: /(^|\/)nginx-ingress-controller(-(amd64|arm64|arm|ppc64le|s390x))?$/ },
      {
        labels: {
          "app.kubernetes.io/name": "ingress-nginx",
          "app.kubernetes.io/component": "controller",
        },
      },
    ],
    annotations: ["nginx.ingress.kubernetes.io/"],
    conventions: {
      implementationSpecific: "string-prefix",
      lessSpecificHosts: "not-tried",
      tlsWithoutEntry: "answered",
    },
  },
  {
    name: "nginx.org/ingress-controller",
    classes: [],
    pods: [{ image: /(^|\/)nginx(inc)?\/nginx-(plus-)?ingress$/ }],
    annotations: ["nginx.org/", "nginx.com/"],
    conventions: UNKNOWN_CONVENTIONS,
  },
  {
    name: "traefik.io/ingress-controller",
    classes: ["traefik"],
    pods: [{ image: /(^|[/-])traefik$/ }, { labels: { "app.kubernetes.io/name": "traefik" } }],
    annotations: ["traefik.ingress.kubernetes.io/"],
    conventions: {
      implementationSpecific: "string-prefix",
      lessSpecificHosts: "tried",
      tlsWithoutEntry: "unknown",
    },
  },
  {
    name: "haproxy.org/ingress-controller/haproxy",
    classes: ["haproxy"],
    pods: [{ image: /(^|\/)haproxytech\/kubernetes-ingress$/ }],
    annotations: ["haproxy.org/", "ingress.kubernetes.io/", "haproxy.com/"],
    conventions: UNKNOWN_CONVENTIONS,
  },
  {
    name: "haproxy-ingress.github.io/controller",
    classes: ["haproxy"],
    pods: [{ image: /(^|\/)(jcmoraisjr|haproxy-ingress)\/haproxy-ingress$/ }],
    annotations: ["haproxy-ingress.github.io/", "ingress.kubernetes.io/"],
    conventions: UNKNOWN_CONVENTIONS,
  },
  {
    name: "projectcontour.io/ingress-controller",
    classes: ["contour"],
    pods: [{ image: /(^|\/)envoyproxy\/envoy(-distroless)?$/, labels: { app: "envoy" } }],
    annotations: ["projectcontour.io/", "ingress.kubernetes.io/"],
    conventions: { ...UNKNOWN_CONVENTIONS, lessSpecificHosts: "not-tried" },
  },
  {
    name: "ingress-controllers.konghq.com/kong",
    classes: ["kong"],
    pods: [{ image: /(^|\/)kong(\/kong-gateway)?$/ }],
    annotations: ["konghq.com/"],
    conventions: UNKNOWN_CONVENTIONS,
  },
  {
    name: "istio.io/ingress-controller",
    classes: ["istio"],
    pods: [{ labels: { istio: "ingressgateway" } }],
    annotations: [],
    conventions: UNKNOWN_CONVENTIONS,
  },
];

/**
 * Controllers whose load balancer is none of the cluster's pods, by the beginning of their names, and the
 * classes that they handle by annotation.
 *
 * @source https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/
 * @source https://cloud.google.com/kubernetes-engine/docs/concepts/ingress
 * @source https://azure.github.io/application-gateway-kubernetes-ingress/
 * @source https://docs.cilium.io/en/stable/network/servicemesh/ingress/
 */
const OUTSIDE_CONTROLLERS: readonly (readonly [name: string, classes: readonly string[]])[] = [
  ["ingress.k8s.aws/", ["alb"]],
  ["networking.gke.io/", ["gce", "gce-internal"]],
  ["azure/", ["azure/application-gateway", "azure-application-gateway"]],
  ["cilium.io/", ["cilium"]],
];

/** The known controller called `name`. */
export function knownController(name: string): KnownController | undefined {
  return KNOWN_CONTROLLERS.find((known) => known.name === name);
}

/** The known controllers that handle `className` when an annotation or a habit names it. */
export function controllersOfClass(className: string): readonly KnownController[] {
  return KNOWN_CONTROLLERS.filter(({ classes }) => classes.includes(className));
}

/** Whether the controller of that name, or of that class, answers outside of the cluster's pods. */
export function isOutsideController(name: string | undefined, className: string): boolean {
  return OUTSIDE_CONTROLLERS.some(
    ([prefix, classes]) => name?.startsWith(prefix) ?? classes.includes(className),
  );
}

/** The controllers whose pods look like this. */
export function controllersLike(
  labels: Labels,
  images: readonly string[],
): readonly KnownController[] {
  const names = images.map(imageName);
  const fits = ({ image, labels: wanted }: PodSign): boolean =>
    (image === undefined || names.some((name) => image.test(name))) &&
    Object.entries(wanted ?? {}).every(([key, value]) => labels.get(key) === value);
  return KNOWN_CONTROLLERS.filter(({ pods }) => pods.some(fits));
}

/** `image` without the tag and the digest. */
function imageName(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

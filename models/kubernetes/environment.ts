/**
 * The environment variables by which a container is told of services.
 */
import type { Address } from "../base/address.ts";
import type { Protocol } from "../base/family.ts";
import type { Cluster, Container, Pod, Service, ServicePort } from "./cluster.ts";
import { DEFAULT_POD_NAMES, type Variable, type VariableSource } from "./name-facts.ts";

/** What a variable holds; a URL is `tcp://10.96.0.7:80`. */
export type VariableValue =
  | { readonly kind: "address"; readonly address: Address }
  | { readonly kind: "port"; readonly port: number }
  | { readonly kind: "protocol"; readonly protocol: Protocol }
  | {
      readonly kind: "url";
      readonly protocol: Protocol;
      readonly address: Address;
      readonly port: number;
    };

/** A variable for a service. */
export interface ServiceVariable {
  readonly name: string;
  readonly value: VariableValue;
  readonly service: Service;
}

/** A variable of a container that services give. */
export interface EnvironmentEntry {
  readonly name: string;
  /** What services give it: several where they disagree, and then any of them can win. */
  readonly given: readonly [ServiceVariable, ...ServiceVariable[]];
  /** The container's own variable of that name, which wins. */
  readonly own?: Variable;
  /** Sources of the container's own variables that may hold one of that name, which would win. */
  readonly perhaps: readonly VariableSource[];
}

/**
 * The services of which the containers of `pod` are told: those of its namespace that have an address,
 * unless the pod wants no links; and the API server's, `apiServer`, in any case. One of the same name in the
 * pod's namespace takes the place of the API server's.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go (getServiceEnvVarMap; S5.20)
 */
export function linkedServices(
  cluster: Cluster,
  pod: Pod,
  apiServer: Service | undefined,
): readonly Service[] {
  const { serviceLinks } = pod.names ?? DEFAULT_POD_NAMES;
  const own = cluster.services.filter(
    (service) => service.namespace === pod.namespace && service.addresses.length > 0,
  );
  const linked = serviceLinks ? own : [];
  const hidden = apiServer === undefined || linked.some(({ name }) => name === apiServer.name);
  return hidden ? linked : [...linked.filter((service) => service !== apiServer), apiServer];
}

/**
 * The variables for `service`, in their order: of the address and the ports, then of each port. None without
 * an address or a port. Ports are those of the service, the address is its first one.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/envvars/envvars.go (FromServices; S5.21, S5.22)
 */
export function variablesOf(service: Service): readonly ServiceVariable[] {
  const [address] = service.addresses;
  const ports = service.declared ?? service.ports;
  const [first] = ports;
  if (address === undefined || first === undefined) return [];
  const prefix = variableName(service.name);
  const variable = (name: string, value: VariableValue): ServiceVariable => ({
    name: `${prefix}_${name}`,
    value,
    service,
  });
  const url = ({ protocol, port }: ServicePort): VariableValue => ({
    kind: "url",
    protocol,
    address,
    port,
  });
  return [
    variable("SERVICE_HOST", { kind: "address", address }),
    variable("SERVICE_PORT", { kind: "port", port: first.port }),
    ...ports.flatMap(({ name, port }) =>
      name === undefined
        ? []
        : [variable(`SERVICE_PORT_${variableName(name)}`, { kind: "port", port })],
    ),
    variable("PORT", url(first)),
    ...ports.flatMap((port) => {
      const link = `PORT_${String(port.port)}_${port.protocol}`;
      return [
        variable(link, url(port)),
        variable(`${link}_PROTO`, { kind: "protocol", protocol: port.protocol }),
        variable(`${link}_PORT`, { kind: "port", port: port.port }),
        variable(`${link}_ADDR`, { kind: "address", address }),
      ];
    }),
  ];
}

/** `text` as a part of the name of a variable: in capitals, with underscores for dashes and dots. */
function variableName(text: string): string {
  const name = text.toUpperCase().replaceAll(/[-.]/g, "_");
  return /^\d/.test(name) ? `_${name}` : name;
}

/**
 * The variables that `services` give to `container`, sorted by name, and what of its own hides them. Whether
 * a service was there before the container started is not part of this.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables; S5.23)
 */
export function environment(
  container: Container,
  services: readonly Service[],
): readonly EnvironmentEntry[] {
  const { variables = [], sources = [] } = container.texts ?? {};
  const byName = new Map<string, [ServiceVariable, ...ServiceVariable[]]>();
  for (const variable of services.flatMap(variablesOf)) {
    const known = byName.get(variable.name);
    if (known === undefined) byName.set(variable.name, [variable]);
    // Two ports of one number differ in the protocol, and their links in the name.
    else if (known.every((other) => other.service !== variable.service)) known.push(variable);
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, given]): EnvironmentEntry => {
      const own = variables.findLast((variable) => variable.name === name);
      const perhaps = own === undefined ? sources.filter((s) => name.startsWith(s.prefix)) : [];
      return { name, given, ...(own === undefined ? {} : { own }), perhaps };
    });
}

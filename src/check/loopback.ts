/**
 * Containers of a pod that call each other on localhost: every declared port of every container that
 * runs along reaches that container.
 */
import { LOOPBACK } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import { type Container, type Pod, podEndpoint } from "../../models/kubernetes/cluster.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import type { Exploration } from "../smt/path.ts";
import type { Bool } from "../smt/term.ts";
import { groupBy } from "../base/group-by.ts";
import { NO_PORTS, type Prover, portsTerm } from "./prover.ts";
import type { Subject } from "./subject.ts";

/** A container that calls a declared port of a container of its pod, on localhost. */
export interface LoopbackCall {
  readonly pod: Pod;
  readonly caller: Container;
  readonly listener: Container;
  readonly receiver: ProcessId;
  readonly exploration: Exploration;
  /** The calls that are not delivered to the listener with the header that was sent. */
  readonly violation: Bool;
  /** Pods of the same template. */
  readonly pods: number;
}

/** One call for each pair of containers and declared port, for one pod of each template. */
export function* loopbackCalls(subject: Subject, prover: Prover): Generator<LoopbackCall> {
  const pods = subject.cluster.pods.filter((pod) => !pod.hostNetwork);
  for (const [first, ...rest] of groupBy(pods, templateKey).values()) {
    if (first === undefined) continue;
    for (const { family } of first.addresses) {
      yield* callsWithin(first, family, prover, rest.length + 1);
    }
  }
}

/** Pods from one template have the same containers at the same lines. */
function templateKey(pod: Pod): string {
  return JSON.stringify([
    pod.addresses.map((address) => address.family),
    pod.containers.map(({ name, origin, ports }) => [name, origin.file, origin.line, ports.length]),
  ]);
}

function* callsWithin(
  pod: Pod,
  family: Family,
  prover: Prover,
  pods: number,
): Generator<LoopbackCall> {
  const running = pod.containers.filter((container) => container.kind !== "init");
  const [address] = LOOPBACK[family];
  if (address === undefined) return;
  const loopback = [[address[0], address[0]]] as const;
  const home = family === "IPv4" ? ([[0x7f00_0001n, 0x7f00_0001n]] as const) : loopback;
  const scope = { family, sources: home, destinations: home };
  const { terms, explorer } = prover;
  for (const caller of running) {
    const exploration = explorer.paths(`${podEndpoint(pod)}/${caller.name}`, scope);
    for (const listener of running) {
      const receiver = `${podEndpoint(pod)}/${listener.name}`;
      for (const { protocol, number } of listener.ports) {
        const only = { ...NO_PORTS, [protocol]: [[number, number]] };
        const missed = exploration.paths
          .filter((path) => path.verdict.kind !== "delivered" || path.verdict.to !== receiver)
          .map((path) => path.condition);
        const violation = terms.and(
          exploration.domain,
          portsTerm(terms, exploration.header, only),
          terms.or(...missed),
        );
        yield { pod, caller, listener, receiver, exploration, violation, pods };
      }
    }
  }
}

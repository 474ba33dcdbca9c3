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
  /** The calls that are meant: of this exploration, to the declared port. */
  readonly called: Bool;
}

/** One call for each pair of containers and declared port of every pod: replicas are not taken on trust. */
export function* loopbackCalls(subject: Subject, prover: Prover): Generator<LoopbackCall> {
  for (const pod of subject.cluster.pods) {
    if (pod.hostNetwork) continue;
    for (const { family } of pod.addresses) yield* callsWithin(pod, family, prover);
  }
}

function* callsWithin(pod: Pod, family: Family, prover: Prover): Generator<LoopbackCall> {
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
        const ports = portsTerm(terms, exploration.header, only);
        const called = terms.and(exploration.domain, ports);
        const violation = terms.and(called, terms.or(...missed));
        yield { pod, caller, listener, receiver, exploration, called, violation };
      }
    }
  }
}

/**
 * Delivery within a switch: declared ports to the containers that declare them, every other port to a
 * stand-in, since declarations neither open nor close anything.
 */
import type { AddressSet } from "../../models/base/address.ts";
import type { Provenance } from "../../models/base/origin.ts";
import type { Pod } from "../../models/kubernetes/cluster.ts";
import type { FibAction } from "../../models/network/action.ts";
import type { Rule } from "../../models/network/fib.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import { stated } from "./because.ts";
import { containerProcess, podName } from "./names.ts";
import { type PortMatch, declarations, onePort } from "./ports.ts";

/** A rule of a FIB. */
export type FibRule = Rule<FibAction>;

/** A declared port, and the process that is taken to listen there. */
export interface Listener {
  readonly pod: Pod;
  readonly process: ProcessId;
  readonly ports: PortMatch;
  readonly because: Provenance;
}

/**
 * The listeners of `pods`, which share one switch: of several declarations of one protocol and port the
 * first counts, in the order of the pods and within each pod those of init containers last.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking (v1.34: containers of a pod share its ports; S1.4, S1.5)
 */
export function listeners(pods: readonly Pod[]): readonly Listener[] {
  const declared = pods.flatMap((pod) => declarations(pod).map((d) => ({ pod, ...d })));
  const taken = new Set<string>();
  return declared.flatMap(({ pod, container, port }): readonly Listener[] => {
    const key = `${port.protocol} ${String(port.number)}`;
    if (taken.has(key)) return [];
    taken.add(key);
    const text = `container ${container.name} of ${podName(pod)} declares ${key}`;
    return [
      {
        pod,
        process: containerProcess(pod, container),
        ports: onePort(port.protocol, port.number),
        because: stated(text, [port.origin, container.origin]),
      },
    ];
  });
}

/** Rules that deliver packets for `destinations` to `listeners`, and on every other port to `standIn`. */
export function deliveryRules(
  destinations: AddressSet,
  heard: readonly Listener[],
  standIn: { readonly process: ProcessId; readonly because: Provenance },
): readonly FibRule[] {
  return [
    ...heard.map(
      (listener): FibRule => ({
        match: { destinations, ...listener.ports },
        action: { kind: "deliver", to: listener.process },
        because: listener.because,
      }),
    ),
    {
      match: { destinations },
      action: { kind: "deliver", to: standIn.process },
      because: standIn.because,
    },
  ];
}

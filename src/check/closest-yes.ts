/**
 * When the answer is no: who may open that port instead. The nearest is in the sender's namespace.
 */
import { podEndpoint } from "../../models/kubernetes/cluster.ts";
import { type Header, destinationOf } from "../../models/network/packet.ts";
import { portSets } from "../../models/base/interval-set.ts";
import { workloadName } from "./naming.ts";
import { addressOf, speakers } from "./processes.ts";
import type { Query } from "./question.ts";
import type { Subject } from "./subject.ts";
import type { QueryAnswer } from "./types.ts";

/**
 * The first workload that certainly can send `header`'s protocol and port to its destination, those of
 * the asking namespaces first; undefined when none can.
 */
export function closestYes(
  subject: Subject,
  query: Query,
  header: Header,
): NonNullable<QueryAnswer["closest"]> | undefined {
  const near = new Set([...query.from.set.pods.keys()].map((id) => id.split("/")[0]));
  const speaker = speakers(subject.network("least"));
  const destination = destinationOf(header);
  const reach = subject.reach("least");
  const candidates = [...subject.cluster.pods].sort(
    (a, b) => Number(near.has(b.namespace)) - Number(near.has(a.namespace)),
  );
  for (const pod of candidates) {
    const process = speaker.get(podEndpoint(pod));
    const source = addressOf(pod.addresses, header.family);
    const self = pod.addresses.some(
      (a) => a.family === destination.family && a.bits === destination.bits,
    );
    if (process === undefined || source === undefined || self) continue;
    const rows = reach.delivered(process.id, source, destination);
    const ports = rows.find((row) => row.protocol === header.protocol)?.ports ?? [];
    if (portSets.contains(ports, header.destinationPort)) {
      return { from: workloadName(pod), to: query.to.text, port: header.destinationPort };
    }
  }
  return undefined;
}

/**
 * No packet is forwarded in a loop.
 *
 * @source https://www.rfc-editor.org/rfc/rfc1812#section-5.3.1 (routing loops)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const noForwardingLoop: Property = {
  id: "no-forwarding-loop",
  title: "no packet is forwarded in a loop",
  formula: "for no packet: (switch, header) is visited twice",
  explanation: "A packet that returns to a switch unchanged circles until its lifetime ends.",
  broken:
    "A pod whose switch forwards a closed port of its own address to the node, which sends it back.",
  source: "https://www.rfc-editor.org/rfc/rfc1812#section-5.3.1 (routing loops)",
  claim: {
    kind: "packet",
    senders: "pods-and-nodes",
    receivers: "cluster-address",
    placement: "any",
    premise: "always",
    expects: ["no-loop"],
  },
};

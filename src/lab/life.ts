/**
 * The life of a packet in words that a model and a kernel share: which namespaces it entered with which
 * ends, and how it ended.
 */

/** One entry into a namespace. `port` is that of whoever is called: masquerading may change the other. */
export interface Pass {
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
}

/** How a packet ended. `lost`: nobody got it and nobody said so. */
export type End =
  | {
      readonly kind: "delivered";
      readonly at: string;
      readonly source: string;
      readonly destination: string;
      readonly port: number;
    }
  | { readonly kind: "rejected" }
  | { readonly kind: "lost" };

/** What became of the reply: `elsewhere` came back to its sender, but not as from where was called. */
export type ReplyEnd = "returned" | "elsewhere" | "lost";

/** The life of a first packet and of its reply, which there is iff it was delivered. */
export interface Life {
  readonly passes: readonly Pass[];
  readonly end: End;
  readonly reply?: { readonly passes: readonly Pass[]; readonly end: ReplyEnd };
}

/** A canonical text of a pass. */
export function passText({ from, to, source, destination, port }: Pass): string {
  return `${from} > ${to}: ${source} to ${destination} ${String(port)}`;
}

/** An end in words for people. */
export function endSentence(end: End): string {
  return end.kind === "delivered"
    ? `delivered to ${end.at}, seen source ${end.source}`
    : { rejected: "rejected", lost: "lost on the way, without a word" }[end.kind];
}

/** A canonical text of an end. */
export function endText(end: End): string {
  return end.kind === "delivered"
    ? `delivered to ${end.at}: ${end.source} to ${end.destination} ${String(end.port)}`
    : end.kind;
}

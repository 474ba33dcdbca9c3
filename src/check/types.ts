/**
 * What an analysis says: about a property, about a query, about all pairs. Data only; printing is
 * src/report's.
 */
import type { Address } from "../../models/base/address.ts";
import type { Family, Protocol } from "../../models/base/family.ts";
import type { PortSet } from "../../models/base/interval-set.ts";
import type { Origin } from "../../models/base/origin.ts";
import type { Channel } from "../../models/kubernetes/channels.ts";
import type { AskedName } from "../../models/kubernetes/dns.ts";
import type { Labels } from "../../models/kubernetes/selector.ts";
import type { Trace } from "../../models/network/trace.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";

/** A line to blame or to thank, and why it decides. */
export interface Because {
  /** `reply`: why the reply to a request that arrived does not return. */
  readonly direction: "egress" | "ingress" | "route" | "reply";
  readonly effect: "allowed" | "denied" | "undecided";
  /** A sentence, e.g. `no rule of shop/NetworkPolicy/db admits shop/web`. */
  readonly text: string;
  /** `namespace/Kind/name`; absent when no object decides. */
  readonly object?: string;
  /** Most specific first; empty when no manifest line decides. */
  readonly origins: readonly Origin[];
}

/** A reply that does not come back to whoever sent the request, as from what was called. */
export interface LostReply {
  readonly trace: Trace;
  /** Where it ends: `node/n1`, `shop/Pod/web-1`. */
  readonly at: string;
  /** What becomes of it, as a sentence about `it`. */
  readonly text: string;
  readonly origins: readonly Origin[];
}

/**
 * A packet that breaks a property, replayed in the engine and in the definition before it was made.
 * Ground facts (two pods with one address) have no packet.
 */
export interface Counterexample {
  /** One sentence naming both ends, e.g. `shop/web can reach shop/db on tcp/5432`. */
  readonly summary: string;
  readonly trace?: Trace;
  /** What becomes of the reply to `trace`; present iff that is what breaks the property. */
  readonly lostReply?: LostReply;
  readonly because: readonly Because[];
}

/** Why an outcome is undecided. */
export interface UndecidedReason {
  readonly code: DiagnosticCode;
  readonly text: string;
  readonly origins: readonly Origin[];
}

/** The tool's word about a property. */
export type PropertyOutcome =
  | { readonly kind: "proved" }
  /** It holds of nothing, for the reason given: neither a proof nor a fault. */
  | { readonly kind: "not-applicable"; readonly text: string }
  | {
      readonly kind: "refuted";
      readonly by: readonly [Counterexample, ...Counterexample[]];
      /** How many further pairs of endpoints break it in the same way. */
      readonly others: number;
    }
  | { readonly kind: "undecided"; readonly why: readonly UndecidedReason[] };

/** How an outcome was found, and how much work it was. */
export interface Method {
  /** `computed`: a ground fact. `solver`: Z3 over all headers. */
  readonly kind: "computed" | "solver";
  /** Pairs of endpoint classes examined (or facts compared, when computed). */
  readonly cases: number;
  /** Distinct conditions that the solver decided. */
  readonly proofs: number;
}

/** A property and its outcome. */
export interface Finding {
  readonly id: string;
  /** `built-in` properties of the network model, or the user's `intent`. */
  readonly from: "built-in" | "intent";
  readonly title: string;
  /** Where the intent is written; absent for built-in properties. */
  readonly at?: Origin;
  readonly severity: "error" | "warning";
  readonly outcome: PropertyOutcome;
  readonly method: Method;
  /** What the property does not speak about, e.g. `connections to nodePort 30080 of shop/Service/web`. */
  readonly leavesOut: readonly string[];
  /** What was assumed for it only, one sentence each; absent when nothing was. */
  readonly assumes?: readonly string[];
  /** By which data passes although the intent forbids it to; absent: none. They do not change the outcome. */
  readonly channels?: readonly SharedChannel[];
}

/** What `verify` says. Findings: built-in in catalogue order, then intents in file order. */
export interface Verification {
  readonly findings: readonly Finding[];
}

/** One possible way that a query can go. */
export interface QueryOutcome {
  readonly verdict: "delivered" | "rejected" | "dropped" | "no-route" | "looped" | "undecided";
  /** `namespace/Pod/name`, `node/NAME` or `internet`; present iff delivered. */
  readonly receiver?: string;
  readonly address: Address;
  readonly port: number;
  readonly sourceSeen?: Address;
  /** Present iff delivered. */
  readonly reply?: "delivered" | "altered" | "lost";
  /** Present iff there is a reply, and it is not delivered. */
  readonly lostReply?: LostReply;
  readonly trace: Trace;
  /** Whether no container declares the port at which it was delivered. */
  readonly undeclared: boolean;
}

/** How the destination was found by its name. */
export interface NameAnswer {
  /** The names that the sender asks for, in their order; the last one decides. Empty: it asks nobody. */
  readonly asked: readonly AskedName[];
  /** The names that aliases led to. */
  readonly through: readonly string[];
  /** Those of the name; empty when none is known. */
  readonly addresses: readonly Address[];
  /** Whether the sender can ask; absent when it asks nobody, or nobody knows whom. */
  readonly dns?: DnsAccess;
  /** What was assumed about where the name leads. */
  readonly assumption?: string;
  /** What the answer would be if the name were known; absent when it has no known address. */
  readonly apart?: QueryAnswer["answer"];
}

/** Whether somebody can ask for names, and whom. */
export interface DnsAccess {
  /** `kube-system/Service/kube-dns`, given or assumed. */
  readonly server: string;
  /** What becomes of a question over UDP, by which names are resolved. */
  readonly question: Pick<QueryAnswer, "answer" | "outcomes" | "because" | "undecided">;
  /** Whether a long answer can be asked for over TCP; absent where the service has no such port. */
  readonly overTcp?: QueryAnswer["answer"];
  /** What was assumed; absent when the input holds the cluster's DNS. */
  readonly assumption?: string;
  /** The pods that answer, for a rule that lets others to them; absent when it cannot be written. */
  readonly servers?: DnsServers;
}

/** Whom an egress rule must name to let a pod ask for names. */
export interface DnsServers {
  readonly namespace: string;
  readonly labels: Labels;
  /** Ports of the pods, after translation. */
  readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
}

/** What `reach` says. */
export interface QueryAnswer {
  /** Whether a connection is opened: over TCP and SCTP a request whose reply is lost opens none. */
  readonly answer: "yes" | "no" | "depends" | "undecided";
  /** The ends as the user may write them. */
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly outcomes: readonly QueryOutcome[];
  readonly because: readonly Because[];
  readonly undecided: readonly UndecidedReason[];
  /** Present iff the destination was written as a name. */
  readonly name?: NameAnswer;
  /** The nearest query with the answer yes, when the answer is no and there is one. */
  readonly closest?: { readonly from: string; readonly to: string; readonly port: number };
  /** The ways through ingress controllers; only where the question was about a name that Ingresses have. */
  readonly passages?: readonly IngressPassage[];
}

/** A connection on the way of a request. */
export interface IngressLeg {
  /** What is called, e.g. `load balancer 203.0.113.7 of edge/Service/controller`. */
  readonly text: string;
  readonly answer: QueryAnswer;
}

/** One way of a request through an ingress controller. */
export interface IngressPassage {
  readonly answer: QueryAnswer["answer"];
  /** `namespace/Kind/name` of the workload. */
  readonly controller: string;
  readonly controllerAt: Origin;
  /** The rule that sends it on; absent when none does. */
  readonly rule?: {
    /** `namespace/Ingress/name`. */
    readonly ingress: string;
    readonly text: string;
    readonly backend: string;
    readonly origin: Origin;
  };
  readonly endpoints: readonly { readonly address: Address; readonly port: number }[];
  /** From whoever asks to the controller; several where it has several entrances. */
  readonly entrances: readonly IngressLeg[];
  /** From the controller to the endpoints of the backend. */
  readonly backends: readonly IngressLeg[];
  /** Why there is no connection at all, on either side. */
  readonly because: readonly Because[];
  readonly undecided: readonly UndecidedReason[];
}

/** A channel that no policy sees, with its ends as workloads or pods. */
export interface SharedChannel extends Pick<Channel, "kind" | "what" | "when"> {
  /** Sorted by id. */
  readonly ends: readonly [ChannelPlace, ChannelPlace];
}

interface ChannelPlace {
  /** `shop/Deployment/web`, or `shop/Pod/web-1`. */
  readonly id: string;
  readonly container: string;
  readonly writable: boolean;
  readonly origin: Origin;
}

/** A node of the connectivity graph. */
export interface GraphEndpoint {
  /** `shop/Deployment/web`, with `#1`, `#2` where pods of one workload differ; `external:1`. */
  readonly id: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly pods?: number;
  readonly podNames?: readonly string[];
  /** Address ranges; external endpoints only. */
  readonly ranges?: readonly (readonly [Address, Address])[];
}

/** The ports of one protocol; `families` only where the row does not hold for all of the pair's. */
export interface GraphRow {
  readonly protocol: Protocol;
  readonly ports: PortSet;
  readonly families?: readonly Family[];
}

/** An edge: `rows` is sorted by protocol and not empty. */
export interface GraphConnection {
  readonly from: string;
  readonly to: string;
  readonly rows: readonly GraphRow[];
}

/** What `graph` says: every ordered pair with something allowed, and what is undecided. */
export interface Graph {
  readonly endpoints: readonly GraphEndpoint[];
  readonly connections: readonly GraphConnection[];
  readonly undecided: readonly (GraphConnection & {
    readonly because: readonly DiagnosticCode[];
  })[];
  /** Present iff asked for; `leavesOut` is what was not looked into. */
  readonly channels?: {
    readonly list: readonly SharedChannel[];
    readonly leavesOut: readonly string[];
  };
}

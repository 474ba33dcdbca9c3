/**
 * NetworkPolicy (networking.k8s.io/v1). An unknown field in its spec is an error: the API server drops
 * it, and a rule or selector without it usually means more than was intended.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ (v1.34)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/validation/validation.go (S6.50-S6.60)
 */
import { prefixContains } from "../../../models/base/address.ts";
import { PROTOCOLS } from "../../../models/base/family.ts";
import { formatPrefix } from "../../base/ip.ts";
import {
  asMap,
  type Cursor,
  entriesOf,
  field,
  integerAt,
  mapAt,
  type MapCursor,
  mapsAt,
  numberOrTextAt,
  originOf,
  report,
  textAt,
  textsAt,
} from "../cursor.ts";
import type {
  Located,
  NetworkPolicyResource,
  ObjectMeta,
  PeerSpec,
  PolicyPortSpec,
  PolicyRuleSpec,
} from "../resources.ts";
import {
  allowFields,
  checkPortName,
  checkPortNumber,
  oneOf,
  prefixAt,
  reportMissing,
  reportNotAllowed,
} from "./fields.ts";
import { decodeSelector } from "./selector.ts";

const TOP_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const SPEC_FIELDS = new Set(["podSelector", "policyTypes", "ingress", "egress"]);
const PEER_FIELDS = new Set(["podSelector", "namespaceSelector", "ipBlock"]);
const BLOCK_FIELDS = new Set(["cidr", "except"]);
const PORT_FIELDS = new Set(["protocol", "port", "endPort"]);
const POLICY_TYPES = ["Ingress", "Egress"] as const;

/** The policy that `object` is. */
export function decodeNetworkPolicy(
  object: MapCursor,
  meta: ObjectMeta,
): NetworkPolicyResource | undefined {
  allowFields(object, TOP_FIELDS, "warning");
  const written = field(object, "spec");
  if (written === undefined) {
    report(
      object,
      "NQ1039",
      "this policy has no spec: it selects every pod of its namespace and admits no ingress",
      {
        severity: "warning",
        hint: "if that is meant, write podSelector: {} and policyTypes: [Ingress]",
      },
    );
  }
  const spec = written === undefined ? emptyMap(object) : asMap(written);
  return spec && decodeSpec(spec, meta);
}

function emptyMap(place: MapCursor): MapCursor {
  return { ...place, node: { kind: "map", offset: place.node.offset, entries: new Map() } };
}

function decodeSpec(spec: MapCursor, meta: ObjectMeta): NetworkPolicyResource {
  allowFields(spec, SPEC_FIELDS, "error");
  const selector = mapAt(spec, "podSelector");
  const policyTypes = decodePolicyTypes(spec);
  const ingress = decodeSection(spec, "ingress", "from");
  const egress = decodeSection(spec, "egress", "to");
  return {
    kind: "NetworkPolicy",
    meta,
    podSelector: decodeSelector(selector ?? emptyMap(spec), "error"),
    policyTypes,
    ...(ingress === undefined ? {} : { ingress }),
    ...(egress === undefined ? {} : { egress }),
    specAt: originOf(spec),
  };
}

function decodePolicyTypes(spec: MapCursor): readonly Located<"Ingress" | "Egress">[] {
  const allowed = new Map<string, "Ingress" | "Egress">(POLICY_TYPES.map((type) => [type, type]));
  const texts = textsAt(spec, "policyTypes", (cursor, text) => {
    if (!allowed.has(text)) reportNotAllowed(cursor, text, POLICY_TYPES);
  });
  const list = field(spec, "policyTypes");
  if (texts.length > 2 && list !== undefined) {
    report(list, "NQ1024", `expected at most two policy types, found ${String(texts.length)}`);
  }
  return texts.flatMap(({ value, at }) => {
    const type = allowed.get(value);
    return type === undefined ? [] : { value: type, at };
  });
}

function decodeSection(
  spec: MapCursor,
  section: "ingress" | "egress",
  peersKey: "from" | "to",
):
  | { readonly rules: readonly PolicyRuleSpec[]; readonly at: NetworkPolicyResource["specAt"] }
  | undefined {
  const list = field(spec, section);
  const rules = mapsAt(spec, section);
  if (list === undefined || rules === undefined) return undefined;
  return { rules: rules.map((rule) => decodeRule(rule, peersKey)), at: originOf(list) };
}

function decodeRule(rule: MapCursor, peersKey: "from" | "to"): PolicyRuleSpec {
  allowFields(rule, new Set([peersKey, "ports"]), "error");
  return {
    peers: (mapsAt(rule, peersKey) ?? []).flatMap((peer) => decodePeer(peer) ?? []),
    ports: (mapsAt(rule, "ports") ?? []).map(decodePort),
    at: originOf(rule),
  };
}

function decodePeer(peer: MapCursor): PeerSpec | undefined {
  allowFields(peer, PEER_FIELDS, "error");
  const pods = mapAt(peer, "podSelector");
  const namespaces = mapAt(peer, "namespaceSelector");
  const block = mapAt(peer, "ipBlock");
  const podSelector = pods && decodeSelector(pods, "error");
  const namespaceSelector = namespaces && decodeSelector(namespaces, "error");
  const blockSpec = block && decodeBlock(block, originOf(peer));
  if (block !== undefined && (pods !== undefined || namespaces !== undefined)) {
    report(
      block,
      "NQ1030",
      "ipBlock stands alone: expected no podSelector or namespaceSelector beside it",
    );
    return undefined;
  }
  if (block !== undefined) return blockSpec;
  if (pods === undefined && namespaces === undefined) {
    reportEmptyPeer(peer);
    return undefined;
  }
  return {
    kind: "pods",
    ...(podSelector === undefined ? {} : { podSelector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    at: originOf(peer),
  };
}

/** Silent where a field of the wrong name or type explains the emptiness and was reported. */
function reportEmptyPeer(peer: MapCursor): void {
  const explained = entriesOf(peer).some(
    ([key, { node }]) => !PEER_FIELDS.has(key) || node.kind !== "scalar" || node.value !== null,
  );
  if (explained) return;
  report(
    peer,
    "NQ1034",
    "a peer names nobody: expected podSelector, namespaceSelector or ipBlock",
    {
      hint: "to admit everybody, leave the whole from or to out; for all pods of all namespaces, write namespaceSelector: {}",
    },
  );
}

function decodeBlock(block: MapCursor, at: PeerSpec["at"]): PeerSpec | undefined {
  allowFields(block, BLOCK_FIELDS, "error");
  const text = textAt(block, "cidr");
  const cursor = field(block, "cidr");
  if (cursor === undefined) reportMissing(block, "cidr");
  const cidr = text && cursor && prefixAt(cursor, text.value);
  const except: Located<NonNullable<typeof cidr>["prefix"]>[] = [];
  textsAt(block, "except", (item, exceptText) => {
    const parsed = prefixAt(item, exceptText);
    if (parsed === undefined) return;
    if (cidr !== undefined) checkInside(item, parsed.prefix, cidr.prefix);
    except.push({ value: parsed.prefix, at: originOf(item) });
  });
  if (cidr === undefined || text === undefined) return undefined;
  return { kind: "ipBlock", cidr: { value: cidr.prefix, at: text.at }, except, at };
}

type Prefix = Parameters<typeof formatPrefix>[0];

/** An exception lies strictly inside its block (S6.56). */
function checkInside(item: Cursor, inner: Prefix, outer: Prefix): void {
  if (inner.length > outer.length && prefixContains(outer, inner)) return;
  const message = `expected a block strictly inside ${formatPrefix(outer)}, found ${formatPrefix(inner)}`;
  report(item, "NQ1033", message);
}

function decodePort(item: MapCursor): PolicyPortSpec {
  allowFields(item, PORT_FIELDS, "error");
  const protocol = oneOf(item, "protocol", textAt(item, "protocol"), PROTOCOLS);
  const port = decodePortNumber(item);
  const endPort = decodeEndPort(item, port);
  return {
    ...(protocol === undefined ? {} : { protocol }),
    ...(port === undefined ? {} : { port }),
    ...(endPort === undefined ? {} : { endPort }),
    at: originOf(item),
  };
}

function decodePortNumber(item: MapCursor): Located<number | string> | undefined {
  const port = numberOrTextAt(item, "port");
  const cursor = field(item, "port");
  if (port === undefined || cursor === undefined) return undefined;
  if (typeof port.value === "number") checkPortNumber(cursor, port.value);
  else checkPortName(cursor, port.value);
  return port;
}

function decodeEndPort(
  item: MapCursor,
  port: Located<number | string> | undefined,
): Located<number> | undefined {
  const endPort = integerAt(item, "endPort");
  const cursor = field(item, "endPort");
  if (endPort === undefined || cursor === undefined) return undefined;
  checkPortNumber(cursor, endPort.value);
  if (field(item, "port") === undefined) {
    report(cursor, "NQ1030", "endPort needs a port that begins the range; found none");
  } else if (typeof port?.value === "string") {
    report(cursor, "NQ1030", "endPort needs a numeric port; found a port name");
  } else if (port !== undefined && endPort.value < port.value) {
    const found = `${String(port.value)} to ${String(endPort.value)}`;
    report(cursor, "NQ1024", `a range of ports ends no lower than it begins; found ${found}`);
  }
  return endPort;
}

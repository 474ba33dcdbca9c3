/**
 * How a destination was found by its name: what was asked, whether it can be asked, and what lets it.
 */
import type { DnsAccess, DnsServers, NameAnswer, QueryAnswer } from "../check/types.ts";
import { formatAddress } from "../base/ip.ts";
import { isWritten, placeOf } from "./code-frame.ts";
import { as, BLANK, type Line, type Role } from "./line.ts";

const ROLE: Readonly<Record<QueryAnswer["answer"], Role>> = {
  yes: "good",
  no: "bad",
  depends: "doubt",
  undecided: "doubt",
};

/** The columns before the text of a line, as in the lines of policies. */
const INDENT = "          ";

/** What follows the question in the first line: what is in the way, where it is not a rule. */
export function verdictText({ name, answer, outcomes }: QueryAnswer): string {
  if (name?.dns?.question.answer === "no") return ": it cannot resolve the name";
  if (answer !== "no") return "";
  const lost = outcomes.flatMap(({ lostReply }) => lostReply ?? []);
  if (lost.length === 0) return "";
  const places = [...new Set(lost.map(({ at }) => at))];
  const where = places.length === 1 ? ` at ${places.join("")}` : "";
  return lost.length === outcomes.length
    ? `: the request arrives, its reply is lost${where}`
    : `: what arrives gets no reply, which is lost${where}`;
}

/** A warning where the answer is yes though replies are lost. */
export function oneWayLines({ answer, outcomes }: QueryAnswer): readonly Line[] {
  const lost = outcomes.filter(({ lostReply }) => lostReply !== undefined);
  if (answer !== "yes" || lost.length === 0) return [];
  const which = lost.length === outcomes.length ? "the reply is lost" : "some replies are lost";
  return [[as("doubt", "warning"), `: ${which}: datagrams arrive, and nothing comes back`]];
}

/** The lines about `name`: each name that is asked for, then who is asked. */
export function nameLines(name: NameAnswer): readonly Line[] {
  const { asked, through, addresses, dns, apart } = name;
  const found = addresses.map(formatAddress).join(", ");
  const rows: readonly (readonly [string, string])[] = [
    ...asked.map(({ name: each, answer }): readonly [string, string] => [
      each,
      through.length > 0 && answer !== "missing"
        ? `is ${through.join(", which is ")}`
        : saysText(answer, found),
    ]),
    ...(through.length > 0 && found !== "" ? [[through.at(-1) ?? "", found] as const] : []),
    ...(asked.length === 0 ? [["/etc/hosts", found] as const] : []),
  ];
  const width = Math.max(...rows.map(([each]) => each.length));
  const lines = rows.map(
    ([each, text], index): Line => [
      index === 0 ? "  name    " : INDENT,
      `${each.padEnd(width)}  ${text}`,
    ],
  );
  return [
    ...lines,
    ...(dns === undefined ? [] : dnsLines(dns)),
    ...(dns?.question.answer === "no" && apart !== undefined
      ? [[`${INDENT}its address alone: `, as(ROLE[apart], apart.toUpperCase())]]
      : []),
  ];
}

function saysText(answer: NameAnswer["asked"][number]["answer"], found: string): string {
  switch (answer) {
    case "found":
      return found;
    case "missing":
      return "no address";
    case "outside":
      return "resolved outside of the cluster";
    case "open":
      return "not known";
  }
}

function dnsLines({ server, question, overTcp, assumption }: DnsAccess): readonly Line[] {
  const { answer } = question;
  const tcp =
    overTcp === undefined || overTcp === answer ? "" : `, over TCP ${overTcp.toUpperCase()}`;
  return [
    [
      "  dns     ",
      `asks ${server}${assumption === undefined ? "" : " (assumed)"}: `,
      as(ROLE[answer], answer.toUpperCase()),
      tcp,
    ],
  ];
}

/** What to add so that the sender can ask, when policies keep it from that. */
export function fixLines({ name }: QueryAnswer): readonly Line[] {
  const { question, servers } = name?.dns ?? {};
  if (question?.answer !== "no" || servers === undefined) return [];
  const denied = question.because.find(({ effect }) => effect === "denied");
  if (denied?.object === undefined) return [];
  const [place] = denied.origins.filter(isWritten);
  const at = place === undefined ? "" : ` (${placeOf(place)})`;
  const where =
    denied.direction === "egress"
      ? `fix: let it ask, by a rule in spec.egress of ${denied.object}${at}:`
      : `fix: let it ask, by a rule in spec.ingress of ${denied.object}${at} for the ports:`;
  const rule = denied.direction === "egress" ? egressRule(servers) : portLines(servers);
  return [BLANK, [where], ...rule.map((text): Line => [`  ${text}`])];
}

function egressRule(servers: DnsServers): readonly string[] {
  const labels = [...servers.labels].map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return [
    "- to:",
    "    - namespaceSelector:",
    `        matchLabels: { kubernetes.io/metadata.name: ${servers.namespace} }`,
    "      podSelector:",
    `        matchLabels: { ${labels.join(", ")} }`,
    "  ports:",
    ...portLines(servers).map((line) => `    ${line}`),
  ];
}

function portLines({ ports }: DnsServers): readonly string[] {
  return ports.map(({ protocol, port }) => `- { protocol: ${protocol}, port: ${String(port)} }`);
}

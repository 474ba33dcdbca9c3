/**
 * Channels that no policy sees, as text and JSON.
 */
import type { Finding, SharedChannel } from "../check/types.ts";
import { codeFrame, placeOf, type Sources } from "./code-frame.ts";
import { type JsonObject, placeJson } from "./json.ts";
import { as, BLANK, type Line } from "./line.ts";
import { plural } from "./run-context.ts";

/** How many channels beside one intent are shown unless all are asked for. */
const CHANNELS_MAX = 3;

/** A note with both ends for each channel that passes by the intent of `finding`. */
export function bypassLines(finding: Finding, sources: Sources, all: boolean): readonly Line[] {
  const { channels = [], id } = finding;
  const shown = all ? channels : channels.slice(0, CHANNELS_MAX);
  const more = channels.length - shown.length;
  return [
    ...shown.flatMap((channel): readonly Line[] => {
      const [a, b] = channel.ends;
      const heading = `: ${id} does not keep ${shortName(a.id)} and ${shortName(b.id)} from exchanging data by ${sharedText(channel)}`;
      return [
        [as("place", "note[NQ3030]"), as("strong", heading)],
        ...channel.ends.flatMap((end) => codeFrame(sources, end.origin, endText(end))),
        BLANK,
      ];
    }),
    ...(more === 0
      ? []
      : [[`  … and ${plural(more, "more channel")} beside ${id} (show all: --all)`], BLANK]),
  ];
}

/** A line for each of `channels`, and one for each end with its place. */
export function channelLines(channels: readonly SharedChannel[]): readonly Line[] {
  return channels.flatMap((channel): readonly Line[] => {
    const [a, b] = channel.ends;
    const [from, to] = [shortName(a.id), shortName(b.id)];
    const inside = channel.kind === "localhost" || channel.kind === "volume";
    const self = inside ? from : `pods of ${from}`;
    const names = a.id === b.id ? self : from === to ? `${a.id} <=> ${b.id}` : `${from} <=> ${to}`;
    return [
      [`${names} : ${sharedText(channel)}`],
      ...channel.ends.map(
        (end): Line => [
          "    ",
          channel.kind === "localhost" ? `container ${end.container}` : endText(end),
          as("place", ` ${placeOf(end.origin)}`),
        ],
      ),
    ];
  });
}

/** A channel. */
export function channelJson({ kind, what, when, ends }: SharedChannel): JsonObject {
  return {
    kind,
    what,
    when,
    ends: ends.map(({ id, container, writable, origin }) => ({
      id,
      container,
      writable,
      ...placeJson(origin),
    })),
  };
}

function sharedText({ kind, what, when }: SharedChannel): string {
  return `${thing(kind, what)}${CONDITION[when]}`;
}

function thing(kind: SharedChannel["kind"], what: string): string {
  switch (kind) {
    case "localhost":
      return "localhost";
    case "volume":
      return `volume ${what}`;
    case "hostPath":
      return `hostPath ${what}`;
    case "claim":
      return `PersistentVolumeClaim ${what}`;
    case "nfs":
      return `NFS ${what}`;
  }
}

const CONDITION: Readonly<Record<SharedChannel["when"], string>> = {
  always: "",
  "one-node": ", if both run on one node",
  "unknown-modes": ", if it can be mounted by both: the input does not say",
};

function endText({ container, writable }: SharedChannel["ends"][number]): string {
  return `container ${container} ${writable ? "reads and writes" : "reads"}`;
}

/** `shop/web` of `shop/Deployment/web`. */
function shortName(id: string): string {
  const [namespace, , name] = id.split("/");
  return name === undefined ? id : `${String(namespace)}/${name}`;
}

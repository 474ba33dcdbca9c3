/**
 * Names of services that a container is told by its environment or on its command line.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { Container, Pod } from "../../models/kubernetes/cluster.ts";

/** A text that may be the name of a host. `port` is there when only the port behind it tells it from a word. */
export interface Host {
  readonly name: string;
  readonly port?: number;
}

/** A text that may be the name of a host, where it stands, and in which words. */
export interface Mention extends Host {
  readonly origin: Origin;
  /** `DATABASE_URL of container web`. */
  readonly where: string;
}

const HOST = "[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\\.?";
const DOTTED = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)+\\.?";
/** `scheme://user:password@HOST:port/path` */
const IN_URL = new RegExp(`[a-z][-+.a-z0-9]*://(?:[^/@\\s]*@)?(${HOST})(?=[:/?#,\\s]|$)`, "gi");
/** `HOST:port`, not behind a slash, a dot or a word. */
const WITH_PORT = new RegExp(`(?<![-./@:\\w])(${HOST}):(\\d{1,5})(?![\\w.])`, "gi");
/** A name with a dot, standing alone. */
const ALONE = new RegExp(`(?<![-./@:\\w])(${DOTTED})(?![-./@:\\w])`, "gi");
/** Names of variables whose value is the name of a host. */
const HOST_VARIABLE = /(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|SERVICE|ENDPOINT)$/i;

/**
 * What the containers of `pod` are told that could be names of hosts: hosts of URLs, what stands before a port,
 * names with dots, and the whole value of a variable called like HOST. Most are names of nothing; whoever asks
 * has to look them up. Init containers count: they call services too.
 */
export function mentionsOf(pod: Pod): readonly Mention[] {
  return pod.containers.flatMap(mentionsIn);
}

function mentionsIn(container: Container): readonly Mention[] {
  const { variables = [], words = [] } = container.texts ?? {};
  const of = `of container ${container.name}`;
  return [
    ...variables.flatMap(({ name, value = "", origin }) =>
      hostsIn(value, HOST_VARIABLE.test(name)).map(
        (host): Mention => ({ ...host, origin, where: `${name} ${of}` }),
      ),
    ),
    ...words.flatMap(({ text, origin }) =>
      hostsIn(text, false).map(
        (host): Mention => ({ ...host, origin, where: `the command line ${of}` }),
      ),
    ),
  ];
}

/** Longer texts are scripts and files, in which anything may look like a name. */
const TEXT_MAX = 2_000;

/** The texts of `value` that could be hosts, each once; `whole`: the value may be one as it is. */
export function hostsIn(value: string, whole: boolean): readonly Host[] {
  if (value.length > TEXT_MAX) return [];
  const found = [IN_URL, WITH_PORT, ALONE].flatMap((pattern) =>
    [...value.matchAll(pattern)].map(
      ([, host = "", port]): Host => ({
        name: host.toLowerCase(),
        ...(port === undefined ? {} : { port: Number(port) }),
      }),
    ),
  );
  const trimmed = value.trim().toLowerCase();
  const isHost = whole && new RegExp(`^${HOST}$`).test(trimmed);
  const all = isHost ? [...found, { name: trimmed }] : found;
  // Addresses, times and versions have no letter.
  const hosts = all.filter(({ name }) => /[a-z]/.test(name));
  return hosts.filter(
    (host, i) => hosts.findIndex((h) => h.name === host.name && h.port === host.port) === i,
  );
}

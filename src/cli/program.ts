/**
 * The commands and their options, for commander. Each command is loaded when it is run.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { Analysis } from "./analysis.ts";
import { commonOptions, type RawOptions } from "./common-options.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { parseOutputs } from "./output.ts";

/** What running a command line needs. */
export interface Running {
  readonly io: Io;
  readonly analysis: () => Promise<Analysis>;
  readonly version: string;
}

/**
 * Runs the command that `argv` names. @throws UsageError, and whatever a command throws
 */
export async function runProgram(argv: readonly string[], running: Running): Promise<ExitCode> {
  const texts = { out: "", err: "" };
  let exit: ExitCode = EXIT.proved;
  const program = createProgram(running, (code) => {
    exit = code;
  });
  const capture = {
    writeOut: (text: string) => {
      texts.out += text;
    },
    writeErr: (text: string) => {
      texts.err += text;
    },
  };
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput(capture);
  }
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version are asked for and end with 0; everything else is a misuse.
    exit = error.exitCode === 0 ? EXIT.proved : EXIT.unusable;
  }
  if (texts.out !== "") await running.io.stdout.write(texts.out);
  if (texts.err !== "") await running.io.stderr.write(texts.err);
  return exit;
}

function createProgram(running: Running, ended: (code: ExitCode) => void): Command {
  const { io, analysis } = running;
  const program = new Command("netqed")
    .description("Proves what the network of a Kubernetes cluster does, from its manifests.")
    .version(running.version)
    .showHelpAfterError("(netqed --help shows the commands, netqed help COMMAND their options)")
    .addHelpText("after", EXIT_HELP);

  withInput(program.command("verify"))
    .description("check the built-in properties and your intents")
    .argument("[path...]", PATH_HELP)
    .option("--intent <file>", "intent file to check (repeatable)", collect)
    .addOption(
      new Option("--fail-on <severity>", "which refuted properties fail the run")
        .choices(["error", "warn"])
        .default("error"),
    )
    .option("--replay", "send every counterexample through the Linux kernel")
    .option("--timeout <ms>", "how long the solver may think about one question", milliseconds)
    .action(async (paths: readonly string[], raw: VerifyRaw) => {
      const { verify } = await import("./commands/verify.ts");
      ended(
        await verify(io, await analysis(), {
          ...commonOptions(raw, paths),
          intents: raw.intent ?? [],
          failOn: raw.failOn === "warn" ? "warn" : "error",
          replay: raw.replay ?? false,
          ...(raw.timeout === undefined ? {} : { timeoutMs: raw.timeout }),
        }),
      );
    });

  withInput(program.command("reach"))
    .description("what happens to a connection, hop by hop, and who decides it")
    .argument("<from>", END_HELP)
    .argument("<to>", `${END_HELP}, a name such as db.shop:5432`)
    .argument("[port]", "such as 443, udp/53, http; absent: the only one of the destination")
    .option("--protocol <protocol>", "tcp, udp or sctp")
    .action(async (from: string, to: string, port: string | undefined, raw: ReachRaw) => {
      const { reach } = await import("./commands/reach.ts");
      ended(
        await reach(io, await analysis(), {
          ...commonOptions(raw),
          from,
          to,
          ...(port === undefined ? {} : { port }),
          ...(raw.protocol === undefined ? {} : { protocol: raw.protocol }),
        }),
      );
    });

  addReplay(program, running, ended);

  withInput(program.command("graph"))
    .description("who can reach whom, on which ports: requests to the pods' own addresses")
    .argument("[path...]", PATH_HELP)
    .option("--pods", "one line for each pod rather than for each workload")
    .option("--channels", "also volumes and localhost, by which data passes that no policy sees")
    .action(async (paths: readonly string[], raw: GraphRaw) => {
      const { graph } = await import("./commands/graph.ts");
      const { pods = false, channels = false } = raw;
      const options = { ...commonOptions(raw, paths), pods, channels };
      ended(await graph(io, await analysis(), options));
    });

  withInput(program.command("env"))
    .description("the variables by which services are told to the containers of a workload")
    .argument("<workload>", "such as shop/web, shop/StatefulSet/db or shop/*")
    .action(async (workload: string, raw: RawOptions) => {
      const { env } = await import("./commands/env.ts");
      ended(await env(io, { ...commonOptions(raw), workload }));
    });

  addInformation(program, io, ended);
  return program;
}

function addReplay(program: Command, running: Running, ended: (code: ExitCode) => void): void {
  const { io, analysis } = running;
  withInput(program.command("replay"))
    .description("send the packets of a question through the Linux kernel, and compare every hop")
    .argument("<from>", END_HELP)
    .argument("<to>", `${END_HELP}, a name such as db.shop:5432`)
    .argument("[port]", "such as 443, udp/53, http; absent: the only one of the destination")
    .option("--protocol <protocol>", "tcp, udp or sctp")
    .addHelpText("after", REPLAY_HELP)
    .action(async (from: string, to: string, port: string | undefined, raw: ReachRaw) => {
      const { replay } = await import("./commands/replay.ts");
      ended(
        await replay(io, await analysis(), {
          ...commonOptions(raw),
          from,
          to,
          ...(port === undefined ? {} : { port }),
          ...(raw.protocol === undefined ? {} : { protocol: raw.protocol }),
        }),
      );
    });
}

/** The commands that analyse nothing. */
function addInformation(program: Command, io: Io, ended: (code: ExitCode) => void): void {
  withOutput(program.command("explain"))
    .description("what a code or a property means, why it matters and how to mend it")
    .argument("[name]", "such as NQ4001 or no-black-hole; absent: the list of all")
    .action(async (name: string | undefined, raw: RawOptions) => {
      const { explain } = await import("./commands/explain.ts");
      const outputs = parseOutputs(raw.output ?? []);
      const options = { outputs, colour: raw.color };
      ended(await explain(io, name === undefined ? options : { ...options, name }));
    });

  withInput(program.command("config"))
    .description("the configuration in force, and where each value comes from, the input included")
    .argument("[path...]", PATH_HELP)
    .action(async (paths: readonly string[], raw: RawOptions) => {
      const { config } = await import("./commands/config.ts");
      ended(await config(io, commonOptions(raw, paths)));
    });

  program
    .command("schema")
    .description("the JSON Schema of the intent file")
    .action(async () => {
      const { schema } = await import("./commands/schema.ts");
      ended(await schema(io));
    });
}

interface VerifyRaw extends RawOptions {
  readonly intent?: readonly string[];
  readonly failOn?: string;
  readonly replay?: boolean;
  readonly timeout?: number;
}

interface ReachRaw extends RawOptions {
  readonly protocol?: string;
}

interface GraphRaw extends RawOptions {
  readonly pods?: boolean;
  readonly channels?: boolean;
}

const PATH_HELP = "files, folders, or - for standard input (default: the current folder)";
const END_HELP = "such as shop/web, shop/StatefulSet/db, svc:shop/db:5432, an address, internet";
const CONFIG_HELP = "configuration file (default: the nearest netqed.yaml)";
const EXIT_HELP = `
Exit codes: 0 all proved, 1 something refuted, 2 bad usage or input, 3 something undecided, 70 internal error.
netqed without arguments looks at the current folder.`;

const REPLAY_HELP = `
The cluster is built out of network namespaces of its own, which vanish afterwards; nothing else of the machine is
touched. Needs Linux, iproute2, nftables, iptables, python3 or perl, and root or user namespaces.
Exit codes: 0 the kernel agrees, 1 it differs, 2 bad usage or input, 3 it could not be asked, 70 internal error.`;

function withInput(command: Command): Command {
  return withOutput(command)
    .option("-f, --filename <path>", "file, folder or - to read (repeatable)", collect)
    .option("--ignore <glob>", "leave out files that match (repeatable)", collect)
    .option("--kustomize", "render folders with a kustomization by kubectl kustomize")
    .option("--helm", "render folders with a Chart.yaml by helm template")
    .option("--each", "treat every folder that holds manifests as an input of its own")
    .option("--config <file>", CONFIG_HELP)
    .option("--all", "show everything rather than the first of each")
    .option("-q, --quiet", "show only what matters");
}

function withOutput(command: Command): Command {
  return command
    .option("-o, --output <format>", "text or json, with =FILE into a file (repeatable)", collect)
    .option("--color", "colour the text even where it is not shown on a terminal")
    .option("--no-color", "do not colour the text");
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 2 ** 31 - 1) {
    throw new InvalidArgumentError("expected a number of milliseconds, at least 1");
  }
  return value;
}

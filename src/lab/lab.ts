/**
 * A laboratory: a cluster in the network namespaces of the Linux kernel, in which packets can be sent.
 */
import { buildScript } from "./build.ts";
import { type Helper, type Privilege, startHelper } from "./helper.ts";
import { type Ablation, type LabPlan, spacesOf } from "./plan.ts";
import type { Probe, ProbeRecord } from "./sightings.ts";
import type { Script } from "./steps.ts";

/** A place where one cluster after the other is built. Nothing of it is left when it is closed. */
export interface Lab {
  /** Takes down what was there and builds `plan`. @throws with the words of the tool that refused */
  readonly build: (plan: LabPlan, without?: Ablation) => Promise<void>;
  /** Sends `probes` in order. @throws when nothing was built */
  readonly send: (probes: readonly Probe[]) => Promise<readonly ProbeRecord[]>;
  /** Runs further programs, such as one that traces rules; their outputs. */
  readonly run: (script: Script) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Opens a laboratory, run by the first of `interpreters` that can; absent: by whatever there is. */
export function openLab(privilege: Privilege, interpreters?: readonly string[]): Lab {
  const helper = startHelper(privilege, interpreters);
  return {
    build: async (plan, without) => {
      await helper.ask({ do: "clear" });
      await helper.ask({ do: "run", stages: buildScript(plan, without) });
      await helper.ask({ do: "open", namespaces: spacesOf(plan) });
    },
    send: async (probes) => {
      // What the helper writes is described in docs/laboratory.md.
      const { records } = (await helper.ask({ do: "probe", probes })) as {
        readonly records: readonly ProbeRecord[];
      };
      return records;
    },
    run: (script) => runIn(helper, script),
    close: helper.close,
  };
}

async function runIn(helper: Helper, script: Script): Promise<readonly string[]> {
  const { outputs } = (await helper.ask({ do: "run", stages: script })) as {
    readonly outputs: readonly string[];
  };
  return outputs;
}

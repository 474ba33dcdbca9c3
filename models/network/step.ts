/**
 * One step of a packet: through the hooks of the link it travels on, and one look-up in the FIB of
 * the switch it arrives at. Set-valued: a translation with several rewrites, and a route with several
 * links, give several successors. A mark lasts from the hook that sets it to the end of the step: no
 * switch sees the mark of another.
 */
import { rewritten } from "./action.ts";
import { type Hook, lookup } from "./fib.ts";
import type { LinkId, SwitchId } from "./ids.ts";
import type { Link, Network } from "./network.ts";
import type { Header } from "./packet.ts";
import type { Choices, Hop, Verdict } from "./trace.ts";

/** A packet that is about to enter the switch at the end of `link`. */
export interface State {
  readonly link: LinkId;
  readonly header: Header;
  readonly hops: readonly Hop[];
  readonly choices: Choices;
}

/** A packet that has ended. */
export interface Ended {
  readonly verdict: Verdict;
  readonly hops: readonly Hop[];
  readonly choices: Choices;
}

/** What comes next: it goes on, or it has ended. */
export type Successor =
  | { readonly kind: "state"; readonly state: State }
  | { readonly kind: "ended"; readonly ended: Ended };

interface Progress {
  readonly header: Header;
  readonly hops: readonly Hop[];
  readonly choices: Choices;
  /** Whether a hook at this switch has marked the packet; absent: not. */
  readonly marked?: boolean;
}

type HookSuccessor =
  | { readonly kind: "passed"; readonly progress: Progress }
  | { readonly kind: "ended"; readonly ended: Ended };

/** Every way through one hook at `at`, for a packet that entered that switch through `entered`. */
function throughHook(
  hook: Hook,
  at: SwitchId,
  link: LinkId,
  entered: LinkId,
  progress: Progress,
): readonly HookSuccessor[] {
  const { header, hops, choices, marked = false } = progress;
  const { action, because } = lookup(hook, header, entered, marked);
  const hop = (after: Header, why = because): Hop => ({
    at,
    stage: hook.stage,
    link,
    action,
    because: why,
    before: header,
    after,
  });
  switch (action.kind) {
    case "pass":
      return [{ kind: "passed", progress: { ...progress, hops: [...hops, hop(header)] } }];
    case "discard": {
      const { reason } = action;
      const verdict: Verdict = { kind: "discarded", at, reason, because, header };
      return [{ kind: "ended", ended: { verdict, hops: [...hops, hop(header)], choices } }];
    }
    case "translate": {
      return action.rewrites.flatMap((rewrite, index): readonly HookSuccessor[] => {
        if (!canTake(choices, action.choice, index)) return [];
        const after = rewritten(header, rewrite);
        const next: Progress = {
          header: after,
          hops: [...hops, hop(after, rewrite.because)],
          choices: { ...choices, [action.choice]: index },
          marked: marked || rewrite.marks === true,
        };
        return [{ kind: "passed", progress: next }];
      });
    }
  }
}

/** Whether `choice` can be `index` for a packet that has made `choices`: it was not taken otherwise. */
function canTake(choices: Choices, choice: string, index: number): boolean {
  // A choice may have any name, also one that every object inherits a property by.
  return !Object.hasOwn(choices, choice) || choices[choice] === index;
}

function throughHooks(
  hooks: readonly Hook[],
  at: SwitchId,
  link: LinkId,
  entered: LinkId,
  start: Progress,
): readonly HookSuccessor[] {
  return hooks.reduce<readonly HookSuccessor[]>(
    (ways, hook) =>
      ways.flatMap((way) =>
        way.kind === "ended" ? [way] : throughHook(hook, at, link, entered, way.progress),
      ),
    [{ kind: "passed", progress: start }],
  );
}

/**
 * Looks `progress` up in the FIB of switch `at` and, when it is forwarded, takes it through the hooks
 * at the leaving end of the link. `skipHooks` is for packets of a known connection.
 */
export function decide(
  network: Network,
  at: SwitchId,
  entered: LinkId,
  progress: Progress,
  skipHooks: boolean,
): readonly Successor[] {
  const place = network.switches.get(at);
  if (place === undefined) throw new Error(`no switch ${at}`);
  const { header, choices, marked = false } = progress;
  const { action, because } = lookup(place.fib, header, entered, marked);
  const hop: Hop = {
    at,
    stage: "fib",
    link: entered,
    action,
    because,
    before: header,
    after: header,
  };
  const hops = [...progress.hops, hop];
  switch (action.kind) {
    case "deliver": {
      const verdict: Verdict = { kind: "delivered", to: action.to, header };
      return [{ kind: "ended", ended: { verdict, hops, choices } }];
    }
    case "discard": {
      const { reason } = action;
      const verdict: Verdict = { kind: "discarded", at, reason, because, header };
      return [{ kind: "ended", ended: { verdict, hops, choices } }];
    }
    case "forward":
      return leave(network, at, entered, action.via, { ...progress, hops }, skipHooks);
    case "multipath": {
      const { choice } = action;
      return action.vias.flatMap((via, index): readonly Successor[] => {
        if (!canTake(choices, choice, index)) return [];
        const chosen = { ...choices, [choice]: index };
        return leave(network, at, entered, via, { ...progress, hops, choices: chosen }, skipHooks);
      });
    }
  }
}

/** Out of switch `at` across the link `via`, through the hooks at its near end unless `skipHooks`. */
function leave(
  network: Network,
  at: SwitchId,
  entered: LinkId,
  via: LinkId,
  progress: Progress,
  skipHooks: boolean,
): readonly Successor[] {
  const link = linkOf(network, via);
  const hooks = skipHooks ? [] : link.onLeave;
  return throughHooks(hooks, at, link.id, entered, progress).map((way): Successor => {
    if (way.kind === "ended") return way;
    const { header, hops, choices } = way.progress;
    return { kind: "state", state: { link: link.id, header, hops, choices } };
  });
}

/** Every successor of `state`: hooks at the entering end, the FIB, hooks at the leaving end. */
export function step(network: Network, state: State): readonly Successor[] {
  const link = linkOf(network, state.link);
  return throughHooks(link.onEnter, link.to, link.id, link.id, state).flatMap(
    (way): readonly Successor[] =>
      way.kind === "ended" ? [way] : decide(network, link.to, link.id, way.progress, false),
  );
}

/** The link with `id`. @throws when the network has none: it is not well-formed */
export function linkOf(network: Network, id: LinkId): Link {
  const link = network.links.get(id);
  if (link === undefined) throw new Error(`no link ${id}`);
  return link;
}

/**
 * What the network offers where it chooses: among rewrites, or among links.
 */
import type { Choices } from "../../models/network/trace.ts";

/** One offer, and the choices of a packet that has taken it. */
interface Taken<T> {
  readonly offer: T;
  readonly choices: Choices;
}

/** The `offers` of the decision `choice` that packets which have made `choices` can take, in order. */
export function takeable<T>(
  choices: Choices,
  choice: string,
  offers: readonly T[],
): readonly Taken<T>[] {
  const made = Object.hasOwn(choices, choice) ? choices[choice] : undefined;
  return offers.flatMap((offer, index): readonly Taken<T>[] =>
    made !== undefined && made !== index
      ? []
      : [{ offer, choices: { ...choices, [choice]: index } }],
  );
}

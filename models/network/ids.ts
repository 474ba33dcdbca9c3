/**
 * Names of the parts of a network: opaque, unique among their kind.
 */

/** Names a process. */
export type ProcessId = string;
/** Names a switch. */
export type SwitchId = string;
/** Names a directed link. */
export type LinkId = string;

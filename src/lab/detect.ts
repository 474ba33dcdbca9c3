/**
 * Whether a laboratory can be opened here, and how. Really tries what a laboratory needs, in namespaces of
 * its own, since a machine can refuse each part.
 */
import { type Helper, type Privilege, isRoot, startHelper } from "./helper.ts";
import { type Script, ipBatch, nftLoad } from "./steps.ts";

/** How a laboratory can be opened, or in one line why not. */
export type Ability =
  | { readonly kind: "able"; readonly privilege: Privilege }
  | { readonly kind: "unable"; readonly reason: string };

/** Tries as root if that is who runs it, else as an ordinary user in a user namespace. */
export async function detectAbility(): Promise<Ability> {
  const privilege: Privilege = isRoot() ? "root" : "userns";
  const helper = startHelper(privilege);
  try {
    await attempt(helper);
    return { kind: "able", privilege };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const reason = text.split("\n", 1)[0] ?? text;
    return {
      kind: "unable",
      reason: `${privilege === "root" ? "as root" : "without root"}: ${reason}`,
    };
  } finally {
    await helper.close();
  }
}

async function attempt(helper: Helper): Promise<void> {
  await helper.ask({ do: "run", stages: TRIAL });
  await helper.ask({ do: "open", namespaces: ["try1"] });
}

const RULES = `table inet trial {
  chain nat { type nat hook postrouting priority 100; masquerade fully-random; }
  chain filter { type filter hook forward priority 0; ct state established accept; reject; }
}
`;

const TRIAL: Script = [
  [ipBatch(undefined, ["netns add try1", "netns add try2"])],
  [
    ipBatch(undefined, [
      "link add name a index 1001 netns try1 type veth peer name b netns try2",
      "link add name bridge0 netns try1 type bridge",
      "link add name vxlan0 netns try1 type vxlan id 1 dstport 8472 nolearning",
    ]),
  ],
  [
    {
      in: "try1",
      sysctl: { "net/ipv4/ip_forward": 1, "net/ipv6/conf/all/forwarding": 1 },
      optional: [],
    },
    nftLoad("try1", RULES),
    { in: "try1", argv: ["iptables", "-t", "nat", "-N", "TRIAL"] },
  ],
];

/**
 * A difference is made smaller and kept: with mistakes made on purpose, since there should be no others.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../src/lab/lab.ts";
import type { ProxyMode } from "../../src/lab/plan.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { labCases } from "../support/lab-cases.ts";
import { labFixtures } from "../support/lab-fixture.ts";
import type { Planted } from "../support/lab-law.ts";
import { differences, firstDifference } from "../support/lab-shrink.ts";
import { seed } from "../support/law-settings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

interface Mistake {
  readonly what: string;
  readonly proxy: ProxyMode;
  readonly planted: Planted;
  /** What the kernel's own words show of the rule in question. */
  readonly shows: RegExp;
}

const MISTAKES: readonly Mistake[] = [
  {
    what: "services that masquerade everybody",
    proxy: "nftables",
    planted: { believed: (profile) => ({ ...profile, masqueradeAll: !profile.masqueradeAll }) },
    shows: /^n\S*: trace id \w+ ip6? kube-proxy (service|local)-\S+ rule /m,
  },
  {
    what: "policies that nobody enforces",
    proxy: "iptables",
    planted: { believed: (profile) => ({ ...profile, networkPolicy: "ignored" }) },
    shows: /^n\S*: trace id \w+ inet policies (from|to)-v\d+ rule drop \(verdict drop\)/m,
  },
  {
    what: "a kernel that masquerades nothing",
    proxy: "iptables",
    planted: { without: { masquerade: false } },
    shows: /^n\S*: \[\d+:\d+\] -A POSTROUTING -j KUBE-POSTROUTING/m,
  },
];

describe.skipIf(isUnable)("a difference", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = openTestLab();
  });
  afterAll(() => lab.close());

  test.each(MISTAKES)(
    "for $what ($proxy) is made smaller, kept, read and asked again",
    async ({ proxy, planted, shows }) => {
      const folder = temporaryFolder("differences");
      const cases = fc
        .sample(labCases(80), { seed: seed - 2, numRuns: 60 })
        .filter(({ profile }) => profile.kubeProxyMode === proxy);
      const found = await firstDifference(lab, cases, { planted, folder });
      expect(found?.difference).toContain("kernel: ");

      const [fixture, ...more] = labFixtures(folder);
      if (fixture === undefined) throw new Error("nothing was kept");
      expect(more).toEqual([]);
      expect(found?.file).toContain(`${fixture.name}.json`);
      const { cluster, profile, connections } = fixture.found;
      expect(connections).toHaveLength(1);
      expect(cluster.nodes.length).toBeLessThanOrEqual(2);
      expect(cluster.pods.length).toBeLessThanOrEqual(2);
      expect(cluster.services.length + cluster.policies.length).toBeLessThanOrEqual(2);
      expect(fixture.trace.join("\n")).toMatch(shows);

      // What was read is the case that was kept: it differs for the same reason, and for no other.
      expect(cases.map((one) => one.profile)).toContainEqual(profile);
      expect(await differences(lab, fixture.found, planted)).toContain(fixture.difference);
      expect(await differences(lab, fixture.found)).toEqual([]);
    },
  );
});

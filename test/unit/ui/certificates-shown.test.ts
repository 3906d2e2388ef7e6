import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AuthorityRow, CertificateDetails } from "../../../src/protocol/certificates.ts";
import type { CertificatesModel } from "../../../src/ui/certificates/model.ts";
import { hasChromium, openPage, type Opened } from "./browser/open.ts";
import * as s from "./samples.ts";

declare const inPage: { draw: (name: string, props: unknown) => string[] };

const test = (name: string): string => `[data-test="${name}"]`;
const authority = (by: AuthorityRow["by"]): AuthorityRow => ({ ...s.facts({ name: "Issuing CA", addresses: [] }), addedAt: "2026-04-02T09:00:00Z", signedAt: null, by });
const lists = (...authorities: AuthorityRow[]): CertificatesModel["lists"] => ({ people: [], mine: [], authorities, decisions: [] });

describe.skipIf(!hasChromium)("authorities on the Certificates page, in a browser", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openPage();
  }, 60_000);
  afterAll(() => opened?.close());
  beforeEach(() => opened.page.reload());

  const draw = (props: Partial<CertificatesModel>): Promise<void> => opened.page.evaluate((given) => void inPage.draw("certificates", given), props);
  const text = (name: string): Promise<string> => opened.page.$eval(test(name), (element) => (element as HTMLElement).innerText.trim());

  it.each([
    ["authorities alone", [], 2, "2 authorities kept to complete paths."],
    ["a person and an authority", [s.facts()], 1, "Added: Bob Example 1 authority kept to complete paths."],
    ["a person alone", [s.facts()], 0, "Added: Bob Example"],
  ])("says what a file of %s brought", async (_what, added, count, words) => {
    await draw({ lists: lists(), added, completing: Array.from({ length: count }, () => s.facts()) });
    expect(await text("certificate-added")).toBe(words);
  });

  it("does not say that signatures rest on a removed authority that nobody trusted", async () => {
    const done = { what: "removed", kind: "authorities", name: "Issuing CA", undo: "1" } as const;
    await draw({ lists: lists(), done: { ...done, completing: true } });
    expect(await text("removed-notice")).toContain("Nobody here trusts it");
    await draw({ lists: lists(), done });
    expect(await text("removed-notice")).toContain("Signatures that rest on this authority");
  });

  it.each([
    ["nobody", "pki.untrusted", "only completes paths"],
    ["nobody", "pki.expired", "has expired"],
    ["user", "ok", "vouches for this certificate now"],
  ] as const)("says in the details what one is that is trusted by %s (%s)", async (by, code, words) => {
    const row = authority(by);
    const details = { facts: row, der: "", version: 3, signatureAlgorithm: "", keyUsage: null, extendedKeyUsage: null, authority: { pathLength: null }, subjectKeyIdentifier: null, policies: [], code, chain: [] } satisfies CertificateDetails;
    await draw({ lists: lists(row), details: { [row.sha256]: details } });
    await opened.page.click(test("certificate-open"));
    expect(await text("certificate-worth")).toContain(words);
    expect(await opened.page.$eval(test("certificate-worth"), (element) => (element as HTMLElement).dataset["code"])).toBe(code);
  });
});

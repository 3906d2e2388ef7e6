import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Signer } from "../../../src/protocol/message-status.ts";
import type { FetchingState } from "../../../src/protocol/page-requests.ts";
import { hasChromium, openPage, type Opened } from "./browser/open.ts";
import * as s from "./samples.ts";

declare const inPage: { startReader: (message: unknown, receipt: null) => string[]; draw: (name: string, props: unknown) => string[]; asked: string[] };

const test = (name: string): string => `[data-test="${name}"]`;

describe.skipIf(!hasChromium)("what people see of revocation, in a browser", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openPage();
  }, 60_000);
  afterAll(() => opened?.close());
  beforeEach(() => opened.page.reload());

  const draw = (name: string, props: unknown): Promise<void> => opened.page.evaluate((which, given) => void (inPage.asked = inPage.draw(which, given)), name, props);
  const asked = (): Promise<string[]> => opened.page.evaluate(() => inPage.asked);
  const there = async (name: string): Promise<boolean> => (await opened.page.$(test(name))) !== null;
  const text = (name: string): Promise<string> => opened.page.$eval(test(name), (element) => (element as HTMLElement).innerText);

  const revoked = (change: Partial<Signer>) => s.unverified({ code: "revocation.revoked", revocation: "revoked", revocationDetail: s.revokedDetail, ...change });

  describe("the details of a revoked signer (RV-03, CP-04)", () => {
    it.each([
      ["before", "2026-05-01T08:31:00.000Z", /before the certificate was revoked.*only what the sender says and proves nothing/],
      ["after", "2026-05-03T08:31:00.000Z", /when the certificate was revoked already.*only what the sender says and proves nothing/],
      ["after", s.revokedDetail.revokedAt, /revoked already/],
      ["unclaimed", null, /does not say when it was made/],
    ] as const)("say that the claimed time lies %s (%s)", async (claimed, signingTime, words) => {
      await opened.page.evaluate((given) => void inPage.startReader(given, null), { ...s.message(revoked({ signingTime })), decryptedSource: null });
      await opened.page.click(test("details-toggle"));
      expect(await opened.page.$eval(test("signer-claimed"), (element) => (element as HTMLElement).dataset["claimed"])).toBe(claimed);
      expect(await text("signer-claimed")).toMatch(words);
      expect(await text("signer-reason")).toContain("revoked");
    });

    it.each([
      ["is good", s.verified],
      ["was revoked on a day that nobody told", revoked({ revocationDetail: { ...s.revokedDetail, revokedAt: null } })],
    ])("say nothing of it of one that %s", async (_what, status) => {
      await opened.page.evaluate((given) => void inPage.startReader(given, null), { ...s.message(status), decryptedSource: null });
      await opened.page.click(test("details-toggle"));
      expect([await there("signer-revocation"), await there("signer-claimed")]).toEqual([true, false]);
    });
  });

  describe("the notice below the bar", () => {
    const missing = s.unverified({ code: "pki.untrusted", chain: [], missingIssuer: { host: "a.example" } });
    const unanswered = s.unverified({ code: "pki.untrusted", chain: [] });
    const noWay = (code: "revocation.no-way" | "revocation.fetch") => s.unverified({ code: "revocation.unavailable", revocation: "unreachable", revocationDetail: { ...s.revokedDetail, code, revokedAt: null } });

    it("names the host that would be asked, and asks it when pressed", async () => {
      await draw("check", { status: missing, asked: null });
      expect(await text("issuer-notice")).toContain("a.example, which will learn");
      await opened.page.click(test("issuer-ask"));
      expect(await asked()).toEqual(["ask a.example"]);
    });

    it("cannot be pressed while it asks, and says that nothing came of it", async () => {
      await draw("check", { status: missing, asked: { host: "a.example", step: "asking" } });
      await opened.page.click(test("issuer-ask"));
      expect(await asked()).toEqual([]);
      await draw("check", { status: unanswered, asked: { host: "a.example", step: "nothing" } });
      expect(await text("issuer-notice")).toContain("a.example gave no certificate");
    });

    it("leads to the options where nobody may fetch, and is not there for another reason", async () => {
      await draw("check", { status: noWay("revocation.no-way"), asked: null });
      await opened.page.click(test("fetching-options"));
      expect(await asked()).toEqual(["options"]);
      for (const status of [noWay("revocation.fetch"), unanswered, s.verified, { ...missing, summary: { ...missing.summary, pending: true } }]) {
        await draw("check", { status, asked: null });
        expect([await there("issuer-notice"), await there("fetching-notice")]).toEqual([false, false]);
      }
    });

    it.each([
      ["waits to be asked", missing, "missing_authority"],
      ["is not known", unanswered, "unknown_authority"],
    ] as const)("offers help once, in the bar, where the host of a missing issuer %s", async (_what, status, topic) => {
      await opened.page.evaluate((given) => void inPage.startReader(given, null), { ...s.message(status), decryptedSource: null });
      expect(await opened.page.$$eval(test("help-link"), (links) => links.map((link) => (link as HTMLElement).dataset["topic"]))).toEqual([topic]);
    });
  });

  describe("who fetches", () => {
    const state = (change: Partial<FetchingState>): FetchingState => ({ way: "none", allowed: false, off: false, ...change });

    it.each([
      [state({}), true, false, "Not allowed yet"],
      [state({ way: "browser", allowed: true }), false, true, "Allowed: this browser"],
      [state({ way: "host", allowed: true }), false, true, "installed beside the browser"],
      [state({ way: "relay" }), false, false, "service of your organisation"],
      [state({ off: true, allowed: true }), false, false, "switched off"],
    ])("%o: offers allowing (%s) and taking back (%s)", async (given, allow, back, words) => {
      await draw("fetching", given);
      expect([await there("fetching-allow"), await there("fetching-take-back")]).toEqual([allow, back]);
      expect(await text("fetching-state")).toContain(words);
    });

    it("tells each press", async () => {
      await draw("fetching", state({}));
      await opened.page.click(test("fetching-allow"));
      expect(await asked()).toEqual(["allow"]);
      await draw("fetching", state({ way: "browser", allowed: true }));
      await opened.page.click(test("fetching-take-back"));
      expect(await asked()).toEqual(["takeBack"]);
    });
  });

  describe("the dialog about certificates that could not be checked", () => {
    const people = [{ address: "bob@lab.test", code: "revocation.fetch-time" }, { address: "alice@lab.test", code: "revocation.outdated" }];
    beforeEach(() => draw("questions", { question: { ask: "unchecked", people, unreadableFor: [] } }));

    it("names each with its reason, says what may come of it, and leads to help about the first", async () => {
      expect(await text("unchecked-people")).toMatch(/bob@lab\.test: .*in time.*alice@lab\.test: .*out of date/s);
      expect(await text("unchecked-dialog")).toContain("who stole the key");
      expect(await opened.page.$eval(`${test("unchecked-dialog")} ${test("help-link")}`, (link) => (link as HTMLElement).dataset["topic"])).toBe("revocation_slow");
    });

    it.each([["unchecked-back", "closeQuestion"], ["unchecked-send", "sendUnchecked"]])("%s: %s", async (button, action) => {
      await opened.page.click(test(button));
      expect(await asked()).toEqual([action]);
    });
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Identity, Misbehaviour, Place } from "../../lab/authority.mjs";
import type { BrowserName } from "../driver/launch.ts";
import { sealedMail, signedMail, withDisclaimer, withFrom } from "./mail.ts";
import { allowFetching, type Desk, forget, pressSteadily, read, takeSeat } from "./reader.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** A place that does not do what it should, for a certificate that names it. */
interface Fault {
  what: string;
  identity: Identity;
  place: Place;
  kind: Misbehaviour;
  help: string;
}

const faults: Fault[] = [
  { what: "the host of the list is down", identity: "bob-crl", place: "issuing-crl", kind: "down", help: "revocation_unreachable" },
  { what: "a proxy in between answers 401", identity: "bob-crl", place: "issuing-crl", kind: "unauthorised", help: "revocation_fetch_refused" },
  { what: "the list does not come in time", identity: "bob-crl", place: "issuing-crl", kind: "slow", help: "revocation_slow" },
  { what: "a page to sign in to the network comes in place of the list", identity: "bob-crl", place: "issuing-crl", kind: "wrong-type", help: "revocation_unusable" },
  { what: "the list is out of date", identity: "bob-crl", place: "issuing-crl", kind: "expired", help: "revocation_outdated" },
  { what: "a stranger signed the list", identity: "bob-crl", place: "issuing-crl", kind: "stranger", help: "revocation_signer" },
  { what: "a stranger signed the OCSP answer", identity: "bob-ocsp", place: "ocsp", kind: "stranger", help: "revocation_signer" },
  { what: "the OCSP responder is down", identity: "bob-ocsp", place: "ocsp", kind: "down", help: "revocation_unreachable" },
];

const NOT_CHECKABLE = "Not verified: could not check whether the certificate was revoked";

/** Every situation in which a message is not what it should be, brought about in the lab (source-system.md §1 and §5). */
export function troubleSuite(browser: BrowserName): void {
  /** Firefox shows the same code at work; what it does by itself is fetching. */
  const everywhere = it;
  const inChromium = it.runIf(browser === "chromium");

  describe(`when it does not work, in ${browser}`, () => {
    let desk: Desk;
    let undo: (() => Promise<void>)[] = [];
    const places = (): string[] => desk.lab.authority.requests.map(({ place }) => String(place));

    beforeAll(async () => {
      desk = await takeSeat(browser);
    });
    afterAll(async () => {
      await desk?.alice.driver.close();
      await desk?.lab.stop();
    });
    beforeEach(async () => {
      await forget(desk);
    });
    afterEach(async () => {
      for (const end of undo.splice(0)) await end();
      undo = [];
    });

    inChromium("nobody may fetch yet: it is said, with the way to allow it (RV-01)", async () => {
      const shown = await read(desk, await signedMail(desk.lab, "bob-crl"));
      expect(shown).toMatchObject({ sentence: expect.stringContaining(NOT_CHECKABLE) as string, help: "revocation_no_way" });
      expect(await shown.reader.exists(test("fetching-notice"))).toBe(true);
      expect(places()).toEqual([]);
    });

    everywhere("all is well: the responder says good, and the message is verified", async () => {
      await allowFetching(desk);
      const shown = await read(desk, await signedMail(desk.lab, "bob-checked"));
      expect(shown).toMatchObject({ key: "sentence_text_signed", help: null });
      expect(desk.lab.authority.requests.find(({ place }) => place === "ocsp")?.serials).toEqual(["bob-checked"]);
    });

    for (const { what, identity, place, kind, help } of faults) {
      const run = kind === "down" || kind === "unauthorised" ? everywhere : inChromium;
      run(`${what}: not known is not good (RV-01)`, async () => {
        undo.push(await desk.lab.authority.misbehave(place, kind));
        const shown = await read(desk, await signedMail(desk.lab, identity));
        expect(shown).toMatchObject({ sentence: expect.stringContaining(NOT_CHECKABLE) as string, help });
        // The text is there all the same.
        expect(shown.body).toContain("The figures are right.");
      });
    }

    for (const [when, date, help] of [["before", new Date("2026-05-03T10:00:00Z"), "revoked"], ["after", new Date(Date.now() + 60_000), "revoked_later"]] as const) {
      inChromium(`the certificate was revoked ${when} the message's date (RV-03)`, async () => {
        const mail = await signedMail(desk.lab, "bob-checked");
        await desk.lab.authority.revoke("bob-checked", { date, reason: "keyCompromise" });
        undo.push(() => desk.lab.authority.unrevoke("bob-checked"));
        const shown = await read(desk, mail);
        expect(shown.sentence).toMatch(new RegExp(`Not verified: the certificate was revoked on .*, ${when} the time that the signature claims`));
        expect(shown.help).toBe(help);
        await shown.reader.click(test("details-toggle"));
        expect(await shown.reader.text(test("signer-claimed"))).toContain("proves nothing");
      });
    }

    everywhere("nobody trusts the root: nobody is asked about it either (RV-04)", async () => {
      const shown = await read(desk, await signedMail(desk.lab, "bob-stranger"));
      expect(shown).toMatchObject({ sentence: expect.stringContaining("Not verified: nobody you trust vouches for this certificate") as string, help: "unknown_authority" });
      expect(places()).toEqual([]);
    });

    inChromium("an intermediate is missing, and the certificate does not say where it is", async () => {
      const shown = await read(desk, await signedMail(desk.lab, "bob-orphan"));
      expect(shown).toMatchObject({ key: "sentence_unverified_untrusted", help: "unknown_authority" });
      expect(places()).toEqual([]);
    });

    for (const [identity, place] of [["bob-incomplete", "issuing-cer"], ["bob-incomplete-p7c", "issuing-p7c"]] as const) {
      const run = identity === "bob-incomplete" ? everywhere : inChromium;
      run(`an intermediate is missing, and is fetched when the person wants it (${place})`, async () => {
        const shown = await read(desk, await signedMail(desk.lab, identity));
        expect(shown).toMatchObject({ key: "sentence_unverified_untrusted", help: "missing_authority" });
        expect(await shown.reader.text(test("issuer-notice"))).toContain("127.0.0.1");
        expect(places()).toEqual([]);
        await pressSteadily(shown.reader, "issuer-ask");
        await shown.reader.waitFor(`${test("sentence")}[data-key="sentence_text_signed"]`);
        expect(places()).toContain(place);
      });
    }

    inChromium("an intermediate is missing, and the host that has it is down", async () => {
      undo.push(await desk.lab.authority.misbehave("issuing-cer", "down"));
      const shown = await read(desk, await signedMail(desk.lab, "bob-incomplete"));
      const before = await shown.reader.text(test("issuer-notice"));
      await pressSteadily(shown.reader, "issuer-ask");
      await shown.reader.until((selector, said) => (document.querySelector<HTMLElement>(selector)?.innerText ?? said) !== said && !document.querySelector<HTMLButtonElement>('[data-test="issuer-ask"]')?.disabled, { what: "what came of it" }, test("issuer-notice"), before);
      expect(await shown.reader.text(test("sentence"))).toContain("Not verified: nobody you trust vouches");
      expect(await shown.reader.exists(`${test("reader-bar")} [data-topic="missing_authority"]`)).toBe(true);
    });

    inChromium("the certificate has expired", async () => {
      const shown = await read(desk, await signedMail(desk.lab, "bob-expired"));
      expect(shown.sentence).toMatch(/Not verified: the certificate expired on .*2021/);
      expect(shown.help).toBe("expired");
    });

    everywhere("the certificate is for another address: both are named (FR-01)", async () => {
      const shown = await read(desk, await signedMail(desk.lab, "bob-elsewhere"));
      expect(shown.sentence).toContain("Careful: signed by bob@elsewhere.test, but it says it is from bob@lab.test");
      expect(shown.help).toBe("other_address");
    });

    everywhere("a gateway altered the text", async () => {
      const shown = await read(desk, withDisclaimer(await signedMail(desk.lab, "bob-checked")));
      expect(shown).toMatchObject({ sentence: expect.stringContaining("Not verified: the text was changed or damaged on the way") as string, help: "changed" });
      await shown.reader.click(`${test("reader-bar")} ${test("help-link")}`);
      const help = await desk.alice.driver.waitForPage(/\/help\.html#changed$/);
      expect(await help.text("h1")).toBe("The text was changed or damaged on the way");
      expect(await help.text(test("help-page"))).toContain("opaque signing");
      await help.close();
    });

    inChromium("From was rewritten on the way, of a message with a protected header and of one without", async () => {
      const team = "Team <team@lab.test>";
      const unsigned = await read(desk, withFrom(await sealedMail(desk.lab, "encrypted"), team));
      expect(unsigned.sentence).toContain("Careful: it came from team@lab.test, but inside it says it is from bob@lab.test");
      expect(unsigned.help).toBe("from_rewritten");
      // A valid signature is bound to the protected From: that one counts and is shown.
      const inside = await read(desk, withFrom(await sealedMail(desk.lab, "bob-checked"), team));
      expect(inside).toMatchObject({ key: "sentence_verified", author: expect.stringContaining("Bob Example") as string, help: null });
      const outside = await read(desk, withFrom(await signedMail(desk.lab, "bob-checked"), team));
      expect(outside.sentence).toContain("Careful: signed by bob@lab.test, but it says it is from team@lab.test");
      expect(outside.help).toBe("other_address");
    });

    everywhere("the report for support is copied", async () => {
      const shown = await read(desk, await signedMail(desk.lab, "bob-stranger"));
      await shown.reader.click(test("details-toggle"));
      await shown.reader.click(test("copy-report"));
      await shown.reader.waitFor(`${test("copy-report")}[data-state="details_copied"]`);
    });
  });
}

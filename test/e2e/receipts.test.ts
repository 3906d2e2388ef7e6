import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../lab/lab.mjs";
import { openssl } from "../lab/openssl.mjs";
import { arrive, type Office, type Person } from "./people/person.ts";
import { openMessage, readShown } from "./people/read.ts";
import { addCertificates, setUp } from "./people/set-up.ts";
import { randomWord } from "./people/words.ts";
import { openComposer, send, write } from "./people/write.ts";
import { header, opensslDecrypt, opensslVerify } from "./walk-through/evidence.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** Alice asks for a receipt, Bob answers when he is asked, Alice sees it; OpenSSL verifies what was delivered. */
describe("signed receipts, chromium", () => {
  let lab: Lab;
  let office: Office;
  let alice: Person;
  let bob: Person;
  beforeAll(async () => {
    lab = await startLab({ name: "receipts" });
    office = { lab, browser: "chromium", web: lab.web, skin: "elastic" };
    [alice, bob] = [await arrive(office, "alice"), await arrive(office, "bob")];
    for (const person of [alice, bob]) {
      await setUp(person, office);
      await person.page.waitFor("[data-mailseal=compose]");
    }
    await addCertificates(alice, [lab.certificates.certificate("bob")]);
  });
  afterAll(async () => {
    await Promise.all([alice?.driver.close(), bob?.driver.close()]);
    await lab?.stop();
  });

  const arrived = async (who: string, count: number): Promise<{ uid: number; raw: Buffer }> => {
    for (const giveUp = Date.now() + 30_000; ; await sleep(300)) {
      const found = await lab.storedMessages(who, "INBOX");
      if (found.length >= count || Date.now() > giveUp) {
        expect(found).toHaveLength(count);
        return found.at(-1) as { uid: number; raw: Buffer };
      }
    }
  };

  async function opensslVerifiesReceipt(receipt: Buffer, original: Buffer): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "mailseal-receipt-"));
    try {
      const file = (name: string, content: Buffer): string => {
        writeFileSync(join(folder, name), content);
        return join(folder, name);
      };
      const { stdout } = await openssl(["cms", "-cmsout", "-in", file("receipt.eml", receipt), "-outform", "DER"]);
      const options = ["-rctform", "DER", "-in", file("original.eml", original), "-CAfile", lab.certificates.root];
      const { stderr } = await openssl(["cms", "-verify_receipt", file("receipt.der", stdout), ...options]);
      return String(stderr);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it("goes from Alice's wish to Bob's answer and back, encrypted as the message was, once (ES-03)", async () => {
    const word = randomWord();
    const composer = await openComposer(alice);
    await write(composer, { to: ["bob@lab.test"], subject: `Contract ${word}`, text: "Please confirm.", sign: true, encrypt: true });
    await composer.click(test("composer-more"));
    await composer.click(test("ask-receipt"));
    await composer.waitFor(test("receipt-wanted"));
    await send(composer);

    const message = await arrived("bob", 1);
    const original = await opensslDecrypt(lab, message.raw, "bob");
    await openMessage(bob, office, message.uid);
    const { reader, key } = await readShown(bob);
    expect(key).toBe("sentence_verified_encrypted");
    await reader.waitFor(test("receipt-asked"));
    expect(await reader.text(test("receipt-asked"))).toContain("alice@lab.test");
    // Looking sends nothing, and neither does the frame before it was seen for a moment.
    expect(await lab.storedMessages("alice", "INBOX")).toEqual([]);
    await sleep(1000);
    await reader.click(test("receipt-send"));
    await reader.waitFor(test("receipt-sent"), { timeout: 60_000 });

    const receipt = await arrived("alice", 1);
    expect(header(receipt.raw, "subject")).toBe("Signed receipt");
    const { content: enveloped, signer } = await opensslVerify(lab, receipt.raw);
    expect(signer).toBe("bob@lab.test");
    const opened = await opensslDecrypt(lab, enveloped, "alice");
    expect(header(opened, "content-type")).toContain("signed-receipt");
    expect(await opensslVerifiesReceipt(opened, original)).toContain("Verification successful");
    expect((await lab.searchEverywhere([word], [bob.driver.profile, alice.driver.profile])).map(({ where }) => where)).toEqual([]);

    // Once, also after the page was loaded anew.
    await openMessage(bob, office, message.uid);
    const again = await readShown(bob);
    await again.reader.waitFor(test("receipt-sent"));
    expect(await again.reader.exists(test("receipt-send"))).toBe(false);

    await openMessage(alice, office, receipt.uid);
    const shown = await readShown(alice);
    await shown.reader.waitFor(`${test("receipt-text")}[data-about="confirms"]`);
    const said = await shown.reader.text(test("receipt-text"));
    expect(said).toContain("bob@lab.test");
    expect(said).toContain(String(new Date().getFullYear()));
    expect(await shown.reader.exists(test("receipt-send"))).toBe(false);

    // Bob's own copy is no receipt for a message of his.
    const copy = (await lab.storedMessages("bob", "Sent")).at(-1);
    await openMessage(bob, office, copy?.uid ?? 0, "Sent");
    const own = await readShown(bob);
    await own.reader.waitFor(`${test("receipt-text")}[data-about="own"]`);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../lab/lab.mjs";
import { poll } from "./driver/wait.ts";
import { arrive, type Office, type Person } from "./people/person.ts";
import { openMessage, readShown } from "./people/read.ts";
import { allowWebmail, importKey, openSetUp } from "./people/set-up.ts";
import { openComposer, send, write } from "./people/write.ts";

/** What set-up's last step says: from installed to the first protected message of one's own, and nothing besides. */
describe("first run in chromium", () => {
  let lab: Lab;
  let office: Office;
  let alice: Person;

  beforeAll(async () => {
    lab = await startLab({ name: "first-run" });
    office = { lab, browser: "chromium", web: lab.web, skin: "elastic" };
    alice = await arrive(office, "alice");
  });
  afterAll(async () => {
    await alice?.driver.close();
    await lab?.stop();
  });

  it("leads from a key file to a protected message to oneself that is verified (issue: under two minutes)", { timeout: 300_000 }, async () => {
    const begun = Date.now();
    const taken: string[] = [];
    const done = (what: string): void => void taken.push(`${what} ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    const setup = await openSetUp(alice, office);
    const { imported } = await importKey(setup, { ...lab.certificates.pkcs12("alice"), trust: [lab.certificates.rootSha256] });
    expect(imported).toContain("alice@lab.test");
    done("key imported");
    await allowWebmail(setup, alice, office);
    const told = await setup.text('[data-test="setup-done"]');
    expect(told).toContain("alice@lab.test");
    done("webmail allowed");
    await setup.close();
    await alice.page.activate();
    await alice.page.reload();
    const composer = await openComposer(alice);
    await write(composer, { to: ["alice@lab.test"], subject: "To myself", text: "Does it work?", sign: true, encrypt: true });
    await send(composer);
    done("sent");
    const arrived = await poll(async () => (await lab.storedMessages("alice", "INBOX")).at(-1) ?? null, "the message to oneself", 20_000);
    await openMessage(alice, office, arrived.uid);
    expect(await readShown(alice)).toMatchObject({ key: "sentence_verified_encrypted", subject: "To myself" });
    done("read");
    console.log(`first run, as fast as a program presses: ${taken.join(", ")}`);
  });
});

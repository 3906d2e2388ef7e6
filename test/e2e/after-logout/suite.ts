import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createPrivateKey } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/lab.mjs";
import { openssl } from "../../lab/openssl.mjs";
import type { Frame, Page } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { sealedByCli } from "../people/cli-mail.ts";
import { arrive, type Office, type Person } from "../people/person.ts";
import { readShown } from "../people/read.ts";
import { setUp } from "../people/set-up.ts";
import { composerOf, openComposer, send, write } from "../people/write.ts";
import { randomWord } from "../people/words.ts";
import { plantedIn } from "./planted.ts";
import { searchMemory } from "./search-memory.ts";
import { searchProfile, type Secret, secretNumber, secretWord } from "./search-profile.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** What is typed, written and read, each with a word that stands nowhere else. */
const words = Object.fromEntries(
  ["passphrase", "file password", "subject read", "text read", "file name read", "file text read", "subject sent", "text sent", "file name sent", "file text sent", "subject of draft", "text of draft"].map((name) => [name, randomWord()]),
) as Record<string, string>;

/**
 * Nothing of a session is left after it (issue "After logout"): frames of other tabs are empty at once, and after the browser's end
 * its profile holds none of the words that were typed and read. What its memory still holds after the sign-out is printed, not judged.
 */
export function afterLogoutSuite(browser: BrowserName): void {
  describe(`after logout in ${browser}`, () => {
    let lab: Lab;
    let office: Office;
    let alice: Person;
    let reading: Page;
    let secrets: Secret[];
    let keyNumbers: Secret[];

    beforeAll(async () => {
      lab = await startLab({ name: `after-logout-${browser}` });
      office = { lab, browser, web: lab.web, skin: "elastic" };
      secrets = Object.entries(words).map(([name, word]) => secretWord(name, word));
      const { d, p, q } = createPrivateKey(readFileSync(lab.certificates.key("alice"))).export({ format: "jwk" });
      keyNumbers = Object.entries({ d, p, q }).map(([name, number]) => secretNumber(name, Buffer.from(number as string, "base64url")));
      alice = await arrive(office, "alice");
    });
    afterAll(async () => {
      await alice?.driver.close();
      await lab?.stop();
    });

    const file = (name: string, text: string): string => {
      const path = join(lab.folder, "files", `${name}.txt`);
      mkdirSync(join(lab.folder, "files"), { recursive: true });
      writeFileSync(path, text);
      return path;
    };
    const frameOf = (page: Page, name: string): Promise<Frame> => page.frame(new RegExp(`-extension://[^/]+/${name}\\.html`));
    /** What a frame's document still has of the words, wherever in it. */
    const held = async (frame: Frame): Promise<string[]> => {
      const text = await frame.evaluate(() => document.documentElement.outerHTML + Array.from(document.querySelectorAll("input, textarea"), (field) => (field as HTMLInputElement).value).join());
      return Object.entries(words).flatMap(([name, word]) => (text.includes(word) ? [name] : []));
    };

    it("searches by what finds a planted word in every form", async () => {
      const word = randomWord();
      const number = Buffer.from("0123456789abcdef89abcdeffedcba98", "hex");
      const planted = await plantedIn(join(lab.folder, "planted"), word, number);
      const found = await searchProfile(join(lab.folder, "planted"), [secretWord("word", word), secretNumber("number", number)]);
      expect(found.map(({ where }) => where).toSorted()).toEqual(planted.toSorted());
    });

    it("a message is read, another one is sent and a draft is left", async () => {
      const { certificates } = lab;
      const p12 = join(lab.folder, "files", "alice.p12");
      mkdirSync(join(lab.folder, "files"), { recursive: true });
      await openssl(["pkcs12", "-export", "-inkey", certificates.key("alice"), "-in", certificates.pem("alice"), "-certfile", certificates.chain, "-passout", `pass:${words["file password"]}`, "-out", p12]);
      await setUp(alice, office, { path: p12, password: words["file password"] as string, passphrase: words["passphrase"] as string, trust: [certificates.rootSha256] });
      const boundary = "=-planted";
      const mail = await sealedByCli(lab, {
        from: "bob", to: "alice", subject: `Read ${words["subject read"]}`, type: `multipart/mixed; boundary="${boundary}"`, options: ["--encrypt", certificates.pem("alice")],
        text: [`--${boundary}`, "Content-Type: text/plain; charset=utf-8", "", `Text ${words["text read"]} of it.`, `--${boundary}`, `Content-Type: text/plain; name="${words["file name read"]}.txt"`,
          `Content-Disposition: attachment; filename="${words["file name read"]}.txt"`, "Content-Transfer-Encoding: base64", "", Buffer.from(`file ${words["file text read"]}`).toString("base64"), `--${boundary}--`].join("\r\n"),
      });
      const uid = await lab.append("alice", "INBOX", mail);
      reading = await alice.driver.open(`${office.web}/?_task=mail&_action=show&_uid=${uid}&_mbox=INBOX`);
      const { reader, body, subject } = await readShown({ ...alice, page: reading });
      expect([body, subject].join()).toContain(words["text read"]);
      expect(subject).toContain(words["subject read"]);
      await reader.click(test("attachment-open"));
      expect(await reader.text(test("preview"))).toContain(words["file text read"]);

      await alice.page.activate();
      const composer = await openComposer(alice);
      await write(composer, { to: [alice.address], subject: `Sent ${words["subject sent"]}`, text: `Text ${words["text sent"]}`, attach: [file(words["file name sent"] as string, `file ${words["file text sent"]}`)], sign: true, encrypt: true });
      await send(composer, { confirm: alice.driver });
      await alice.page.goto(`${office.web}/?_task=mail&_mbox=INBOX`);
      const draft = await openComposer(alice);
      await draft.type(test("subject"), `Draft ${words["subject of draft"]}`);
      await draft.click(test("editor"));
      await draft.keys(`Text ${words["text of draft"]}`);
      expect(await held(draft)).toEqual(["subject of draft", "text of draft"]);
    });

    it("the webmail's own sign-out empties the reader and the composer of other tabs at once, and keeps the draft", async () => {
      const third = await alice.driver.open(`${office.web}/?_task=mail&_mbox=INBOX`);
      await third.click("a.logout");
      await third.waitFor("#rcmloginuser");
      const [reader, composer] = [await frameOf(reading, "reader"), await composerOf(alice)];
      for (const frame of [reader, composer]) {
        await frame.waitFor(`${test("emptied")}[data-why="ended"]`, { timeout: 10_000, hidden: true });
        expect(await held(frame)).toEqual([]);
      }
      expect(await composer.exists(`${test("emptied")}[data-written="kept"]`)).toBe(true);
      await third.close();
      const popup = await alice.driver.open(`${alice.driver.extension}/popup.html`);
      await popup.waitFor(test("locks-unlock"));
      await popup.close();
    });

    it("what the browser's memory holds after the sign-out is said, whatever it is", { timeout: 300_000 }, () => {
      const found = searchMemory(alice.driver.profile, [...secrets, ...keyNumbers]);
      expect(found.length).toBeGreaterThan(0);
      const lines = found.filter((each) => each.found.length > 0).map((each) => `  ${each.process}: ${each.found.join(", ")}`);
      // The table of docs/threat-model.md is made from it.
      console.log([`In the memory of ${alice.driver.version} after the sign-out, of ${secrets.length} words and d, p, q of a key under a passphrase:`, ...(lines.length > 0 ? lines : ["  nothing"])].join("\n"));
    });

    it("nothing of it lies in the profile after the browser's end", async () => {
      await alice.driver.close();
      // Her account stands beside the draft: what finds it reads the values of the database.
      const hits = await searchProfile(alice.driver.profile, [...secrets, ...keyNumbers, secretWord("account", alice.address)]);
      expect(hits.filter(({ found }) => found.includes("account")).map(({ where }) => where).filter((where) => /indexeddb|\/idb\//i.test(where))).not.toEqual([]);
      expect(hits.map(({ where, found }) => ({ where, found: found.filter((name) => name !== "account") })).filter(({ found }) => found.length > 0)).toEqual([]);
    });
  });
}

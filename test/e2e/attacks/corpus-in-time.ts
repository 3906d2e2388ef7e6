import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answer, type Answered, type Answering } from "./answering.ts";
import { besideASignature, CORPUS_TIME, type CorpusAttack, corpusAttacks, corpusMessage, managersKey } from "./corpus.ts";
import { corpusExpectations, PLAINTEXT } from "./corpus-expectations.ts";
import { type Desk, READER, sitDown } from "./desk.ts";
import { readDrawn } from "./drawn.ts";
import { expectSilence, expectWatch, type Ground } from "./ground.ts";

/** Messages without any S/MIME object: a webmail shows them itself, and ours draws them beside a signature of another text. */
const isUnsigned = ({ expected }: CorpusAttack): boolean => expected.startsWith("unsigned");

const named = (attacks: CorpusAttack[]): (readonly [string, string, CorpusAttack])[] => attacks.map((attack) => [attack.file, attack.expected, attack] as const);

/** The whole corpus at the time for which its expectations are stated, with the key that its ciphertexts are for. */
export function corpusInTime(ground: Ground): void {
  let desk: Desk;
  const uids = new Map<string, number>();

  beforeAll(async () => {
    const { lab, browser, network } = ground;
    for (const attack of corpusAttacks) {
      const raw = corpusMessage(attack.file);
      uids.set(attack.file, await lab.append("carol", "INBOX", isUnsigned(attack) ? besideASignature(raw) : raw));
      if (isUnsigned(attack)) uids.set(`native ${attack.file}`, await lab.append("carol", "INBOX", raw));
    }
    const key = await managersKey(join(lab.folder, "manager.p12"));
    desk = await sitDown(lab, browser, network, { who: "carol", keys: [key], at: CORPUS_TIME });
    await desk.list();
  });
  afterAll(() => desk?.driver.close());

  const read = (file: string) => desk.read(uids.get(file) as number);

  const answered = async (file: string, how: Answering, look: (seen: Answered) => void): Promise<void> => answer(desk, await read(file), how, look);

  it("there are messages", () => {
    expect(corpusAttacks.length).toBeGreaterThan(20);
  });

  it.each(named(corpusAttacks))("%s: %s", async (file, expected, attack) => {
    const check = corpusExpectations[expected];
    expect(check, `no check for "${expected}": ${attack.requirement}`).toBeDefined();
    const seen = await readDrawn(await read(file));
    check?.(seen, attack);
    expect(seen.barIsOnTop).toBe(true);
    expectSilence(ground);
  });

  it.each(named(corpusAttacks.filter(isUnsigned)))("%s as it is: it stays the webmail's own, with no word of ours", async (file) => {
    const preview = await desk.preview(uids.get(`native ${file}`) as number);
    await preview.waitFor("#messagebody");
    await sleep(300);
    const frames = await Promise.all((await preview.frames()).map((frame) => frame.url()));
    expect(frames.filter((url) => READER.test(url))).toEqual([]);
    expectSilence(ground);
  });

  const mixed = corpusAttacks.filter(({ expected }) => expected === "no-plaintext-leak-on-reply").map(({ file }) => file);
  it.each(mixed)("%s: no answer quotes, takes along or holds what is encrypted in it (UI-03, CO-02)", async (file) => {
    for (const how of ["reply", "reply-all", "forward"] as const) {
      await answered(file, how, (seen) => {
        // It does quote: the text that stands around the ciphertext.
        expect(seen.shown).toMatch(/Please reply to this message|THIS IS THE 1ST PART/);
        expect(seen.source).not.toContain(PLAINTEXT);
        // What a forward takes along is the ciphertext itself.
        expect(seen.files).toEqual(how === "forward" ? ["smime.p7m"] : []);
      });
    }
    expectSilence(ground);
  });

  it("the whole ciphertext under anybody's name is quoted only after a question (CO-02)", async () => {
    for (const how of ["reply", "forward"] as const) {
      await answered("covert-00-original-mail.eml", how, (seen) => {
        expect(seen.asks).toBe(true);
        expect(seen.source).not.toContain(PLAINTEXT);
      });
    }
  });

  it.each(["m1-smime.eml", "m3-smime.eml"])("%s: an answer quotes the unsigned text alone, nothing of what the manager signed (UI-03)", async (file) => {
    for (const how of ["reply", "forward"] as const) {
      await answered(file, how, (seen) => {
        expect(seen.shown).toContain("Johnny, you are fired!");
        expect(seen.source).not.toContain("Congratulations");
        expect(seen.files).toEqual(how === "forward" ? ["file"] : []);
      });
    }
  });

  it("a signed text is quoted as its signer's, and as nobody else's", async () => {
    await answered("valid-manager-smime.eml", "reply", (seen) => {
      expect(seen.shown).toMatch(/manager@bigcorporation\.de wrote:\s+Congratulations, you've been promoted!/);
      expect(seen.to).toEqual(["manager@bigcorporation.de"]);
    });
    // The address in the name is not taken over for whose text it is.
    await answered("i2-from-is-sender-signer-a-smime.eml", "reply", (seen) => {
      expect(seen.shown).toMatch(/eve@bigcorporation\.de wrote:\s+Johnny, you are fired!/);
      expect(seen.shown).not.toContain("manager@");
    });
  });

  it.each(corpusAttacks.filter(({ expected }) => expected === "unsigned-html").map(({ file }) => file))("%s: what an answer quotes is what its author sees (UI-07, CO-02)", async (file) => {
    const squeezed = (text: string): string => text.replace(/\s+/g, "");
    await answered(file, "reply", (seen) => {
      expect(squeezed(seen.shown)).toBe(squeezed(seen.all));
      expect(seen.shown).toMatch(/Support for|Content/);
      expect(seen.html).not.toMatch(/<style|<link|class=|display|thelorg/i);
    });
    expectSilence(ground);
  });

  it("all that time the network was watched: a page that asks is seen", () => expectWatch(ground, desk));
}

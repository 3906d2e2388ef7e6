import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haveCorpora } from "../../interop/support/corpora.ts";
import { openssl } from "../../lab/openssl.mjs";
import type { Expectation } from "../../unit/smime/attacks/expectation.ts";
import { authority, bob } from "../../unit/smime/attacks/stage.ts";
import type { Issued } from "../../unit/pki/support/authority.ts";
import type { KeyFile } from "../people/set-up.ts";
import { answer } from "./answering.ts";
import { type CorpusAttack, corpusAttacks, corpusMessage, managersKey } from "./corpus.ts";
import { PLAINTEXT } from "./corpus-expectations.ts";
import { type Desk, sitDown } from "./desk.ts";
import { type Drawn, type DrawnArticle, readDrawn } from "./drawn.ts";
import { samples } from "./generated.ts";
import { expectSilence, expectWatch, type Ground, linger } from "./ground.ts";

const pem = ({ certificate }: Issued): string => `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate.der).toString("base64")}\n-----END CERTIFICATE-----\n`;

/** Bob's key of these attacks with the authority of all their certificates, as a file for set-up. */
async function bobsKey(folder: string): Promise<KeyFile> {
  const path = join(folder, "attacked-bob.p12");
  const [key, chain] = [join(folder, "attacked-bob.key.pem"), join(folder, "attacked-bob.crt.pem")];
  writeFileSync(key, bob.key.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(chain, pem(bob) + pem(authority));
  await openssl(["pkcs12", "-export", "-inkey", key, "-in", chain, "-out", path, "-passout", "pass:bob"]);
  return { path, password: "bob", trust: [createHash("sha256").update(authority.certificate.der).digest("hex")] };
}

/** What is drawn says no more than what `inspect` may say. */
function expectDrawn(seen: Drawn, { author, signed, encrypted, from, text, html, parts = [], never }: Expectation): void {
  const marks = ({ seal, closed }: DrawnArticle): [boolean, boolean] => [seal === "filled", closed !== null];
  expect(marks(seen), seen.sentence).toEqual([signed === "verified", encrypted === "failed"]);
  if (signed !== "verified") expect(seen.sentence).not.toMatch(/^(Verified|Text signed)/);
  expect(seen.lock).toBe({ decrypted: "filled", failed: "outline", none: "none" }[encrypted]);
  if (author !== null) expect(seen.author).toContain(author);
  if (from !== undefined && from !== null) expect(seen.author).toContain(from);
  if (text !== undefined) expect(seen.text).toContain(text);
  // Text that was no HTML has no picture and no rule of its own; our own frame has one sheet.
  if (html !== true) expect(seen.source).not.toMatch(/<img|<link rel="(dns|pre)/i);
  expect(seen.parts.map(marks)).toEqual(parts.map(([, partSigned, partEncrypted]) => [partSigned === "verified", partEncrypted === "failed"]));
  if (never !== undefined) expect(seen.source).not.toContain(never);
  expect(seen.barIsOnTop).toBe(true);
}

/** What the corpus must say of its own signatures and ciphertext now, after its certificates. */
const outlived = ({ expected }: CorpusAttack): boolean => ["valid", "signer-confusion", "decrypts"].includes(expected);

/** The extension exactly as it is built, now: one or two attacks of each class, and what has become of the corpus. */
export function asBuilt(ground: Ground): void {
  let desk: Desk;
  const uids = new Map<string, number>();

  beforeAll(async () => {
    const { lab, browser, network } = ground;
    for (const { attack: [name, make] } of Object.values(samples).flat()) uids.set(name, await lab.append("bob", "INBOX", await make()));
    for (const { file } of corpusAttacks.filter(outlived)) uids.set(file, await lab.append("bob", "INBOX", corpusMessage(file)));
    const keys = [...(haveCorpora ? [await managersKey(join(lab.folder, "manager-today.p12"))] : []), await bobsKey(lab.folder)];
    desk = await sitDown(lab, browser, network, { who: "bob", keys });
    await desk.list();
  });
  afterAll(() => desk?.driver.close());

  const read = (name: string) => desk.read(uids.get(name) as number);

  it.each(corpusAttacks.filter(outlived).map(({ file, expected }) => [file, expected] as const))("%s today: nothing of it is proved, and the reason is when its certificate expired", async (file, expected) => {
    const seen = await readDrawn(await read(file));
    if (expected === "decrypts") {
      expect([seen.seal, seen.lock]).toEqual(["struck", "filled"]);
      expect(seen.text).toContain(PLAINTEXT);
    } else expect([seen.key, seen.sentence, seen.seal]).toEqual(["sentence_unverified_expired", expect.stringMatching(/20\d\d/), "struck"]);
    expectSilence(ground);
  });

  describe.each(Object.entries(samples))("%s", (_title, list) => {
    it.each(list.map((sample) => [sample.attack[0], sample] as const))("%s", async (name, { attack: [, , expected], says, answers }) => {
      const seen = await readDrawn(await read(name));
      expectDrawn(seen, expected);
      await linger(seen.source);
      expectSilence(ground);
      if (says) {
        expect(seen.key, seen.sentence).toBe(says[0]);
        expect(seen.sentence.match(/[\w.]+@[\w.]+\w/g)).toEqual(says.slice(1));
      }
      for (const how of answers?.how ?? []) {
        await answer(desk, await read(name), how, async (answered) => {
          await linger(answered.source);
          if (answers?.quotes === null) expect(answered.asks).toBe(true);
          else expect(answered.shown).toContain(answers?.quotes);
          for (const words of [answers?.never, expected.never]) if (words !== undefined) expect(answered.source).not.toContain(words);
        });
      }
      expectSilence(ground);
    });
  });

  it("all that time the network was watched: a page that asks is seen", () => expectWatch(ground, desk));
}

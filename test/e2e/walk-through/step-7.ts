import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signedByOpenssl } from "../people/foreign-mail.ts";
import { openMessage, readShown } from "../people/read.ts";
import type { Person } from "../people/person.ts";
import { addCertificates } from "../people/set-up.ts";
import { openComposer, send, write } from "../people/write.ts";
import { randomWord } from "../people/words.ts";
import { leaves, opensslDecrypt, opensslVerify } from "./evidence.ts";
import { askAboutMissing, everyWay } from "./missing-ways.ts";
import { must, mustBe, type Stage, type Step } from "./step.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const DAVE = `${test("chip")}[data-address="dave@lab.test"]`;

/** Takes Dave's certificate off Alice's computer again. */
async function forgetDave({ driver, page }: Person): Promise<void> {
  const certificates = await driver.open(`${driver.extension}/certificates.html`);
  await certificates.type(test("certificate-search"), "dave");
  await certificates.click(test("certificate-remove"));
  await certificates.until((selector) => document.querySelector(selector) === null, { what: "Dave is gone" }, test("certificate-remove"));
  await certificates.close();
  await page.activate();
}

/** What Dovecot has for Dave, as OpenSSL opens it with his key. */
async function daveReads(stage: Stage, word: string): Promise<string> {
  const stored = (await stage.lab.storedMessages("dave", "INBOX")).at(-1);
  must(stored, "nothing arrived for Dave");
  const { content, signer } = await opensslVerify(stage.lab, await opensslDecrypt(stage.lab, stored.raw, "dave"));
  must(leaves(content.toString("latin1")).some(({ bytes }) => bytes.toString("utf8").includes(word)), "the decrypted text lacks what she typed");
  return signer;
}

export const step7: Step = {
  number: 7,
  title: "Dave has no certificate: sending stops and names him, each way on does what it says, and later he has one",
  needs: [1, 2],
  async run(stage) {
    const { lab } = stage;
    const alice = await stage.person("alice");
    await alice.page.goto(`${stage.web}/?_task=mail`);
    const word = randomWord();
    const file = join(lab.folder, "files/plan.txt");
    mkdirSync(join(lab.folder, "files"), { recursive: true });
    writeFileSync(file, `plan ${word}`);
    const count = async (who: string): Promise<number> => (await lab.storedMessages(who, "INBOX")).length;
    const before = [await count("bob"), await count("dave")];
    const composer = await openComposer(alice);
    await write(composer, { to: ["bob@lab.test"], subject: `Plan for ${word}`, text: `Here is the plan for ${word}.`, attach: [file], sign: true, encrypt: true });
    await composer.type(test("to-input"), "dave@lab.test");
    await composer.press("Enter");
    await composer.waitFor(`${DAVE}[data-state="none"]`);
    const sentence = await composer.text(test("sentence"));
    must(sentence.includes("dave@lab.test"), `the composer says "${sentence}"`);
    const { title, people, ways } = await askAboutMissing(composer);
    await stage.picture(alice.page, "dave-has-no-certificate");
    must(title.includes("dave@lab.test") && people.includes("dave@lab.test"), `the question does not name Dave: ${title} ${people}`);
    must(!people.includes("bob@lab.test"), "the question names Bob");
    mustBe(Object.keys(ways).join(), "leave-out,ask,unreadable,clear", "the ways that are offered");
    must(ways.clear?.includes("without encryption") && ways.clear.includes("anyone on the way can read it"), `the clear way says "${ways.clear}"`);
    const back = (await composer.text(test("missing-back"))).trim();
    await composer.click(test("missing-back"));
    must((await composer.text(test("editor"))).includes(word) && (await composer.exists(`${test("file")}[data-ready="true"]`)), "going back lost something");
    mustBe(await composer.evaluate(() => document.querySelectorAll('[data-test="chip"]').length), 2, "the number of recipients after going back");
    mustBe(JSON.stringify([await count("bob"), await count("dave")]), JSON.stringify(before), "the messages that arrived");
    mustBe((await lab.searchEverywhere([word], [alice.driver.profile])).map(({ where }) => where).join(), "", "where the text lies in the clear");

    const [added] = await addCertificates(alice, [lab.certificates.certificate("dave")]);
    await composer.waitFor(`${DAVE}[data-state="found"]`);
    const first = await send(composer);
    await stage.picture(alice.page, "dave-gets-it");
    mustBe(await daveReads(stage, word), "alice@lab.test", "OpenSSL's signer of what Dave got");

    await forgetDave(alice);
    await alice.page.goto(`${stage.web}/?_task=mail`);
    const taken = await everyWay(stage);
    const uid = await lab.append("alice", "INBOX", await signedByOpenssl(lab, { from: "dave", to: "alice", signer: "dave", text: "Here is my certificate." }));
    await openMessage(alice, stage, uid);
    const shown = await readShown(alice);
    mustBe(shown.key, "sentence_text_signed", `Alice's reader says "${shown.sentence}", its key`);
    const again = randomWord();
    const second = await openComposer(alice);
    await write(second, { to: ["dave@lab.test"], subject: "Second", text: again, sign: true, encrypt: true });
    const sent = await send(second);
    mustBe(await daveReads(stage, again), "alice@lab.test", "OpenSSL's signer of the second");
    return [
      `before Send the composer says: ${sentence}`,
      `Send asks: ${title} ${Object.values(ways).join(" / ")} / ${back}`,
      "going back keeps recipients, text and file; nothing had been sent to anybody, and nothing lies in the clear",
      `${added ?? ""}; the composer that was still open finds him by itself: ${first}`,
      "openssl cms with Dave's key opens what Dovecot stored for him: signed by alice@lab.test, text as typed",
      ...taken,
      `his certificate removed and learned anew from a mail that he signed (${shown.sentence}): ${sent}, opened by openssl cms with his key`,
    ];
  },
};

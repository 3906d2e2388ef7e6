import type { Frame } from "../driver/driver.ts";
import { composerOf, send } from "../people/write.ts";
import { addCertificates } from "../people/set-up.ts";
import { openMessage, readShown } from "../people/read.ts";
import { randomWord } from "../people/words.ts";
import { header, leaves, opensslDecrypt, opensslVerify, sha256 } from "./evidence.ts";
import { must, mustBe, type Step } from "./step.ts";
import type { Written } from "./step-2.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** Signing is not the default of an answer; encryption of an encrypted message's answer is. */
async function signToo(composer: Frame): Promise<void> {
  await composer.waitFor(`${test("encrypt")}[aria-pressed="true"]`);
  if (!(await composer.exists(`${test("sign")}[aria-pressed="true"]`))) await composer.click(test("sign"));
  await composer.waitFor(`${test("sign")}[aria-pressed="true"]`);
}

export const step4: Step = {
  number: 4,
  title: "Bob replies to all, Alice reads it, opens her copy in Sent and forwards it with its attachments",
  needs: [2, 3],
  async run(stage) {
    const { lab } = stage;
    const written = stage.notes.get("written") as Written;
    const bob = await stage.person("bob");
    const added = await addCertificates(bob, [lab.certificates.certificate("carol")]);
    await openMessage(bob, stage, written.uid);
    const { reader } = await readShown(bob);
    await reader.click(test("reply-all"));
    const reply = await composerOf(bob);
    await reply.waitFor(`${test("chip")}[data-address="alice@lab.test"][data-state="found"]`);
    await reply.waitFor(`${test("chip")}[data-address="carol@lab.test"][data-state="found"]`);
    const answer = randomWord();
    await reply.until((selector) => document.activeElement?.matches(selector), { what: "the focus in the text" }, test("editor"));
    await reply.keys(`Thank you: ${answer}`);
    const quoted = await reply.text(test("editor"));
    for (const word of written.words.slice(1, 3)) must(quoted.includes(word), "the quote lacks Alice's words");
    await signToo(reply);
    await stage.picture(bob.page, "reply-all");
    const replied = await send(reply);

    const original = (await lab.storedMessages("bob", "INBOX")).find(({ uid }) => uid === written.uid);
    const stored = (await lab.storedMessages("alice", "INBOX")).at(-1);
    must(original && stored, "nothing arrived for Alice");
    const { content, signer } = await opensslVerify(lab, await opensslDecrypt(lab, stored.raw, "alice"));
    mustBe(signer, "bob@lab.test", "OpenSSL's signer");
    const inner = content.toString("latin1");
    mustBe(header(inner, "subject"), `Re: ${written.subject}`, "the protected Subject");
    mustBe(header(inner, "in-reply-to"), header(original.raw, "message-id"), "In-Reply-To");
    const text = leaves(inner).find(({ type }) => type === "text/plain")?.bytes.toString("utf8") ?? "";
    for (const word of [answer, ...written.words.slice(1, 3)]) must(text.includes(word), "the decrypted reply lacks its text or the quote");
    must((await lab.storedMessages("carol", "INBOX")).some(({ raw }) => header(raw, "message-id") === header(stored.raw, "message-id")), "Carol did not get the reply");
    const hits = await lab.searchEverywhere([answer], [bob.driver.profile]);
    must(hits.length === 0, `the reply lies in the clear: ${hits.map(({ where }) => where).join(", ")}`);

    const alice = await stage.person("alice");
    await openMessage(alice, stage, stored.uid);
    const shown = await readShown(alice);
    must(shown.key === "sentence_verified_encrypted", `Alice's reader says "${shown.sentence}"`);
    must(shown.author.includes("Bob Example") && shown.body.includes(answer) && shown.body.includes(written.words[2] ?? "?"), `Alice reads: ${shown.author}: ${shown.body}`);
    await stage.picture(alice.page, "reply-read");

    const sent = (await lab.storedMessages("alice", "Sent")).at(0);
    must(sent, "there is no copy in Sent");
    await openMessage(alice, stage, sent.uid, "Sent");
    const own = await readShown(alice);
    must(own.key === "sentence_verified_encrypted" && own.subject === written.subject, `her copy: "${own.sentence}", ${own.subject}`);
    await stage.picture(alice.page, "sent-copy");

    await own.reader.click(test("forward"));
    const forward = await composerOf(alice);
    await forward.waitFor(`${test("send")}:enabled`);
    await forward.until((selector) => document.querySelectorAll(selector).length === 2, { what: "both files of the original" }, `${test("file")}[data-ready="true"]`);
    await signToo(forward);
    await forward.type(test("to-input"), "carol@lab.test");
    await forward.press("Enter");
    await forward.waitFor(`${test("chip")}[data-address="carol@lab.test"][data-state="found"]`);
    await stage.picture(alice.page, "forward");
    const forwarded = await send(forward, { timeout: 120_000 });
    const arrived = (await lab.storedMessages("carol", "INBOX")).at(-1);
    must(arrived, "nothing arrived for Carol");
    const opened = await opensslVerify(lab, await opensslDecrypt(lab, arrived.raw, "carol"));
    mustBe(opened.signer, "alice@lab.test", "OpenSSL's signer of the forwarded message");
    const parts = leaves(opened.content.toString("latin1"));
    const file = parts.find(({ name }) => name === written.file.name);
    mustBe(file && sha256(file.bytes), written.file.sha256, "the forwarded file's digest");
    must(parts.some(({ type, name }) => type === "image/png" && name === "picture.png"), "the picture was not forwarded");
    mustBe(header(opened.content, "subject"), `Fwd: ${written.subject}`, "the forwarded Subject");
    return [
      added.join("; "),
      `Bob's reply to all names Alice and Carol, is encrypted by default and quotes her; after sending: ${replied}`,
      `openssl cms -decrypt with Alice's key and -verify: signed by ${signer}, In-Reply-To her message, quote and answer inside; his words are found nowhere in the clear`,
      `Alice's reader says: ${shown.sentence} (his certificate came with his first signed mail)`,
      `her copy in Sent: ${own.sentence}, Subject "${own.subject}"`,
      `forwarded to Carol (${forwarded}): openssl cms with Carol's EC key: signed by ${opened.signer}, ${written.file.name} identical, picture.png there`,
    ];
  },
};

import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { wordsIn } from "../../lab/search.mjs";
import type { Page } from "../driver/driver.ts";
import { addCertificates } from "../people/set-up.ts";
import { type ProgressSeen, progressSeen, watchProgress } from "../people/watch-progress.ts";
import { randomWord } from "../people/words.ts";
import { openComposer, send, write } from "../people/write.ts";
import { header, leaves, opensslDecrypt, opensslVerify, sha256 } from "./evidence.ts";
import { must, mustBe, type Stage, type Step } from "./step.ts";

/** What step 2 wrote, for step 3 to find again. */
export interface Written {
  subject: string;
  words: string[];
  file: { name: string; sha256: string };
  /** UID in Bob's inbox. */
  uid: number;
}

/** A PNG of one colour with noise in it, large enough to be seen. */
export function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = (y: number): Buffer => Buffer.from([0, ...Array.from({ length: width }, (_, x) => [40 + ((x * 2) % 160), 90 + ((y * 2) % 120), 170]).flat()]);
  const pixels = Buffer.concat(Array.from({ length: height }, (_, y) => row(y)));
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(pixels)), chunk("IEND", Buffer.alloc(0))]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const octet of bytes) {
    crc ^= octet;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** What the webmail's own documents hold: every one of its origin, and its storage. */
async function pageText(page: Page, web: string): Promise<string> {
  const read = (): string => document.documentElement.outerHTML + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + Array.from(document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea"), (field) => field.value).join();
  const texts = [await page.evaluate(read)];
  for (const frame of await page.frames()) if ((await frame.url()).startsWith(web)) texts.push(await frame.evaluate(read));
  return texts.join();
}

async function nowhere(stage: Stage, page: Page, profile: string, words: string[]): Promise<string[]> {
  const { lab, web } = stage;
  const proxy = stage.skin === "larry" && lab.larryProxy ? lab.larryProxy : lab.proxy;
  must(proxy.requests.length > 10, "the browser's requests were not recorded");
  const hits = await lab.searchEverywhere(words, [profile]);
  must(hits.length === 0, `words in the clear: ${hits.map(({ where }) => where).join(", ")}`);
  must(wordsIn(Buffer.from(await pageText(page, web)), words).length === 0, "words in the page's DOM or storage");
  must(lab.outside.requests.every(({ url, body }) => wordsIn(Buffer.concat([Buffer.from(url), body]), words).length === 0), "words left the machine");
  const control = await lab.searchEverywhere(["bob@lab.test"]);
  must(control.some(({ where }) => where.includes("/mail/")) && control.some(({ where }) => where.includes("/requests")), "the search finds not even Bob's address");
  return [
    `the ${words.length} random words she typed and the file's name are found nowhere: mail folders, queue, database, temporary files, logs, ${proxy.requests.length} requests, the browser's profile, the page's DOM and storage`,
    `the same search finds bob@lab.test in ${control.length} places`,
  ];
}

/** The bar beside the file moved while it was read, and the one beside Send while it was sent, with words for what is done. */
function progressShown({ files, sending }: ProgressSeen, name: string, size: number): string[] {
  const read = files.filter((each) => each.name === name);
  const between = read.filter(({ value, max }) => value > 0 && value < max);
  must(between.length > 0 && read.every(({ max }) => max === size), `while the file was read, its bar showed ${JSON.stringify(read.slice(0, 5))}`);
  must(read.every(({ value }, index) => value >= (read[index - 1]?.value ?? 0)), "the file's bar went back");
  must(between.every(({ share }) => /^\d+\s?%$/.test(share)), `beside the bar stands "${between[0]?.share}"`);
  const said = [...new Set(sending.map(({ says }) => says))];
  mustBe(said.join(" "), "Preparing… Signing and encrypting… Sending…", "what was said while it was sent");
  const values = sending.filter(({ says, value }) => says.startsWith("Signing") && value !== null).map(({ value, max }) => (value ?? 0) / max);
  must(new Set(values).size > 1 && values.every((value, index) => value >= (values[index - 1] ?? 0)), `while it was signed and encrypted, the bar stood at ${values.join()}`);
  return [
    `while the file was read, its bar moved ${read.length} times, from ${read[0]?.share} to ${read.at(-1)?.share}`,
    `while it was sent, the bar beside Send was there throughout and said: ${said.join(" ")}`,
  ];
}

export const step2: Step = {
  number: 2,
  title: "Alice writes to Bob and Carol, signed and encrypted, with a picture and a file of 10 MB",
  needs: [1],
  async run(stage) {
    const { lab } = stage;
    const alice = await stage.person("alice");
    const added = await addCertificates(alice, [lab.certificates.certificate("bob"), lab.certificates.certificate("carol")]);
    const [subject, bold, body, name] = [randomWord(), randomWord(), randomWord(), randomWord()];
    const words = [subject, bold, body, name];
    const folder = join(lab.folder, "files");
    mkdirSync(folder, { recursive: true });
    const picture = join(folder, "picture.png");
    const file = join(folder, `${name}.bin`);
    const bytes = randomBytes(10_000_000);
    writeFileSync(picture, png(240, 120));
    writeFileSync(file, bytes);

    const composer = await openComposer(alice);
    await stage.picture(alice.page, "composer-empty");
    await watchProgress(composer);
    await write(composer, {
      to: ["bob@lab.test"], cc: ["carol@lab.test"], subject: `Figures for ${subject}`, bold: `${bold} `, text: `is ahead of its plan, and ${body} follows in spring.\nThe picture shows both; all numbers are in the file.`,
      picture, attach: [file], sign: true, encrypt: true,
    });
    const sentence = await composer.text('[data-test="sentence"]');
    await stage.picture(alice.page, "composer-written");
    const result = await send(composer, { timeout: 120_000 });
    const progress = progressShown(await progressSeen(composer), `${name}.bin`, bytes.length);
    await stage.picture(alice.page, "sent");

    const [stored] = (await lab.storedMessages("bob", "INBOX")).slice(-1);
    must(stored, "nothing arrived for Bob");
    mustBe(header(stored.raw, "subject"), "[...]", "the outer Subject");
    const inner = await opensslDecrypt(lab, stored.raw, "bob");
    const { content, signer } = await opensslVerify(lab, inner);
    mustBe(signer, "alice@lab.test", "OpenSSL's signer");
    const parts = leaves(content.toString("latin1"));
    const text = parts.filter(({ type }) => type.startsWith("text/")).map((part) => part.bytes.toString("utf8")).join();
    for (const word of [bold, body]) must(text.includes(word), "the decrypted text lacks what she typed");
    must(new RegExp(`<(b|strong)[^>]*>${bold}`).test(text), "the words in bold are not bold");
    mustBe(parts.filter(({ type }) => type === "image/png").length, 1, "the number of pictures");
    must(content.toString("latin1").includes(subject), "the protected header lacks the Subject");
    const attached = parts.find((part) => part.name === `${name}.bin`);
    mustBe(attached && sha256(attached.bytes), sha256(bytes), "the attached file's digest");
    await opensslDecrypt(lab, stored.raw, "carol");
    const sent = await lab.storedMessages("alice", "Sent");
    mustBe(sent.length, 1, "the number of messages in Sent");
    mustBe((await lab.storedMessages("alice", "Drafts")).length, 0, "the number of messages left in Drafts");
    const hidden = await nowhere(stage, alice.page, alice.driver.profile, words);

    const written: Written = { subject: `Figures for ${subject}`, words, file: { name: `${name}.bin`, sha256: sha256(bytes) }, uid: stored.uid };
    stage.notes.set("written", written);
    return [
      added.join("; "),
      `the composer said: ${sentence}`,
      ...progress,
      `and after sending: ${result}`,
      `what Dovecot stored for Bob: Subject "[...]", ${header(stored.raw, "content-type")?.split(";").slice(0, 2).join(";")}, ${stored.raw.length} octets`,
      `openssl cms -decrypt with Bob's key and -verify up to the lab's root: signed by ${signer}, text and Subject as typed, file identical`,
      "Carol's EC key opens it too; Sent holds one copy, Drafts none",
      ...hidden,
    ];
  },
};

import type { Frame } from "../driver/driver.ts";
import { type Office, openInbox, type Person } from "./person.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** What the reader shows of a message. */
export interface Shown {
  reader: Frame;
  sentence: string;
  /** Key of the sentence, which does not change with the language. */
  key: string;
  author: string;
  subject: string;
  /** Text of the body as the reader draws it. */
  body: string;
  /** Pictures in the body that the browser could draw. */
  pictures: number;
  attachments: string[];
}

/** Waits until the reader in the person's page has come to its verdict. */
export async function readShown({ page }: Person, timeout = 30_000): Promise<Shown> {
  const reader = await page.frame(/-extension:\/\/[^/]+\/reader\.html/, timeout);
  await reader.until(() => {
    const key = document.querySelector<HTMLElement>('[data-test="sentence"]')?.dataset["key"];
    return key !== undefined && key !== "sentence_checking";
  }, { what: "the verdict", timeout });
  const key = await reader.evaluate(() => document.querySelector<HTMLElement>('[data-test="sentence"]')?.dataset["key"] ?? "");
  // The body is a document without script in an opaque origin: it is read as the reader wrote it.
  const { body, sources } = await reader.evaluate(() => {
    const source = document.querySelector<HTMLIFrameElement>('[data-test="reader-body"] iframe')?.srcdoc ?? "";
    const parsed = new DOMParser().parseFromString(source, "text/html");
    return { body: parsed.body.textContent, sources: Array.from(parsed.images, (image) => image.src) };
  });
  const pictures = await reader.evaluate(async (urls) => {
    const drawn = await Promise.all(urls.map(async (url) => {
      const image = new Image();
      image.src = url;
      return image.decode().then(() => image.naturalWidth > 0, () => false);
    }));
    return drawn.filter(Boolean).length;
  }, sources);
  return {
    reader,
    key,
    sentence: (await reader.text(test("sentence"))).trim(),
    author: (await reader.text(test("reader-author"))).trim(),
    subject: (await reader.exists(test("reader-subject"))) ? (await reader.text(test("reader-subject"))).trim() : "",
    body: body.trim(),
    pictures,
    attachments: await reader.evaluate(() => Array.from(document.querySelectorAll<HTMLElement>('[data-test="attachment"] .file-name'), (name) => name.innerText)),
  };
}

/** Clicks a message in the list, so that the preview pane shows it; Roundcube names rows by UID in base64. */
export async function clickInList(person: Person, office: Office, uid: number): Promise<void> {
  await openInbox(person, office);
  const row = `#rcmrow${Buffer.from(String(uid)).toString("base64").replace(/=+$/, "")}`;
  await person.page.click(`${row} td.subject`);
}

/** Opens a message as a page of its own, as a double click does. */
export async function openMessage({ page }: Person, { web }: Office, uid: number, folder = "INBOX"): Promise<void> {
  await page.goto(`${web}/?_task=mail&_action=show&_uid=${uid}&_mbox=${folder}`);
}

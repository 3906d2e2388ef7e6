import type { NativeDraft } from "../../protocol/webmail.ts";

const FIELDS = { to: "#_to", cc: "#_cc", bcc: "#_bcc", subject: "#compose-subject", text: "#composebody" } as const;

type Field = HTMLInputElement | HTMLTextAreaElement;

const field = (document: Document, selector: string) => document.querySelector<Field>(selector);

/** The body of Roundcube's HTML editor (TinyMCE), where it is in use. */
const editorBody = (document: Document) => document.querySelector<HTMLIFrameElement>("#composebody_ifr")?.contentDocument?.body ?? null;

/** What was typed into Roundcube's own composer, or null in a page that has none. */
export function nativeDraft(document: Document): NativeDraft | null {
  const form = document.querySelector("form[name=form]");
  if (!form || !field(document, FIELDS.text)) return null;
  const value = (selector: string) => field(document, selector)?.value ?? "";
  return {
    to: value(FIELDS.to),
    cc: value(FIELDS.cc),
    bcc: value(FIELDS.bcc),
    subject: value(FIELDS.subject),
    text: editorBody(document)?.innerText ?? value(FIELDS.text),
    handle: form,
  };
}

/**
 * Empties Roundcube's own composer, so that neither its timer nor its `beforeunload` saves what was typed, and takes what
 * it kept in the browser's local storage away. Answers false if the form is gone.
 */
export function discardNativeDraft(document: Document, handle: unknown): boolean {
  if (!(handle instanceof Element) || !handle.isConnected) return false;
  for (const selector of Object.values(FIELDS)) {
    const element = field(document, selector);
    if (!element) continue;
    element.value = "";
    for (const type of ["input", "change"]) element.dispatchEvent(new Event(type, { bubbles: true }));
  }
  editorBody(document)?.replaceChildren();
  const storage = document.defaultView?.localStorage;
  for (const key of Object.keys(storage ?? {})) if (/(?:^|\.)compose\./.test(key)) storage?.removeItem(key);
  return true;
}

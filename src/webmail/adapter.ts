import type { MailTransport, WebmailName, WebmailUi } from "../protocol/webmail.ts";

/** One webmail: its page and its way to the server. */
export interface WebmailAdapter {
  readonly id: WebmailName;
  /** The page's adapter. It may be made before the document is complete. */
  ui(document: Document): WebmailUi;
  /** The transport of the page's session. Throws `webmail.signed-out` if the page has none. */
  transport(document: Document, account: string): MailTransport;
}

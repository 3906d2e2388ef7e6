/**
 * What Roundcube writes into its pages for its own script, as `rcmail.set_env({…});` in one line of an inline script.
 * It is readable from a content script, where `rcmail` itself is not. The page may lie in it: nothing here grants anything.
 */
export interface PageEnv {
  task: string;
  action: string;
  token: string | null;
  /** The login name; an address on most servers. Only on message pages. */
  username: string | null;
  uid: string | null;
  mailbox: string | null;
  drafts: string | null;
  sent: string | null;
  /** Octets that an upload may have. */
  maxUpload: number | null;
  composeId: string | null;
  /** UID of the draft that the composer was opened with. */
  draftId: string | null;
  /** Media types of the shown message's attachments. */
  attachmentTypes: string[];
}

const CALL = /rcmail\.set_env\((\{.*\})\);/g;

/** Reads the environment from a page's text or its inline scripts' text; null if there is none. */
export function readPageEnv(text: string): PageEnv | null {
  const env: Record<string, unknown> = {};
  for (const [, json] of text.matchAll(CALL)) Object.assign(env, parseObject(json as string));
  if (typeof env["task"] !== "string") return null;
  return {
    task: env["task"],
    action: textOf(env["action"]) ?? "",
    token: textOf(env["request_token"]),
    username: textOf(env["username"]),
    uid: textOf(env["uid"]),
    mailbox: textOf(env["mailbox"]),
    drafts: textOf(env["drafts_mailbox"]),
    sent: sentFolder(env["mailboxes"]),
    maxUpload: typeof env["max_filesize"] === "number" && env["max_filesize"] > 0 ? Math.floor(env["max_filesize"]) : null,
    composeId: textOf(env["compose_id"]),
    draftId: textOf(env["draft_id"]),
    attachmentTypes: typesOf(env["attachments"]),
  };
}

/** Reads the environment of a document that is already parsed. */
export function documentEnv(document: Document): PageEnv | null {
  const texts = Array.from(document.querySelectorAll("script:not([src])"), (script) => script.textContent);
  return readPageEnv(texts.filter((text) => text.includes("rcmail.set_env(")).join("\n"));
}

function parseObject(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

function sentFolder(mailboxes: unknown): string | null {
  if (typeof mailboxes !== "object" || mailboxes === null) return null;
  for (const [name, folder] of Object.entries(mailboxes)) {
    if ((folder as { class?: unknown } | null)?.class === "sent") return name;
  }
  return null;
}

function typesOf(attachments: unknown): string[] {
  if (typeof attachments !== "object" || attachments === null) return [];
  // A message page names types alone, the composer's page says more of each file.
  const types = Object.values(attachments).map((each: unknown) => (typeof each === "object" && each !== null ? (each as { mimetype?: unknown }).mimetype : each));
  return types.filter((type): type is string => typeof type === "string");
}

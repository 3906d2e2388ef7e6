import { attachmentName } from "./attachment-name.ts";
import { decodeText } from "./decode.ts";
import { type MimeEntity, bodyBytes } from "./entity.ts";
import { stripLegacyDisplayHtml, stripLegacyDisplayText } from "./legacy-display.ts";
import { mimeLimits } from "./limits.ts";
import { type SmimeKind, isSignedPair, smimeKind } from "./smime-part.ts";

/** What a reader shows of a payload. */
export interface SelectedBody {
  /** Line ends are LF. */
  text?: string;
  /** Exactly as sent; to be sanitised before it is drawn. */
  html?: string;
  attachments: AttachmentPart[];
}

export interface AttachmentPart {
  /** See `attachmentName`; may be empty. */
  name: string;
  type: string;
  contentId: string | null;
  /** True if the HTML shows it in place by `cid:`. */
  inline: boolean;
  /** Set for a part that is S/MIME of its own: it may have a status, and lends none (UI-03). */
  smime: SmimeKind | null;
  entity: MimeEntity;
}

export interface BodyOptions {
  /** True inside encryption: only there Legacy Display Elements are taken out (HP-05). */
  stripLegacyDisplay?: boolean;
}

interface Choice {
  text: MimeEntity | null;
  html: MimeEntity | null;
  others: MimeEntity[];
}

/**
 * Chooses the body and the attachments of a payload. One text and one HTML document at most are the body, alternatives of
 * each other; parts are never joined, since an unprotected or strange part could then read or frame its neighbour (UI-07):
 * every further text is an attachment. S/MIME parts are never text.
 */
export function selectBody(payload: MimeEntity, options: BodyOptions = {}): SelectedBody {
  const choice = choose(payload, true);
  const strip = options.stripLegacyDisplay === true;
  const body: SelectedBody = { attachments: [] };
  if (choice.text) body.text = textOf(choice.text, strip);
  if (choice.html) body.html = htmlOf(choice.html, strip);
  const shown = shownContentIds(body.html ?? "");
  body.attachments = choice.others.map((entity) => attachmentOf(entity, shown));
  return body;
}

function hasLegacyDisplay(entity: MimeEntity): boolean {
  return entity.parameters.get("hp-legacy-display") === "1";
}

function textOf(entity: MimeEntity, strip: boolean): string {
  const text = decodeText(entity).replace(/\r\n/g, "\n");
  return strip && hasLegacyDisplay(entity) ? stripLegacyDisplayText(text) : text;
}

function htmlOf(entity: MimeEntity, strip: boolean): string {
  const html = decodeText(entity);
  return strip && hasLegacyDisplay(entity) ? stripLegacyDisplayHtml(html) : html;
}

function attachmentOf(entity: MimeEntity, shown: Set<string>): AttachmentPart {
  const { type, contentId } = entity;
  const inline = contentId !== null && type.startsWith("image/") && shown.has(contentId);
  return { name: attachmentName(entity), type, contentId, inline, smime: smimeKind(entity), entity };
}

/** Content-IDs that HTML refers to; `cid:` addresses are percent-encoded (RFC 2392 §2). */
function shownContentIds(html: string): Set<string> {
  const found = new Set<string>();
  let left = mimeLimits.references;
  for (const match of html.matchAll(/\bcid:([^\s"'<>)]+)/gi)) {
    if (left-- === 0) break;
    const id = (match[1] as string).replace(/&amp;/g, "&");
    found.add(id);
    try {
      found.add(decodeURIComponent(id));
    } catch {
      // Not percent-encoded: it stands as it is.
    }
  }
  return found;
}

function choose(entity: MimeEntity, root: boolean): Choice {
  if (isClosed(entity)) return { text: null, html: null, others: [entity] };
  if (entity.children.length === 0) return chooseLeaf(entity, root);
  switch (entity.type) {
    case "multipart/alternative":
      return chooseAlternative(entity);
    case "multipart/related":
      return chooseMixed(related(entity));
    default:
      return chooseMixed(entity.children);
  }
}

function chooseLeaf(entity: MimeEntity, root: boolean): Choice {
  const attached = entity.disposition?.type === "attachment";
  if (!attached && entity.type === "text/html") return { text: null, html: entity, others: [] };
  // A multipart that cannot be divided is shown as it is, and so is an unknown kind of text that is the whole message.
  const plain = entity.type === "text/plain" || entity.type.startsWith("multipart/") || (root && entity.type.startsWith("text/"));
  if (!attached && plain) return { text: entity, html: null, others: [] };
  return { text: null, html: null, others: [entity] };
}

/** The best text and the best HTML: later alternatives are the better ones (RFC 2046 §5.1.4). */
function chooseAlternative(entity: MimeEntity): Choice {
  const choice: Choice = { text: null, html: null, others: [] };
  for (const child of entity.children.map((each) => choose(each, false))) {
    choice.others.push(...child.others);
    if (child.text) choice.text = child.text;
    if (child.html) choice.html = child.html;
  }
  return choice;
}

/** The parts of a multipart/related, its root first (RFC 2387 §3.2). */
function related(entity: MimeEntity): MimeEntity[] {
  const start = /<([^<>]*)>/.exec(entity.parameters.get("start") ?? "")?.[1];
  const root = entity.children.find((child) => start !== undefined && child.contentId === start);
  return root ? [root, ...entity.children.filter((child) => child !== root)] : entity.children;
}

/** The first part with text is the body; what comes after is attached. */
function chooseMixed(parts: MimeEntity[]): Choice {
  const choice: Choice = { text: null, html: null, others: [] };
  let blank: MimeEntity | null = null;
  for (const part of parts) {
    const child = choose(part, false);
    // Gateways put an empty text before the real one; it must not take its place.
    if (child.text === part && bodyBytes(part).every((code) => code <= 32)) {
      blank ??= part;
      continue;
    }
    if (choice.text === null && choice.html === null) {
      choice.text = child.text;
      choice.html = child.html;
      choice.others.push(...child.others);
    } else choice.others.push(...leaves(part));
  }
  if (choice.html === null) choice.text ??= blank;
  return choice;
}

function leaves(entity: MimeEntity): MimeEntity[] {
  if (isClosed(entity) || entity.children.length === 0) return [entity];
  return entity.children.flatMap(leaves);
}

/** S/MIME of its own is never text. A multipart/signed that is not built as one is like multipart/mixed: a list may have added a footer. */
function isClosed(entity: MimeEntity): boolean {
  const kind = smimeKind(entity);
  return kind === "multipart-signed" ? isSignedPair(entity) : kind !== null;
}

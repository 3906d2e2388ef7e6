import { SmimeError } from "../../base/errors.ts";
import { errorPage, isSessionEnd, readNotices, rejected } from "./answers.ts";
import { type Session, text } from "./session.ts";

/** Who gets a message, and how openly Resend may name them in the fields that it adds. */
export interface BounceEnvelope {
  identity: string;
  recipients: string[];
  /** True if the message itself names its recipients; false puts everybody into Bcc, which stays in the envelope. */
  disclosed: boolean;
  /** Folder for the sender's copy; empty for none. */
  storeTarget: string;
}

/** What the server said. Nothing else may be concluded: an answer that is lost is an error of the session. */
export type BounceAnswer =
  | { accepted: true; filed: boolean }
  | { accepted: false; reason: "refused" | "too-quickly" | "disabled"; detail: string; wait: number };

/** A server may ask to wait between two messages (`sendmail_delay`); longer than this many seconds is another number. */
const LONGEST_WAIT = 600;

/**
 * Sends a stored message by Roundcube's Resend. HTTP is 200 in every case, so success is read from the answer.
 * Throws `webmail.signed-out` (nothing was sent) and `webmail.unreachable`, `webmail.answer-unknown` (nobody can tell).
 */
export async function bounce(session: Session, folder: string, uid: string, envelope: BounceEnvelope): Promise<BounceAnswer> {
  const everybody = envelope.recipients.join(", ");
  const body = new URLSearchParams({
    _token: session.token,
    _uid: uid,
    _mbox: folder,
    _from: envelope.identity,
    _to: envelope.disclosed ? everybody : "",
    _cc: "",
    _bcc: envelope.disclosed ? "" : everybody,
    _store_target: envelope.storeTarget,
  });
  const answer = await text(await session.post({ _task: "mail", _action: "bounce", _framed: "1" }, body));
  // Said together with an error notice, and before anything is done.
  if (isSessionEnd(answer)) throw new SmimeError("webmail.signed-out");
  const notices = readNotices(answer);
  const errors = notices.filter(({ kind }) => kind === "error");
  if (notices.some(({ kind }) => kind === "confirmation")) return { accepted: true, filed: errors.length === 0 };
  const detail = errors[0]?.text ?? "";
  if (errors.length > 0) {
    if (mayHaveBeenSent(detail)) throw new SmimeError("webmail.answer-unknown");
    const wait = waitOf(detail, envelope.recipients.length);
    return { accepted: false, reason: wait > 0 ? "too-quickly" : "refused", detail, wait };
  }
  const page = errorPage(answer);
  if (page === "token") throw new SmimeError("webmail.signed-out");
  if (page === "disabled") return { accepted: false, reason: "disabled", detail, wait: 0 };
  const error = rejected(answer);
  throw error.code === "webmail.signed-out" ? error : new SmimeError("webmail.answer-unknown");
}

/**
 * Whether the mail server fell silent after it was given the message, so that it may have taken it. Roundcube puts a number
 * in parentheses where something failed before that, and the server's own answer in brackets where it refused the message;
 * -1 there, or words of PEAR's Net_Socket, which are never translated, mean that no answer came.
 */
function mayHaveBeenSent(detail: string): boolean {
  return !/[(（]-?\d+[)）]/.test(detail) && /\[-\d+\]|\bsocket\b|timed out/i.test(detail);
}

/**
 * Reads the seconds from "sent too quickly, wait N seconds", which is in the user's language: it alone has one number and
 * neither an address nor an SMTP code, which stands in parentheses. "At most N recipients" has a number too, smaller than the recipients are.
 */
function waitOf(detail: string, recipients: number): number {
  const numbers = detail.match(/\d+/g) ?? [];
  if (numbers.length !== 1 || /[@<>]|\(\d|SMTP/i.test(detail)) return 0;
  const seconds = Number(numbers[0]);
  return seconds <= LONGEST_WAIT && seconds >= recipients ? Math.max(seconds, 1) : 0;
}

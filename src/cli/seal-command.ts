import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { Draft, RecipientCertificate, SealPlan } from "../protocol/draft.ts";
import type { MessageContent } from "../protocol/message-content.ts";
import { inspect } from "../smime/inspect.ts";
import { localKeyPort, signingKey } from "../smime/local-key-port.ts";
import { seal } from "../smime/seal.ts";
import { readCertificates, readInput, writeOutput } from "./files.ts";
import { readIdentities } from "./identities.ts";
import { readOptions } from "./options.ts";
import { fileTrust } from "./trust.ts";
import { UsageError } from "./usage-error.ts";

/** The ciphers that `seal` can write. */
export const ciphers = ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-192-gcm", "aes-256-gcm"] as const;

/** `mailseal seal`: signs and encrypts one message from a file, as the composer would. */
export async function sealCommand(args: string[]): Promise<number> {
  const { values, positionals } = readOptions(args, {
    in: { type: "string" },
    out: { type: "string" },
    sign: { type: "string" },
    "password-file": { type: "string" },
    opaque: { type: "boolean", default: false },
    encrypt: { type: "string", multiple: true, default: [] },
    cipher: { type: "string", default: "aes-256-cbc" },
    "triple-wrap": { type: "boolean", default: false },
    "no-header-protection": { type: "boolean", default: false },
  });
  if (values.in === undefined || values.out === undefined || positionals.length > 0) throw new UsageError("seal needs --in and --out");
  const cipher = ciphers.find((name) => name === values.cipher.toLowerCase());
  if (cipher === undefined) throw new UsageError(`there is no cipher "${values.cipher}" to write; use one of ${ciphers.join(", ")}`);
  if (values.sign === undefined && values.encrypt.length === 0) throw new UsageError("seal needs --sign, --encrypt or both");
  if (values.sign !== undefined && values["password-file"] === undefined) throw new UsageError("--sign needs --password-file");

  // What was asked for and cannot be done is said: a message is never weaker than the command line reads.
  if (values["triple-wrap"] && (values.sign === undefined || values.encrypt.length === 0)) throw new UsageError("--triple-wrap needs --sign and --encrypt");
  if (values.opaque && values.sign === undefined) throw new UsageError("--opaque needs --sign");

  const own = values.sign === undefined ? [] : await readIdentities([values.sign], [values["password-file"] as string]);
  const signing = values.sign === undefined ? null : signingKey(own);
  const certificates: RecipientCertificate[] = readCertificates(values.encrypt).map(({ der }) => ({ certificate: der, keyTransport: "rsaesOaep", useKeyIdentifier: false }));
  const draft = await readDraft(readInput(values.in));
  const plan: SealPlan = {
    ticket: "",
    sign: signing === null ? null : { digestName: signing.key.key.requiredDigest ?? "sha256", clear: !values.opaque, tripleWrap: values["triple-wrap"] },
    encrypt: certificates.length === 0 ? null : { cipher },
    envelopes: [{ recipients: [...draft.to, ...draft.cc].map((entry) => entry.address), visible: true, certificates }],
    headerPolicy: values["no-header-protection"] ? "none" : "baseline",
    legacyDisplay: true,
  };
  const [envelope] = await seal(draft, plan, localKeyPort([], signing, () => new Date()));
  writeOutput(values.out, envelope?.mime ?? new Uint8Array());
  return 0;
}

/** Reads a message into a draft: what the composer would hold if somebody had typed it. */
async function readDraft(mime: Bytes): Promise<Draft> {
  const { content } = await inspect(mime, {
    keys: localKeyPort([], null, () => new Date()),
    trust: fileTrust({ anchors: [], intermediates: [], at: new Date() }),
  });
  return draftOf(content);
}

function draftOf({ headers, body, attachments }: MessageContent): Draft {
  if (headers.from === null) throw new SmimeError("smime.from-missing");
  return {
    from: { name: headers.fromName, address: headers.from },
    to: headers.to,
    cc: headers.cc,
    bcc: [],
    subject: headers.subject ?? "",
    text: body.text ?? "",
    ...(body.html === undefined ? {} : { html: body.html }),
    attachments: attachments.map(({ name, type, bytes, contentId, inline }) => ({ name, type, bytes, contentId: inline ? contentId : null })),
    inReplyTo: headers.inReplyTo[0] ?? null,
    references: headers.references,
    messageId: headers.messageId ?? `${crypto.randomUUID()}@${headers.from.split("@")[1] ?? "localhost"}`,
    date: headers.date ?? new Date().toISOString(),
  };
}

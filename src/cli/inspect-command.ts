import { readCms } from "../cms/content-info.ts";
import { SmimeError } from "../base/errors.ts";
import { type Bytes, concat, fromUtf8, hex, utf8 } from "../base/bytes.ts";
import { encodeBase64Bytes } from "../base/base64-lines.ts";
import { secretPort } from "../keys/secrets.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import { type LocalKey, localKeyPort } from "../smime/local-key-port.ts";
import { inspect } from "../smime/inspect.ts";
import type { Attachment, InspectedMessage, MessageContent } from "../protocol/message-content.ts";
import { anchorsFor } from "./anchors.ts";
import { readInput, readTime, readUsableCertificates } from "./files.ts";
import { readIdentities } from "./identities.ts";
import { readOptions } from "./options.ts";
import { harmless, paintFor } from "./paint.ts";
import { readSecrets } from "./recipient-secrets.ts";
import { meaning, report } from "./report.ts";
import { revocationCheck, revocationOptions } from "./revocation.ts";
import { fileTrust } from "./trust.ts";
import { UsageError } from "./usage-error.ts";

/** `mailseal inspect`: prints what the reader would show of one message. */
export async function inspectCommand(args: string[]): Promise<number> {
  const { values, positionals } = readOptions(args, {
    json: { type: "boolean", default: false },
    identity: { type: "string", multiple: true, default: [] },
    "password-file": { type: "string", multiple: true, default: [] },
    "recipient-password-file": { type: "string", multiple: true, default: [] },
    "recipient-key": { type: "string", multiple: true, default: [] },
    trust: { type: "string", multiple: true, default: [] },
    intermediate: { type: "string", multiple: true, default: [] },
    at: { type: "string" },
    ...revocationOptions,
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError("inspect takes one message");
  const at = readTime(values.at);
  const keys = await readIdentities(values.identity, values["password-file"]);
  const trust = fileTrust({ ...anchorsFor(values.trust, readUsableCertificates), intermediates: readUsableCertificates(values.intermediate), at, revocation: revocationCheck(values, at) });
  const secrets = secretPort(readSecrets(values["recipient-password-file"], values["recipient-key"]));
  const message = await inspect(asMail(readInput(file)), { keys: localKeyPort(keys, null, () => at), trust, secrets });
  process.stdout.write(values.json ? `${JSON.stringify(await asJson(message), null, 2)}
` : report(message, paintFor(process.stdout, process.env)));
  for (const certificate of namedInVain(message, keys)) process.stderr.write(`mailseal: ${harmless(certificate.subject.rfc4514)}: keys.wrong-use: ${meaning("keys.wrong-use")}\n`);
  return 0;
}

/** Certificates that were given and that a closed message is encrypted to, although they are for signatures alone. */
function namedInVain({ status }: InspectedMessage, keys: readonly LocalKey[]): Certificate[] {
  if (status.summary.encrypted !== "failed") return [];
  const named = status.layers.flatMap(({ recipients = [] }) => recipients);
  return keys.filter(({ key }) => !key.canDecrypt).map(({ key }) => parseCertificate(key.certificate)).filter(({ serial, issuer, subjectKeyIdentifier }) =>
    named.some((recipient) => (recipient.serial === serial && recipient.issuer === issuer.rfc4514) || (subjectKeyIdentifier !== null && recipient.keyIdentifier === hex(subjectKeyIdentifier))),
  );
}

/** Gives a bare CMS object (DER or PEM) the header that a mail would have; a mail stays as it is. */
function asMail(input: Bytes): Bytes {
  const start = fromUtf8(input.subarray(0, 64));
  const bare = input[0] === 0x30 || /^\s*-----BEGIN (CMS|PKCS7|PKCS #7 SIGNED DATA)-----/.test(start);
  if (!bare) return input;
  try {
    readCms(input);
  } catch (error) {
    // A text that happens to begin with "0" stays a text; no text goes on with an octet that stands for a longer length.
    const isText = input[0] === 0x30 && (input[1] ?? 0) < 0x80;
    if (error instanceof SmimeError && error.code === "cms.malformed" && !isText) throw error;
    return input;
  }
  return concat(
    utf8("Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
    encodeBase64Bytes(input, 76),
  );
}

async function asJson(message: InspectedMessage): Promise<object> {
  const { summary, layers, parts, problems } = message.status;
  return { summary, layers, ...(await contentAsJson(message.content)), parts, problems };
}

async function contentAsJson(content: MessageContent): Promise<object> {
  const { from, to, cc, subject, date, outerFrom, fields } = content.headers;
  return {
    headers: {
      from,
      to: to.map((entry) => entry.address),
      cc: cc.map((entry) => entry.address),
      subject,
      date,
      outerFrom,
      protected: content.headers.protected,
      fields,
    },
    body: content.body,
    attachments: await Promise.all(content.attachments.map(attachmentAsJson)),
  };
}

async function attachmentAsJson({ name, type, size, bytes }: Attachment): Promise<object> {
  return { name, type, size, sha256: hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))) };
}

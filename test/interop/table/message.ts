import { type Bytes, concat, utf8 } from "../../../src/base/bytes.ts";
import { fileTrust } from "../../../src/cli/trust.ts";
import { readCertificates } from "../../../src/cli/files.ts";
import { wrapPkcs7, wrapSigned } from "../../../src/mime/build.ts";
import type { Draft, SealPlan } from "../../../src/protocol/draft.ts";
import { inspect } from "../../../src/smime/inspect.ts";
import { localKeyPort } from "../../../src/smime/local-key-port.ts";
import { seal } from "../../../src/smime/seal.ts";
import type { Identity, People } from "../support/people.ts";
import { findSmime } from "../support/smime-in-mail.ts";
import { keysOf } from "./ours.ts";
import type { Outcome, Program } from "./program.ts";
import { TEXT } from "./rows.ts";

type Form = "clear" | "opaque" | "encrypted" | "triple";

/** The message that the composer would make, from the first to the second. */
export async function messageHere(form: Form, from: Identity, to: Identity, date = "2026-11-26T12:00:00Z"): Promise<Bytes> {
  const entry = ({ name }: Identity) => ({ name, address: `${name}@example.test` });
  const draft: Draft = {
    from: entry(from), to: [entry(to)], cc: [], bcc: [], subject: "Not for the postman", text: "What is read.\n", attachments: [],
    inReplyTo: null, references: [], messageId: "table@example.test", date,
  };
  const encrypts = form === "encrypted" || form === "triple";
  const certificates = encrypts ? [{ certificate: to.certificate, keyTransport: "rsaEncryption" as const, useKeyIdentifier: false }] : [];
  const plan: SealPlan = {
    ticket: "", sign: { digestName: "sha256", clear: form !== "opaque", tripleWrap: form === "triple" }, encrypt: encrypts ? { cipher: "aes-256-cbc" } : null,
    envelopes: [{ recipients: [], visible: true, certificates }], headerPolicy: "baseline", legacyDisplay: encrypts,
  };
  const [envelope] = await seal(draft, plan, (await keysOf(from)).port);
  if (envelope === undefined) throw new Error("nothing was sealed");
  return envelope.mime;
}

/** Takes one layer after another off with another program, MIME being done for it; answers what it saw innermost. */
export async function unwrapWith(program: Program, mime: Bytes, layers: number, holder: Identity): Promise<Outcome> {
  let inner = mime;
  for (let i = 0; i < layers; i++) {
    const { object, content } = findSmime(inner);
    // Only EnvelopedData says in its MIME type what it is: a signature is inside the other types.
    const encrypted = /smime-type=enveloped-data/.test(Buffer.from(inner).toString("latin1").split("\r\n\r\n", 1)[0] ?? "");
    const outcome = await (encrypted ? program.decrypt(object, holder) : program.verify(object, content));
    if (!("out" in outcome)) return outcome;
    inner = outcome.out;
  }
  return Buffer.from(inner).includes("Subject: Not for the postman") ? { out: inner } : { message: "another text" };
}

/** Lets another program make the same layers around a text, MIME being done for it. */
export async function wrapWith(program: Program, form: Form, from: Identity, to: Identity): Promise<Outcome> {
  const header = `From: ${from.name}@example.test\r\nTo: ${to.name}@example.test\r\nMIME-Version: 1.0\r\n`;
  const signing = async (entity: Bytes, outer: string): Promise<Bytes | Outcome> => {
    const made = await program.sign({ text: entity, signers: [{ who: from, digest: "sha256" }], detached: form !== "opaque" });
    if (!("out" in made)) return made;
    return form === "opaque" ? wrapPkcs7(made.out, "signed-data", outer) : wrapSigned(entity, made.out, "sha-256", outer);
  };
  const encrypts = form === "encrypted" || form === "triple";
  let entity = await signing(TEXT, encrypts ? "" : header);
  if (!(entity instanceof Uint8Array) || !encrypts) return entity instanceof Uint8Array ? { out: entity } : entity;
  // The cipher that each of them can be asked for.
  const job = { text: entity, to: [to], transport: { kind: "rsa" as const } };
  const strong = await program.encrypt({ ...job, cipher: "aes-256-cbc" });
  const made = "none" in strong ? await program.encrypt({ ...job, cipher: "des-ede3-cbc" }) : strong;
  if (!("out" in made)) return made;
  entity = wrapPkcs7(made.out, "enveloped-data", form === "triple" ? "" : header);
  if (form !== "triple") return { out: entity };
  const outer = await signing(entity, header);
  return outer instanceof Uint8Array ? { out: outer } : outer;
}

/** Reads a message as the reader does. */
export async function inspectHere(mime: Bytes, people: People, from: Identity, holder: Identity, encrypted: boolean): Promise<Outcome> {
  const trust = fileTrust({ anchors: readCertificates([people.caFile]), intermediates: [], at: new Date() });
  const keys = encrypted ? (await keysOf(holder)).port : localKeyPort([], null, () => new Date());
  const { status, content } = await inspect(mime, { keys, trust });
  const good = status.summary.author === `${from.name}@example.test` && status.summary.encrypted === (encrypted ? "decrypted" : "none");
  return good ? { out: concat(utf8(content.body.text ?? "")) } : { message: [status.summary.signed, ...status.problems].join(" ") };
}

import { describe, expect, it } from "vitest";
import { type Bytes, concat, fromLatin1 } from "../../src/base/bytes.ts";
import { codeOf } from "../../src/base/errors.ts";
import { readBer } from "../../src/cms/ber.ts";
import { buildSignedData } from "../../src/cms/build-signed.ts";
import { expand } from "../../src/cms/compressed.ts";
import { readCms } from "../../src/cms/content-info.ts";
import { readReceipt, readReceiptRequest } from "../../src/cms/enhanced-services.ts";
import { cmsLimits } from "../../src/cms/limits.ts";
import { openEnveloped } from "../../src/cms/open.ts";
import { verifySigners } from "../../src/cms/verify.ts";
import { buildReceipt } from "../../src/cms/receipts.ts";
import { parseAddressList } from "../../src/mime/addresses.ts";
import { safeFileName } from "../../src/mime/attachment-name.ts";
import { selectBody } from "../../src/mime/body.ts";
import { allProblems, type MimeEntity } from "../../src/mime/entity.ts";
import { hiddenOutside } from "../../src/mime/hidden-outside.ts";
import { mimeLimits } from "../../src/mime/limits.ts";
import { parseMessage } from "../../src/mime/parse.ts";
import { derElement, derInteger, derNull, derOctetString, derOid, derSequence, derTagged } from "../../src/pki/der.ts";
import { OID } from "../../src/pki/oids.ts";
import type { HiddenOutside } from "../../src/protocol/draft.ts";
import type { TrustPort } from "../../src/protocol/trust-port.ts";
import { inspect } from "../../src/smime/inspect.ts";
import { localKeyPort } from "../../src/smime/local-key-port.ts";
import * as smimeLimits from "../../src/smime/limits.ts";
import { asSigned, makeSigner, rawInfo } from "./cms/support.ts";
import { issue } from "./pki/support/authority.ts";
import { alice, bobReads, enclosing, encrypted, message, multi, opaque, plain, signed, signedObject, signedOpaque } from "./smime/attacks/stage.ts";

/** What comes of an input that asks for `count` of something. */
type Try = (count: number) => string | number | Promise<string | number>;
/** [limit, what to do, the outcome at the limit, the outcome beyond it]. */
type Case = [limit: number, attempt: Try, at: string | number, beyond: string | number];

const outcome = (run: () => unknown): string => {
  try {
    run();
    return "read";
  } catch (error) {
    return codeOf(error);
  }
};
const mail = (text: string): MimeEntity => parseMessage(fromLatin1(text));
const problem = (entity: MimeEntity): string => allProblems(entity)[0] ?? "none";

function nestedMultiparts(depth: number): string {
  let text = "Content-Type: text/plain\r\n\r\nx";
  for (let i = 1; i < depth; i++) text = `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n${text}\r\n--b${i}--`;
  return text;
}

const mime: Record<keyof typeof mimeLimits, Case> = {
  // The limit itself, 256 MiB, would cost a test too much: it is put to 1000 octets.
  messageSize: [1000, (count) => outcome(() => parseMessage(fromLatin1("A: 1\r\n\r\n".padEnd(count, "x")), { limits: { messageSize: 1000 } })), "read", "limits.message-size"],
  depth: [mimeLimits.depth, (count) => problem(mail(nestedMultiparts(count))), "none", "limits.mime-depth"],
  // The root is one of them.
  parts: [mimeLimits.parts, (count) => problem(mail(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\nx\r\n".repeat(count - 1)}--b--`)), "none", "limits.mime-parts"],
  // As many would take a second: put to ten. The first delimiter takes one, the last one three, and three letters one.
  searchSteps: [10, (count) => problem(parseMessage(fromLatin1(`Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${"xxx".repeat(count - 4)}\r\n--b--`), { limits: { searchSteps: 10 } })), "none", "limits.mime-parts"],
  headerSize: [mimeLimits.headerSize, (count) => outcome(() => mail(`${"A: ".padEnd(count - 2, "x")}\r\n\r\n`)), "read", "limits.header-size"],
  headerFields: [mimeLimits.headerFields, (count) => outcome(() => mail(`${"A: 1\r\n".repeat(count)}\r\n`)), "read", "limits.header-size"],
  parameters: [mimeLimits.parameters, (count) => mail(`Content-Type: text/plain${Array.from({ length: count }, (_, i) => `; p${i}=x`).join("")}\r\n\r\n`).parameters.size, mimeLimits.parameters, mimeLimits.parameters],
  boundary: [mimeLimits.boundary, (count) => problem(mail(`Content-Type: multipart/mixed; boundary=${"b".repeat(count)}\r\n\r\n--${"b".repeat(count)}\r\n\r\nx\r\n--${"b".repeat(count)}--`)), "none", "mime.multipart-no-boundary"],
  addresses: [mimeLimits.addresses, (count) => parseAddressList("a@b.test,".repeat(count)).length, mimeLimits.addresses, mimeLimits.addresses],
  identifiers: [mimeLimits.identifiers, (count) => hides("References", Array.from({ length: count }, (_, i) => `<${i}@x.test>`).join(" "))?.identifiers.length ?? 0, mimeLimits.identifiers, mimeLimits.identifiers],
  // Escaped, `@` takes three characters, and a space follows.
  hiddenSize: [mimeLimits.hiddenSize, (count) => ["left out", "hidden"][hides("To", `${"x".repeat(count - 10)}@x.test`)?.addresses.length ?? 0] as string, "hidden", "left out"],
  references: [mimeLimits.references, pictureShownBehind, "inline", "attached"],
  fileName: [mimeLimits.fileName, (count) => safeFileName("x".repeat(count - 4) + ".pdf").length, mimeLimits.fileName, mimeLimits.fileName],
};

/** A picture that the HTML names as the last of so many addresses. */
function pictureShownBehind(count: number): string {
  const text = `Content-Type: text/html\r\n\r\n${"cid:other ".repeat(count - 1)}<img src="cid:last">`;
  const picture = "Content-Type: image/png\r\nContent-ID: <last>\r\n\r\nx";
  return selectBody(mail(multi("related", text, picture))).attachments[0]?.inline ? "inline" : "attached";
}

/** What an answer to a message hides that said nothing of this field outside. */
const hides = (name: string, value: string): HiddenOutside | null => hiddenOutside({ headers: [{ name, value }], outside: [] } as unknown as Parameters<typeof hiddenOutside>[0]);

const nested = (depth: number): Bytes => concat(new Uint8Array(depth * 2).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80)), new Uint8Array(depth * 2));

/** EnvelopedData with so many entries; of a kind that is not known here, if none is given. */
function recipients(count: number, entry = derTagged(4, derNull())): Bytes {
  const content = derSequence(derOid(OID.data), derSequence(derOid(OID["aes-256-cbc"]), derOctetString(new Uint8Array(16))), derElement(0x80, new Uint8Array(16)));
  const set = derElement(0x31, ...Array<Bytes>(count).fill(entry));
  return derSequence(derOid(OID.envelopedData), derElement(0xa0, derSequence(derInteger(2), set, content)));
}

const signedWith = (signerInfos: Bytes[], certificates: Bytes[]): Bytes =>
  buildSignedData({ content: fromLatin1("x"), contentType: OID.data, signerInfos, certificates, digestNames: ["sha256"] });

async function compressed(octets: number): Promise<Bytes> {
  const stream = new Blob([new Uint8Array(octets)]).stream().pipeThrough(new CompressionStream("deflate"));
  const content = new Uint8Array(await new Response(stream).arrayBuffer());
  const data = derSequence(derInteger(0), derSequence(derOid("1.2.840.113549.1.9.16.3.8")), derSequence(derOid(OID.data), derElement(0xa0, derOctetString(content))));
  return derSequence(derOid(OID.compressedData), derElement(0xa0, data));
}

const number = (i: number): Bytes => derSequence(derInteger(i));

const cms: Record<keyof typeof cmsLimits, Case> = {
  nodes: [cmsLimits.nodes, (count) => outcome(() => readBer(derElement(0x30, new Uint8Array((count - 1) * 2).map((_, i) => (i % 2 === 0 ? 5 : 0)))).children), "read", "limits.cms-nodes"],
  // Depth begins at nought.
  depth: [cmsLimits.depth, (count) => outcome(() => readBer(nested(count + 1))), "read", "limits.cms-nodes"],
  recipients: [cmsLimits.recipients, (count) => outcome(() => readCms(recipients(count))), "read", "limits.cms-recipients"],
  signers: [cmsLimits.signers, (count) => outcome(() => readCms(signedWith(Array.from({ length: count }, (_, i) => infoLike(i)), []))), "read", "limits.cms-recipients"],
  secrets: [cmsLimits.secrets, secretsTried, cmsLimits.secrets, cmsLimits.secrets],
  slowChecks: [cmsLimits.slowChecks, slowChecks, "broken", "unknown"],
  certificates: [cmsLimits.certificates, (count) => outcome(() => readCms(signedWith([], Array.from({ length: count }, (_, i) => number(i))))), "read", "limits.cms-nodes"],
  receiptsFrom: [cmsLimits.receiptsFrom, (count) => request({ from: addresses(count), to: addresses(1) }), "read", "not read"],
  receiptsTo: [cmsLimits.receiptsTo, (count) => request({ to: addresses(count) }), "read", "not read"],
  receiptAddress: [cmsLimits.receiptAddress, (octets) => request({ to: [`${"a".repeat(octets - 9)}@lab.test`] }), "read", "not read"],
  contentIdentifier: [cmsLimits.contentIdentifier, (octets) => request({ to: addresses(1), identifier: octets }), "read", "not read"],
  signatureValue: [cmsLimits.signatureValue, (octets) => outcome(() => readReceipt(buildReceipt({ contentType: OID.data, contentIdentifier: fromLatin1("1"), signature: new Uint8Array(octets) }))), "read", "cms.malformed"],
  // 256 MiB as well: put to 1000 octets.
  decompressed: [1000, async (count) => {
    const object = readCms(await compressed(count));
    return object.type !== "compressed-data" ? object.type : expand(object, 1000).then(() => "read", codeOf);
  }, "read", "limits.message-size"],
};

const addresses = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}@lab.test`);

/** A receipt request by these measures: read, or as if there were none. */
function request({ from, to, identifier = 8 }: { from?: string[]; to: string[]; identifier?: number }): string {
  const names = (list: string[]): Bytes => derSequence(...list.map((address) => derElement(0x81, fromLatin1(address))));
  const asked = from ? derElement(0xa1, names(from)) : derElement(0x80, new Uint8Array(1));
  return readReceiptRequest(readBer(derSequence(derOctetString(new Uint8Array(identifier)), asked, derSequence(names(to))))) ? "read" : "not read";
}

function infoLike(i: number): Bytes {
  const algorithm = derSequence(derOid(OID.sha256));
  return derSequence(derInteger(3), derElement(0x80, Uint8Array.of(i)), algorithm, algorithm, derOctetString(Uint8Array.of(1)));
}

/** How many of so many shared keys' entries are tried. */
async function secretsTried(count: number): Promise<number> {
  const entry = derTagged(2, derInteger(4), derSequence(derOctetString(Uint8Array.of(1))), derSequence(derOid(OID["id-aes256-wrap"])), derOctetString(Uint8Array.of(1)));
  const object = readCms(recipients(count, entry));
  if (object.type !== "enveloped-data") throw new Error(object.type);
  let tried = 0;
  const secrets = { unwrap: (all: readonly unknown[]) => ((tried = all.length), Promise.resolve(null)) };
  await openEnveloped(object, localKeyPort([], null, () => new Date()), secrets).catch(() => undefined);
  return tried;
}

/** Signers with SHA-224 who make so many checks necessary, two each: two certificates have the name that each gives; the last verdict. */
async function slowChecks(count: number): Promise<string> {
  const [shared, alone] = [Uint8Array.of(1), Uint8Array.of(2)];
  const signers = await Promise.all([shared, shared, alone].map((keyIdentifier, serial) => makeSigner("Many", { keyIdentifier, serial })));
  const info = (identifier: Bytes): Bytes => rawInfo({ sid: derElement(0x80, identifier), digest: derSequence(derOid(OID.sha224)), signature: new Uint8Array(256) });
  const infos = [...Array<Bytes>(Math.floor(count / 2)).fill(info(shared)), ...(count % 2 === 1 ? [info(alone)] : [])];
  const object = asSigned(signedWith(infos, signers.map(({ certificate }) => certificate)));
  const facts = await verifySigners(object, null, () => Promise.resolve([]));
  return facts.find(({ verdict }) => verdict !== "broken")?.verdict ?? "broken";
}

async function layers(count: number): Promise<string> {
  let entity = plain("x");
  for (let i = 0; i < count; i++) entity = opaque(await signedObject([], entity));
  return (await bobReads(message(entity))).status.problems.find((code) => code.startsWith("limits.")) ?? "none";
}

async function encryptedLayers(count: number): Promise<string> {
  let entity = plain("x");
  for (let i = 0; i < count; i++) entity = await encrypted(entity);
  const { status } = await bobReads(message(entity));
  return `${status.summary.encrypted} ${status.problems.find((code) => code.startsWith("limits.")) ?? ""}`;
}

async function protectedParts(count: number): Promise<number> {
  const parts: string[] = [];
  for (let i = 0; i < count; i++) parts.push(i % 2 === 0 ? await signed(alice, plain("x")) : await signedOpaque(alice, plain("x")));
  return (await bobReads(message(multi("mixed", ...parts)))).status.parts.length;
}

/** Whether the innermost signer's question carries what is enclosed, if those of five layers would carry so many octets together. */
async function evidence(octets: number): Promise<string> {
  const share = Math.floor(octets / 5);
  const signers = Array.from({ length: 5 }, (_, i) => issue({ name: `Signer ${i}`, emails: [`s${i}@lab.test`], keyUsage: 0x80 }));
  let entity = plain("x");
  for (const [i, signer] of signers.entries()) {
    // Four octets are the length's header, and one the tag.
    const enclosed = derElement(0x30, new Uint8Array((i === 0 ? octets - 4 * share : share) - 5));
    entity = opaque(enclosing(await signedObject([signer], entity), enclosed));
  }
  const asked: boolean[] = [];
  const trust: TrustPort = {
    validate: ({ revocation }) => (asked.push(revocation !== undefined), Promise.resolve({ code: "pki.untrusted", chain: [], revocation: "not-asked" })),
    find: () => Promise.resolve([]),
  };
  await inspect(message(entity), { keys: localKeyPort([], null, () => new Date()), trust });
  return `${asked.length} asked, the last one ${asked.at(-1) ? "with" : "without"}`;
}

const smime: Record<keyof typeof smimeLimits, Case> = {
  maxLayers: [smimeLimits.maxLayers, layers, "none", "limits.layers"],
  maxEncryptedLayers: [smimeLimits.maxEncryptedLayers, encryptedLayers, "decrypted ", "failed limits.encrypted-layers"],
  maxProtectedParts: [smimeLimits.maxProtectedParts, protectedParts, smimeLimits.maxProtectedParts, smimeLimits.maxProtectedParts],
  maxEvidenceOctets: [smimeLimits.maxEvidenceOctets, evidence, "5 asked, the last one with", "5 asked, the last one without"],
};

describe.each([
  ["mime", mime, mimeLimits],
  ["cms", cms, cmsLimits],
  ["smime", smime, smimeLimits],
] as const)("limits of %s (RD-03)", (_room, cases, limits) => {
  it("each has a case here", () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(limits).sort());
  });

  it.each(Object.entries<Case>(cases))("%s, on both sides", async (_name, [limit, attempt, at, beyond]) => {
    expect(await attempt(limit - 1)).toBe(typeof at === "number" ? at - 1 : at);
    expect(await attempt(limit)).toBe(at);
    expect(await attempt(limit + 1)).toBe(beyond);
  });
});


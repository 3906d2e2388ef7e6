import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bytes, randomBytes } from "../../src/base/bytes.ts";
import { readCertificates } from "../../src/cli/files.ts";
import { readIdentities } from "../../src/cli/identities.ts";
import { fileTrust } from "../../src/cli/trust.ts";
import type { Draft, SealPlan } from "../../src/protocol/draft.ts";
import { inspect } from "../../src/smime/inspect.ts";
import { localKeyPort, signingKey } from "../../src/smime/local-key-port.ts";
import { seal } from "../../src/smime/seal.ts";
import { makeCertificates } from "../lab/ca.mjs";
import type { Row } from "./row.ts";
import { median } from "./statistics.ts";

/** Octets of the attachment. */
const SIZE = 25_000_000;

/** Times what WebCrypto takes for as many octets. */
const AIM = 2;

const NODE = `Node ${process.versions.node}`;

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/**
 * Measures the engine with a large attachment, beside what WebCrypto alone takes for digest and content cipher over as many
 * octets, in turns. The rest is base64, MIME and copies.
 */
export async function* sealAndInspect(repetitions = 5): AsyncGenerator<Row> {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-bench-"));
  try {
    const engine = await makeEngine(folder);
    const raw = await makePrimitives();
    const times = { seal: [] as number[], encrypt: [] as number[], inspect: [] as number[], decrypt: [] as number[] };
    for (let i = 0; i <= repetitions; i++) {
      let mime: Bytes | undefined;
      const round = {
        encrypt: await milliseconds(raw.digestAndEncrypt),
        seal: await milliseconds(async () => (mime = await engine.seal())),
        decrypt: await milliseconds(raw.decryptAndDigest),
        inspect: await milliseconds(() => engine.inspect(mime as Bytes)),
      };
      // The first round warms up.
      if (i > 0) for (const [name, time] of Object.entries(round)) times[name as keyof typeof times].push(time);
    }
    yield ratio("25 MB: sign and encrypt, beside WebCrypto alone", times.seal, times.encrypt);
    yield ratio("25 MB: decrypt and verify, beside WebCrypto alone", times.inspect, times.decrypt);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ratio(name: string, ours: number[], raw: number[]): Row {
  const ratios = ours.map((time, index) => time / (raw[index] as number));
  const value = median(ratios);
  return { name, where: NODE, value, unit: "times", aim: { value: AIM, what: "times", met: value <= AIM }, of: ours.length, details: { "engine ms": median(ours), "WebCrypto ms": median(raw) } };
}

async function makePrimitives(): Promise<{ digestAndEncrypt: () => Promise<void>; decryptAndDigest: () => Promise<void> }> {
  const content = large();
  const key = await crypto.subtle.generateKey({ name: "AES-CBC", length: 256 }, false, ["encrypt", "decrypt"]);
  const algorithm = { name: "AES-CBC", iv: randomBytes(16) };
  const encrypted = await crypto.subtle.encrypt(algorithm, key, content);
  return {
    async digestAndEncrypt() {
      await crypto.subtle.digest("SHA-256", content);
      await crypto.subtle.encrypt(algorithm, key, content);
    },
    async decryptAndDigest() {
      await crypto.subtle.digest("SHA-256", await crypto.subtle.decrypt(algorithm, key, encrypted));
    },
  };
}

async function makeEngine(folder: string): Promise<{ seal: () => Promise<Bytes>; inspect: (mime: Bytes) => Promise<void> }> {
  const certificates = await makeCertificates(folder);
  const password = join(folder, "password");
  writeFileSync(password, certificates.pkcs12("alice").password);
  const own = await readIdentities([certificates.pkcs12("alice").path], [password]);
  const keys = localKeyPort(own, signingKey(own), () => new Date());
  const trust = fileTrust({ anchors: readCertificates([certificates.root]), intermediates: [], at: new Date() });
  const [recipient] = readCertificates([certificates.certificate("alice")]);
  if (!recipient) throw new Error("Alice has no certificate");
  const alice = { name: "Alice Example", address: "alice@lab.test" };
  const draft: Draft = {
    from: alice, to: [alice], cc: [], bcc: [], subject: "Large", text: "See the file.", inReplyTo: null, references: [],
    attachments: [{ name: "large.bin", type: "application/octet-stream", bytes: large(), contentId: null }],
    messageId: "large@lab.test", date: new Date().toISOString(),
  };
  const plan: SealPlan = {
    ticket: "", sign: { digestName: "sha256", clear: true, tripleWrap: false }, encrypt: { cipher: "aes-256-cbc" },
    envelopes: [{ recipients: [alice.address], visible: true, certificates: [{ certificate: recipient.der, keyTransport: "rsaesOaep", useKeyIdentifier: false }] }],
    headerPolicy: "baseline", legacyDisplay: true,
  };
  return {
    async seal() {
      const [envelope] = await seal(draft, plan, keys);
      if (!envelope) throw new Error("nothing was sealed");
      return envelope.mime;
    },
    async inspect(mime) {
      const { status, content } = await inspect(mime, { keys, trust });
      if (status.summary.signed !== "verified" || content.attachments[0]?.bytes.length !== SIZE) throw new Error(`the message is ${status.summary.signed}`);
    },
  };
}

function large(): Bytes {
  const bytes = new Uint8Array(SIZE);
  // A generator gives no more than this at once.
  for (let at = 0; at < SIZE; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(at + 65_536, SIZE)));
  return bytes;
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeBase64 } from "../../src/base/base64.ts";
import { type Bytes, concat, copy, hex, utf8 } from "../../src/base/bytes.ts";
import { readCms } from "../../src/cms/content-info.ts";
import { fileTrust } from "../../src/cli/trust.ts";
import { importSoftwareKey, openStoredKey } from "../../src/keys/private-key.ts";
import type { KeyPort } from "../../src/protocol/key-port.ts";
import { inspect } from "../../src/smime/inspect.ts";
import { localKeyPort } from "../../src/smime/local-key-port.ts";
import { makePeople, RSA } from "./support/people.ts";
import { must } from "./support/programs.ts";

/** Copies of one message, altered as somebody does who has the ciphertext and wants to learn from our answers. */
function* alter(message: Bytes): Generator<Bytes> {
  const cms = readCms(message);
  if (cms.type !== "enveloped-data" || !cms.encrypted.segments?.[0] || cms.recipients[0]?.kind !== "key-transport") throw new Error("no such message");
  const ciphertext = cms.encrypted.segments[0];
  const { encryptedKey } = cms.recipients[0];
  const at = (view: Bytes): number => view.byteOffset - message.byteOffset;
  const flipped = (where: number, bit: number): Bytes => {
    const out = copy(message);
    out[where] = (out[where] as number) ^ bit;
    return out;
  };
  // Bleichenbacher's: the wrapped key. Its answers differ in nothing from those of a wrong key.
  for (let i = 0; i < 100; i++) yield flipped(at(encryptedKey) + ((i * 37) % encryptedKey.length), 1 << (i % 8));
  // Vaudenay's: what decides about the padding is the last block but one, and the last.
  for (let i = 0; i < 512; i++) yield flipped(at(ciphertext) + ciphertext.length - 32 + (i % 32), 1 + ((i * 7) % 255));
  // EFAIL's gadgets: any block, and the IV, which stands before the ciphertext's tag and length.
  for (let i = 0; i < 324; i++) yield flipped(at(ciphertext) + ((i * 61) % ciphertext.length), 1 << (i % 8));
  for (let i = 0; i < 64; i++) yield flipped(at(ciphertext) - 20 + (i % 16), 1 << (i % 8));
}

describe("1,000 altered copies of one message", () => {
  const people = makePeople();
  afterAll(() => people.remove());
  let keys: KeyPort;
  let unwraps = 0;
  let encrypt: (entity: string) => Bytes;

  beforeAll(async () => {
    const bob = people.make("bob", RSA, ["keyUsage=critical,keyEncipherment,digitalSignature"]);
    const pkcs8 = new Uint8Array(bob.key.export({ type: "pkcs8", format: "der" }));
    const port = localKeyPort([{ id: "bob", key: openStoredKey(await importSoftwareKey(pkcs8, bob.certificate)), chain: [] }], null, () => new Date());
    // Implicit rejection answers the same ciphertext the same way: what was answered once is not computed again.
    const answers = new Map<string, ReturnType<KeyPort["unwrap"]>>();
    keys = {
      ...port,
      unwrap(request) {
        unwraps++;
        const name = hex(request.encryptedKey);
        const answer = answers.get(name) ?? port.unwrap(request);
        answers.set(name, answer);
        return answer;
      },
    };
    encrypt = (entity) => {
      const file = join(people.folder, "entity");
      writeFileSync(file, entity);
      must("openssl", ["cms", "-encrypt", "-aes-256-cbc", "-binary", "-in", file, "-outform", "DER", "-out", `${file}.der`, bob.certificateFile]);
      return copy(readFileSync(`${file}.der`));
    };
  });

  async function read(cms: Bytes) {
    const mail = concat(utf8("From: alice@example.test\r\nMIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"), utf8(encodeBase64(cms)));
    return inspect(mail, { keys, trust: fileTrust({ anchors: [], intermediates: [], at: new Date() }) });
  }

  it("are one of two things: opened, or one and the same failure, for one key operation each", async () => {
    const message = encrypt(`Content-Type: text/plain\r\n\r\n${"The quick brown fox jumps over the lazy dog. ".repeat(12)}\r\n`);
    expect((await read(message)).status.summary.encrypted).toBe("decrypted");
    const failures = new Set<string>();
    let opened = 0;
    let count = 0;
    for (const copied of alter(message)) {
      unwraps = 0;
      const { status } = await read(copied);
      expect(unwraps).toBe(1);
      if (status.summary.encrypted === "decrypted") opened++;
      else failures.add(JSON.stringify(status));
      count++;
    }
    expect(count).toBe(1000);
    expect(opened).toBeGreaterThan(100);
    // Not only one code: the whole status is the same.
    expect([...failures].map((status) => (JSON.parse(status) as { problems: string[] }).problems)).toEqual([["cms.decrypt-failed"]]);
  });

  it("say the same of a text that was decrypted and is no mail that could be shown", async () => {
    const headers = Array.from({ length: 20_000 }, (_, i) => `X-${i}: x\r\n`).join("");
    const { status } = await read(encrypt(`${headers}\r\ntext`));
    expect(status.problems).toEqual(["cms.decrypt-failed"]);
    expect(status.summary.encrypted).toBe("failed");
  });
});

import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/base/bytes.ts";
import { readCms } from "../../../src/cms/content-info.ts";
import { importSoftwareKey, openStoredKey } from "../../../src/keys/private-key.ts";
import { decodeBody } from "../../../src/mime/decode.ts";
import { parseMessage } from "../../../src/mime/parse.ts";
import type { SignatureForm } from "../../../src/protocol/key-port.ts";
import type { TrustPort } from "../../../src/protocol/trust-port.ts";
import { inspect } from "../../../src/smime/inspect.ts";
import { localKeyPort } from "../../../src/smime/local-key-port.ts";
import { seal } from "../../../src/smime/seal.ts";
import { makeSigner } from "../cms/support.ts";
import { draft } from "../mime/support.ts";

const NAME = Uint8Array.of(0xc0, 0xff, 0xee);
const now = () => new Date("2026-09-01T00:00:00Z");

async function sealed(form: SignatureForm | undefined, keyIdentifier: Bytes | null = NAME): Promise<Bytes> {
  const signer = await makeSigner("Alice", keyIdentifier === null ? {} : { keyIdentifier });
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", signer.keys.privateKey));
  const key = { id: "one", key: openStoredKey(await importSoftwareKey(pkcs8, signer.certificate)), chain: [] };
  const [envelope] = await seal(
    draft({}),
    {
      ticket: "", sign: { digestName: "sha384", clear: false, tripleWrap: false, ...(form && { form }) }, encrypt: null,
      envelopes: [{ recipients: [], visible: true, certificates: [] }], headerPolicy: "baseline", legacyDisplay: false,
    },
    localKeyPort([key], { key, encryptionCertificate: null }, now),
  );
  return envelope?.mime ?? new Uint8Array();
}

/** Version and identifier of the SignerInfo, and what reading says of the mathematics. */
async function written(mime: Bytes): Promise<unknown[]> {
  const cms = readCms(decodeBody(parseMessage(mime)));
  if (cms.type !== "signed-data") throw new Error(cms.type);
  const trust: TrustPort = { validate: () => Promise.resolve({ code: "ok", chain: [], revocation: "not-asked" }), find: () => Promise.resolve([]) };
  const { status } = await inspect(mime, { keys: localKeyPort([], null, now), trust });
  const signer = status.layers[0]?.signers?.[0];
  return [cms.signerInfos[0]?.version, cms.signerInfos[0]?.sid.kind, signer?.signature, signer?.digest, signer?.verdict];
}

describe("the form of a signature, as the plan has it (AL-02, SG-03)", () => {
  it.each<[string, SignatureForm | undefined, unknown[]]>([
    ["none said", undefined, [1, "issuer-and-serial", "rsaEncryption", "sha384", "valid"]],
    ["RSA-PSS", { pss: true, useKeyIdentifier: false }, [1, "issuer-and-serial", "rsassaPss", "sha384", "valid"]],
    ["key identifier", { pss: false, useKeyIdentifier: true }, [3, "key-identifier", "rsaEncryption", "sha384", "valid"]],
  ])("%s", async (_name, form, expected) => {
    expect(await written(await sealed(form))).toEqual(expected);
  });

  it("a certificate without a key identifier is named by issuer and serial", async () => {
    const mail = await sealed({ pss: false, useKeyIdentifier: true }, null);
    expect((await written(mail)).slice(0, 2)).toEqual([1, "issuer-and-serial"]);
  });
});

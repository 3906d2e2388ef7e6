import { type Bytes, copy } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { buildEnveloped } from "../../../src/cms/build-enveloped.ts";
import { buildSignedData } from "../../../src/cms/build-signed.ts";
import { expand } from "../../../src/cms/compressed.ts";
import { readCms } from "../../../src/cms/content-info.ts";
import { openEnveloped } from "../../../src/cms/open.ts";
import { verifySigners } from "../../../src/cms/verify.ts";
import { importSoftwareKey, openStoredKey } from "../../../src/keys/private-key.ts";
import { secretPort } from "../../../src/keys/secrets.ts";
import { OID } from "../../../src/pki/oids.ts";
import { type LocalKey, localKeyPort } from "../../../src/smime/local-key-port.ts";
import { fromHex, utf8 } from "../../../src/base/bytes.ts";
import type { DigestName, KeyPort } from "../../../src/protocol/key-port.ts";
import type { ContentCipher } from "../../../src/protocol/draft.ts";
import type { Identity } from "../support/people.ts";
import type { EncryptJob, Outcome, SignJob } from "./program.ts";

/** The keys of a person as the extension keeps them. */
export async function keysOf(who: Identity, digestName: DigestName = "sha256"): Promise<{ port: KeyPort; digestName: DigestName }> {
  const pkcs8 = copy(who.key.export({ format: "der", type: "pkcs8" }));
  const key = openStoredKey(await importSoftwareKey(pkcs8, who.certificate));
  const local: LocalKey = { id: "one", key, chain: [] };
  const signing = key.canSign ? { key: local, encryptionCertificate: null } : null;
  return { port: localKeyPort([local], signing, () => new Date()), digestName: key.requiredDigest ?? digestName };
}

/** Signs as `seal` does. */
export async function signHere({ text, signers, detached, identifier }: SignJob): Promise<Bytes> {
  const infos = await Promise.all(
    signers.map(async ({ who, digest, pss }) => {
      const { port, digestName } = await keysOf(who, digest as DigestName);
      const octets = new Uint8Array(await crypto.subtle.digest(`SHA-${digestName.slice(3)}`, text));
      return { digestName, ...(await port.sign({ ticket: "", digest: octets, digestName, form: { pss: pss !== undefined, useKeyIdentifier: identifier === true } })) };
    }),
  );
  return buildSignedData({
    content: detached ? null : text, contentType: OID.data, signerInfos: infos.map(({ signerInfo }) => signerInfo),
    certificates: infos.flatMap(({ certificates }) => certificates), digestNames: infos.map(({ digestName }) => digestName),
  });
}

export function encryptHere({ text, to, cipher, transport, identifier }: EncryptJob): Promise<Bytes> {
  const keyTransport = transport.kind === "oaep" ? "rsaesOaep" : "rsaEncryption";
  const recipients = to.map(({ certificate }) => ({ certificate, keyTransport, useKeyIdentifier: identifier === true }) as const);
  return buildEnveloped({ content: text, cipher: cipher as ContentCipher, recipients });
}

export function certificatesHere({ certificate }: Identity): Bytes {
  return buildSignedData({ content: null, contentType: OID.data, signerInfos: [], certificates: [certificate], digestNames: [] });
}

/** Reads anything of CMS; every signer must have `code`, and every holder must be able to open it. */
export async function readHere(object: Bytes, { text, holders, code, transport }: { text: Bytes | null; holders: Identity[]; code: string; transport?: EncryptJob["transport"] }): Promise<Outcome> {
  try {
    const cms = readCms(object);
    switch (cms.type) {
      case "signed-data": {
        if (cms.signerInfos.length === 0) return cms.certificates.length > 0 ? { out: object } : { message: "no certificates" };
        const facts = await verifySigners(cms, cms.content === null ? text : null, () => Promise.resolve([]));
        const wrong = facts.find((fact) => fact.verdict !== "valid" || fact.code !== code);
        if (wrong !== undefined) return { message: `${wrong.verdict} ${wrong.code}` };
        return { out: cms.content ?? (text as Bytes) };
      }
      case "compressed-data":
        return { out: await expand(cms) };
      case "enveloped-data":
      case "auth-enveloped-data": {
        const secrets = secretPort({
          keys: transport?.kind === "kek" ? [{ identifier: fromHex(transport.identifier), key: fromHex(transport.key) }] : [],
          passwords: transport?.kind === "password" ? [utf8(transport.password)] : [],
        });
        const named = transport?.kind === "kek" || transport?.kind === "password" ? [null] : holders;
        let out = new Uint8Array();
        for (const who of named) {
          const port = who === null ? localKeyPort([], null, () => new Date()) : (await keysOf(who)).port;
          out = (await openEnveloped(cms, port, secrets)).content;
        }
        return { out };
      }
    }
  } catch (error) {
    return { message: codeOf(error) };
  }
}

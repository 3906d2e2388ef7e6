import type { Bytes } from "../../src/base/bytes.ts";
import { fileTrust } from "../../src/cli/trust.ts";
import { importSoftwareKey, openStoredKey } from "../../src/keys/private-key.ts";
import { parseCertificate } from "../../src/pki/certificate.ts";
import type { Draft, RecipientCertificate, SealPlan } from "../../src/protocol/draft.ts";
import type { InspectedMessage } from "../../src/protocol/message-content.ts";
import { inspect } from "../../src/smime/inspect.ts";
import { type LocalKey, localKeyPort, signingKey } from "../../src/smime/local-key-port.ts";
import { seal } from "../../src/smime/seal.ts";
import type { Material } from "./material.ts";

/** Our own side: a draft becomes a complete mail, and a mail what the reader shows. Keys lie in the same thread. */
export interface Engine {
  seal(draft: Draft, recipients?: readonly RecipientCertificate[]): Promise<Bytes>;
  /** Throws unless the message is verified and decrypted. */
  open(mail: Bytes): Promise<InspectedMessage>;
}

export async function makeEngine({ pkcs8, certificate, issuer, root }: Material): Promise<Engine> {
  const own: LocalKey[] = [{ id: "alice", key: openStoredKey(await importSoftwareKey(pkcs8, certificate)), chain: [issuer] }];
  const keys = localKeyPort(own, signingKey(own), () => new Date());
  const trust = fileTrust({ anchors: [parseCertificate(root)], intermediates: [], at: new Date() });
  return {
    async seal(draft, recipients = [toAlice(certificate)]) {
      const plan: SealPlan = {
        ticket: "", sign: { digestName: "sha256", clear: true, tripleWrap: false }, encrypt: { cipher: "aes-256-cbc" },
        envelopes: [{ recipients: [draft.from.address], visible: true, certificates: [...recipients] }],
        headerPolicy: "baseline", legacyDisplay: true,
      };
      const [envelope] = await seal(draft, plan, keys);
      if (!envelope) throw new Error("nothing was sealed");
      return envelope.mime;
    },
    async open(mail) {
      const message = await inspect(mail, { keys, trust });
      const { signed, encrypted } = message.status.summary;
      if (signed !== "verified" || encrypted !== "decrypted") throw new Error(`the message is ${signed} and ${encrypted}`);
      return message;
    },
  };
}

/** How one RSA key is encrypted to on every side: RSAES-OAEP with SHA-256. */
export function toAlice(certificate: Bytes): RecipientCertificate {
  return { certificate, keyTransport: "rsaesOaep", useKeyIdentifier: false };
}

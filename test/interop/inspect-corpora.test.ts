import { beforeAll, describe, expect, it } from "vitest";
import { fileTrust } from "../../src/cli/trust.ts";
import { importSoftwareKey, openStoredKey } from "../../src/keys/private-key.ts";
import { matchIdentities } from "../../src/keys/identity.ts";
import { readPkcs12 } from "../../src/keys/pkcs12.ts";
import { certificatesOf } from "../../src/pki/certificate.ts";
import type { InspectedMessage } from "../../src/protocol/message-content.ts";
import { inspect } from "../../src/smime/inspect.ts";
import { type LocalKey, localKeyPort } from "../../src/smime/local-key-port.ts";
import { corpusExpectations, corpusFile, haveCorpora } from "./support/corpora.ts";

async function identity(password: string, ...path: string[]): Promise<LocalKey[]> {
  const found = await matchIdentities(await readPkcs12(corpusFile(...path), password));
  return Promise.all(
    found.map(async ({ pkcs8, certificate, chain }, index) => {
      const key = openStoredKey(await importSoftwareKey(pkcs8, certificate));
      return { id: `${path.join("/")}#${index}`, key, chain };
    }),
  );
}

function reader(keys: LocalKey[], anchor: Uint8Array, at: string, intermediates = new Uint8Array()) {
  const trust = fileTrust({
    anchors: certificatesOf(anchor),
    intermediates: intermediates.length > 0 ? certificatesOf(intermediates) : [],
    at: new Date(at),
  });
  return (mail: Uint8Array): Promise<InspectedMessage> => inspect(mail, { keys: localKeyPort(keys, null, () => new Date(at)), trust });
}

interface Thunderbird {
  file: string;
  dir: string;
  encryptedShown: boolean;
  signedShown: boolean;
  signatureGood: boolean;
  plaintextContains?: string;
}

describe.skipIf(!haveCorpora)("Thunderbird's messages get Thunderbird's verdict", () => {
  let read: ReturnType<typeof reader>;
  beforeAll(async () => {
    const keys = await identity("nss", "thunderbird-smime", "smime", "Bob.p12");
    read = reader(keys, corpusFile("thunderbird-smime", "smime", "TestCA.pem"), "2026-11-01T00:00:00Z");
  });

  const messages = corpusExpectations<Thunderbird>("thunderbird-smime").filter(({ dir, file }) => dir === "smime" && !/^alice\.(env|plain)\..*dave/.test(file));
  it.each(messages.map((message) => [message.file, message] as const))("%s", async (file, expected) => {
    const { status, content } = await read(corpusFile("thunderbird-smime", "smime", file));
    expect(status.summary.signed === "verified", status.problems.join()).toBe(expected.signatureGood);
    if (expected.encryptedShown) expect(status.summary.encrypted).toBe("decrypted");
    if (expected.plaintextContains) expect(`${content.body.text} ${content.body.html}`).toContain(expected.plaintextContains);
  });
});

interface Rfc9788 {
  file: string;
  encrypted: boolean;
  subjectToShow: string;
  confidentialHeaders?: string[];
}

describe.skipIf(!haveCorpora)("RFC 9788 messages: verified, with their protected subject (HP-01, HP-02, HP-03)", () => {
  let read: ReturnType<typeof reader>;
  beforeAll(async () => {
    const keys = [
      ...(await identity("bob", "rfc9216", "bob.p12").catch(() => [])),
      ...(await identity("alice", "rfc9216", "alice.p12").catch(() => [])),
    ];
    read = reader(keys, corpusFile("rfc9216", "ca.rsa.crt.pem"), "2026-01-01T00:00:00Z");
  });

  it.each(corpusExpectations<Rfc9788>("rfc9788").map((message) => [message.file, message] as const))("%s", async (file, expected) => {
    const { status, content } = await read(corpusFile("rfc9788", file));
    expect(status.summary.signed, status.problems.join()).toBe("verified");
    expect(status.summary.encrypted).toBe(expected.encrypted ? "decrypted" : "none");
    expect(content.headers.subject).toBe(expected.subjectToShow);
    expect(content.headers.protected).toBe(true);
    // The corpus says of some fields which piece of them was hidden ("To display name"): the field is what has a state.
    for (const name of expected.confidentialHeaders ?? []) expect(content.headers.fields[name.toLowerCase().split(" ")[0] as string]).toBe("both");
  });
});

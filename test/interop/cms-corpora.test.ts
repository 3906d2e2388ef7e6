import { createPrivateKey, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bytes, copy } from "../../src/base/bytes.ts";
import { codeOf } from "../../src/base/errors.ts";
import { readCipher } from "../../src/cms/cipher-parameters.ts";
import { type Cms, readCms } from "../../src/cms/content-info.ts";
import { expand } from "../../src/cms/compressed.ts";
import { openEnveloped } from "../../src/cms/open.ts";
import { verifySigners } from "../../src/cms/verify.ts";
import { findSmime } from "./support/smime-in-mail.ts";
import { corpusFile, haveCorpora } from "./support/corpora.ts";
import { type LocalKey, localKeys } from "./support/local-keys.ts";
import { must } from "./support/programs.ts";

const nobody = (): Promise<Bytes[]> => Promise.resolve([]);

async function verdicts(cms: Cms, detached: Bytes | null = null): Promise<string[]> {
  if (cms.type !== "signed-data") throw new Error(cms.type);
  const facts = await verifySigners(cms, cms.content === null ? detached : null, nobody);
  return facts.map((fact) => `${fact.verdict} ${fact.code}`);
}

async function opened(cms: Cms, ...keys: LocalKey[]): Promise<string> {
  if (cms.type !== "enveloped-data" && cms.type !== "auth-enveloped-data") throw new Error(cms.type);
  return await openEnveloped(cms, localKeys(keys)).then(({ content }) => Buffer.from(content).toString("latin1"), codeOf);
}

const read = (...path: string[]): Cms => readCms(corpusFile(...path));
const refused = (...path: string[]): string => {
  try {
    return read(...path).type;
  } catch (error) {
    return codeOf(error);
  }
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mailseal-corpora-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Key and certificate out of a PKCS#12 file, by OpenSSL. */
function fromPkcs12(password: string, ...path: string[]): LocalKey {
  const file = join(folder, "key.p12");
  writeFileSync(file, corpusFile(...path));
  const pem = must("openssl", ["pkcs12", "-legacy", "-in", file, "-passin", `pass:${password}`, "-nodes", "-clcerts"]);
  return { certificate: copy(must("openssl", ["x509", "-outform", "DER"], { input: pem })), key: createPrivateKey(pem) };
}

describe.skipIf(!haveCorpora)("RFC 4134", () => {
  const outdated = "valid cms.algorithm-outdated";
  const dsa = "unknown cms.algorithm-unknown";
  it.each([
    ["4.1.bin", [dsa]],
    ["4.2.bin", [outdated]],
    ["4.3.bin", [dsa]],
    ["4.4.bin", [dsa]],
    ["4.5.bin", [outdated]],
    ["4.6.bin", [dsa, dsa]],
    ["4.7.bin", [dsa]],
    ["4.10.bin", [dsa]],
    ["4.11.bin", []],
  ])("%s", async (name, expected) => {
    expect(await verdicts(read("rfc4134", name), corpusFile("rfc4134", "ExContent.bin"))).toEqual(expected);
  });

  it.each(["3.1.bin", "3.2.bin", "6.0.bin", "7.1.bin", "7.2.bin"])("%s is no type of mail", (name) => {
    expect(refused("rfc4134", name)).toBe("cms.content-type-unknown");
  });

  it.each(["5.1.bin", "5.2.bin"])("OL-01 %s opens with Bob's key", async (name) => {
    const key: KeyObject = createPrivateKey({ key: Buffer.from(corpusFile("rfc4134", "BobPrivRSAEncrypt.pri")), format: "der", type: "pkcs8" });
    const bob = { certificate: corpusFile("rfc4134", "BobRSASignByCarl.cer"), key };
    expect(await opened(read("rfc4134", name), bob)).toBe("This is some sample content.");
  });
});

describe.skipIf(!haveCorpora)("OpenSSL's regressions", () => {
  it.each(["bad_signtime_attr.cms", "ct_multiple_attr.cms", "no_ct_attr.cms", "no_md_attr.cms"])("SG-02 %s", async (name) => {
    expect(await verdicts(read("openssl", "cms-data", name))).toEqual(["broken cms.attributes-invalid"]);
  });

  it.each(["dh-malformed.der", "ecdh-malformed.der", "rsa-malformed.der", "cms_pwri_kek_oob.der"])("%s is read, and opens for nobody", async (name) => {
    const cms = read("openssl", "cms-data", name);
    const names = name.startsWith("ecdh") ? ["cms-data", "ecdh-cert.pem", "ecdh-key.pem"] : ["smime-certs", "smrsa3-cert.pem", "smrsa3-key.pem"];
    const pem = (file: string): Buffer => Buffer.from(corpusFile("openssl", names[0] as string, file));
    const key = createPrivateKey(pem(names[2] as string));
    const certificate = copy(must("openssl", ["x509", "-outform", "DER"], { input: pem(names[1] as string) }));
    expect(["cms.decrypt-failed", "cms.no-recipient-key", "cms.malformed", "cms.algorithm-unknown"]).toContain(await opened(cms, { certificate, key }));
  });

  it("GCM inside EnvelopedData is no algorithm for it", () => {
    const cms = read("openssl", "cms-msg", "enveloped-content-type-for-aes-gcm.pem");
    if (cms.type !== "enveloped-data") throw new Error(cms.type);
    expect(cms.encrypted.cipher.name).toBe("aes-128-gcm");
    expect(() => readCipher(cms.encrypted.cipher, false)).toThrow("cms.algorithm-unknown");
  });

  it("MD2 and MD4 are outdated, and what is no CMS is refused", async () => {
    expect(await verdicts(read("openssl", "cms-data", "pkcs7-md4.pem"))).toEqual(["unknown cms.algorithm-outdated"]);
    expect(await verdicts(read("openssl", "pkcs7", "pkcs7-1.pem"))).toEqual(["unknown cms.algorithm-outdated"]);
    expect(refused("openssl", "pkcs7", "malformed.pkcs7")).toBe("cms.malformed");
    expect(refused("openssl", "pkcs7", "grfc.out")).toBe("cms.malformed");
  });
});

describe.skipIf(!haveCorpora)("NSS: OAEP with every digest, mask and label, ECDH with every digest", () => {
  const text = "This is a test message to Fran.";
  it.each([
    "fran-oaep_ossl.env", "fran-oaep-label_ossl.env", "fran-oaep-sha256hash_ossl.env", "fran-oaep-sha384hash_ossl.env", "fran-oaep-sha512hash_ossl.env",
    "fran-oaep-sha256mgf_ossl.env", "fran-oaep-sha384mgf_ossl.env", "fran-oaep-sha512mgf_ossl.env", "fran-oaep-sha256hash-sha256mgf_ossl.env",
    "fran-oaep-sha256mgf-label_ossl.env", "fran-oaep-sha256hash-label_ossl.env", "fran-oaep_ossl-sha256hash-sha256mgf-label.env",
  ])("%s", async (name) => {
    expect(await opened(smimeIn("nss", "smime-interop", name), fromPkcs12("nss", "nss", "smime-interop", "Fran.p12"))).toContain(text);
  });

  it.each(["fran-ec_ossl-aes128-sha1.env", "fran-ec_ossl-aes128-sha224.env", "fran-ec_ossl-aes128-sha256.env", "fran-ec_ossl-aes192-sha384.env", "fran-ec_ossl-aes256-sha512.env"])("%s", async (name) => {
    expect(await opened(smimeIn("nss", "smime-interop", name), fromPkcs12("nss", "nss", "smime-interop", "Fran-ec.p12"))).toContain(text);
  });
});

/** The CMS object of a mail file, or of a bare one. */
function smimeIn(...path: string[]): Cms {
  const file = corpusFile(...path);
  return readCms(file[0] === 0x30 ? file : findSmime(file).object);
}

describe.skipIf(!haveCorpora)("CMS classes of the signature attacks", () => {
  async function facts(name: string): Promise<[string | null | undefined, string][]> {
    const { object, content } = findSmime(corpusFile("smime-attacks", name));
    const cms = readCms(object);
    if (cms.type !== "signed-data") throw new Error(cms.type);
    return (await verifySigners(cms, content, nobody)).map((fact) => [fact.certificate?.subject.commonName, `${fact.verdict} ${fact.code}`]);
  }

  it("the controls are valid", async () => {
    for (const name of ["cms-valid_email_from_manager.eml", "valid-manager-smime.eml", "valid-eve-smime.eml"]) {
      expect((await facts(name)).map(([, verdict]) => verdict)).toEqual(["valid ok"]);
    }
  });

  it("C1: content inside a detached signature proves nothing", async () => {
    expect((await facts("c1-eContent_confusion.eml")).map(([, verdict]) => verdict)).toEqual(["broken cms.content-confusion"]);
  });

  it("C2: each signer stands for himself", async () => {
    const found = await facts("c2-multiple_signerInfos_append_johnny.eml");
    expect(found).toHaveLength(2);
    expect(found.filter(([, verdict]) => verdict.startsWith("valid"))).toHaveLength(1);
    expect(found.filter(([, verdict]) => verdict.startsWith("broken"))).toHaveLength(1);
  });

  it("C3: certificates without a signer sign nothing", async () => {
    expect(await facts("c3-no_signerInfos_detached.eml")).toEqual([]);
  });
});

describe.skipIf(!haveCorpora)("seeds of other people's fuzzers", () => {
  it.each([
    ["ec-attached.p7s", ["valid ok"]],
    ["ed25519-attached.p7s", ["valid ok"]],
    ["multi.p7s", ["valid ok", "valid ok"]],
    ["rsa-attached.p7s", ["valid ok"]],
    ["rsa-keyid.p7s", ["valid ok"]],
    ["rsa-noattr.p7s", ["valid ok"]],
    ["rsapss-attached.p7s", ["valid ok"]],
    ["rsapss-salt20.p7s", ["valid ok"]],
    ["rsa-nocerts.p7s", ["unknown cms.signer-certificate-missing"]],
    ["ec-secp256k1.p7s", ["unknown cms.algorithm-unknown"]],
  ])("%s", async (name, expected) => {
    expect(await verdicts(read("fuzz-seeds", "blamejs-cms-fixtures", name))).toEqual(expected);
  });

  it("RD-04 signatures of algorithms to come are unknown, and their key transport is passed over", async () => {
    for (const name of ["composite-attached.bin", "mldsa-attached.bin", "slhdsa-attached.bin"]) {
      expect(await verdicts(read("fuzz-seeds", "blamejs-cms-parse", name))).toEqual(["unknown cms.algorithm-unknown"]);
    }
    expect(read("fuzz-seeds", "blamejs-cms-parse", "kem-enveloped-data.der")).toMatchObject({ recipients: [{ kind: "other" }] });
  });

  it.each([["valid.bin", "28"], ["null-params.bin", "28"], ["version1.bin", "28"], ["bogus-algo.bin", "cms.algorithm-unknown"], ["truncated.bin", "cms.malformed"], ["bomb.bin", "limits.message-size"]])(
    "compressed %s",
    async (name, expected) => {
      const result = async (): Promise<string> => {
        const cms = read("fuzz-seeds", "blamejs-cms-decompress", name);
        if (cms.type !== "compressed-data") throw new Error(cms.type);
        return String((await expand(cms, 1_000_000)).length);
      };
      expect(await result().catch(codeOf)).toBe(expected);
    },
  );
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bytes, utf8 } from "../../src/base/bytes.ts";
import { buildEnveloped } from "../../src/cms/build-enveloped.ts";
import { buildSignedData } from "../../src/cms/build-signed.ts";
import { readCms } from "../../src/cms/content-info.ts";
import { openEnveloped } from "../../src/cms/open.ts";
import { verifySigners } from "../../src/cms/verify.ts";
import { OID } from "../../src/pki/oids.ts";
import type { ContentCipher, RecipientCertificate } from "../../src/protocol/draft.ts";
import { type Gpgsm, makeGpgsm } from "./support/gpgsm.ts";
import { localKeys, signerInfo } from "./support/local-keys.ts";
import { makeNss, type Nss } from "./support/nss.ts";
import { type Identity, makePeople, P256, RSA } from "./support/people.ts";
import { has } from "./support/programs.ts";

const people = makePeople();
afterAll(() => people.remove());
const alice = people.make("alice", RSA, ["keyUsage=critical,digitalSignature,keyEncipherment"]);
const elliptic = people.make("elliptic", P256, ["keyUsage=critical,digitalSignature"]);

const text = utf8("Content-Type: text/plain\r\n\r\nWhat other programs read.\r\n");
const nobody = (): Promise<Bytes[]> => Promise.resolve([]);

async function signHere(who: Identity, detached: boolean): Promise<Bytes> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  // In the past: gpgsm looks at the claimed time.
  const info = await signerInfo(who, digest, "sha256", new Date());
  return buildSignedData({ content: detached ? null : text, contentType: OID.data, signerInfos: [info], certificates: [who.certificate], digestNames: ["sha256"] });
}

function encryptHere(cipher: ContentCipher, who: Identity, keyTransport: RecipientCertificate["keyTransport"] = "rsaEncryption", useKeyIdentifier = false): Promise<Bytes> {
  return buildEnveloped({ content: text, cipher, recipients: [{ certificate: who.certificate, keyTransport, useKeyIdentifier }] });
}

async function expectSignedBy(object: Uint8Array, detached: Bytes | null, who: Identity): Promise<void> {
  const cms = readCms(object);
  if (cms.type !== "signed-data") throw new Error(cms.type);
  const facts = await verifySigners(cms, detached, () => Promise.resolve([who.certificate]));
  expect(facts).toMatchObject([{ verdict: "valid", code: "ok" }]);
  if (detached === null) expect(Buffer.from(cms.content ?? []).equals(text)).toBe(true);
}

async function expectOpens(object: Uint8Array, who: Identity): Promise<void> {
  const cms = readCms(object);
  if (cms.type !== "enveloped-data" && cms.type !== "auth-enveloped-data") throw new Error(cms.type);
  expect(Buffer.from((await openEnveloped(cms, localKeys([who]))).content).equals(text)).toBe(true);
}

const gpgsmHere = has("gpgsm");
if (!gpgsmHere) console.log("gpgsm is not installed: its tests are skipped");

describe.skipIf(!gpgsmHere)("gpgsm", () => {
  let gpgsm: Gpgsm;
  beforeAll(() => {
    gpgsm = makeGpgsm(people, [alice, elliptic]);
  }, 60_000);
  afterAll(() => gpgsm.stop());
  const file = join(people.folder, "gpgsm");

  it.each([["RSA", alice], ["ECDSA", elliptic]] as const)("verifies our signature with %s, and refuses it over another text", async (_name, who) => {
    writeFileSync(file, await signHere(who, true));
    const textFile = `${file}.text`;
    writeFileSync(textFile, text);
    const good = gpgsm.run(["--verify", file, textFile], new Uint8Array(0));
    expect(good.err).toContain("GOODSIG");
    writeFileSync(textFile, "another text");
    expect(gpgsm.run(["--verify", file, textFile], new Uint8Array(0)).err).toContain("BADSIG");
    const opaque = gpgsm.run(["--verify"], await signHere(who, false));
    expect(opaque.err).toContain("GOODSIG");
  });

  it("signs what verifies here, detached and opaque", async () => {
    await expectSignedBy(gpgsm.run(["--local-user", "alice@example.test", "--detach-sign"], text).out, text, alice);
    await expectSignedBy(gpgsm.run(["--local-user", "alice@example.test", "--sign"], text).out, null, alice);
  });

  it.each(["aes-128-cbc", "aes-256-cbc"] as const)("decrypts our %s", async (cipher) => {
    const opened = gpgsm.run(["--decrypt"], await encryptHere(cipher, alice));
    expect(opened.out.equals(text)).toBe(true);
  });

  it.each(["AES", "AES192", "AES256", "3DES"])("encrypts with %s what opens here", async (cipher) => {
    await expectOpens(gpgsm.run(["--cipher-algo", cipher, "--recipient", "alice@example.test", "--encrypt"], text).out, alice);
  });
});

const nssHere = has("cmsutil") && has("certutil") && has("pk12util");
if (!nssHere) console.log("NSS's cmsutil is not installed: its tests are skipped");

describe.skipIf(!nssHere)("NSS", () => {
  let nss: Nss;
  beforeAll(() => {
    nss = makeNss(people, [alice, elliptic]);
  }, 60_000);
  afterAll(() => nss.remove());

  function given(name: string, content: Uint8Array): string {
    const path = join(nss.folder, name);
    writeFileSync(path, content);
    return path;
  }

  it.each([["RSA", alice], ["ECDSA", elliptic]] as const)("verifies our signature with %s, and refuses it over another text", async (_name, who) => {
    const signature = given("signature", await signHere(who, true));
    const good = nss.cmsutil(["-D", "-i", signature, "-c", given("text", text), "-h", "1"]);
    expect(good.out.toString()).toContain("signer0.status=GoodSignature");
    const bad = nss.cmsutil(["-D", "-i", signature, "-c", given("text", utf8("another text")), "-h", "1"]);
    expect(bad.out.toString()).not.toContain("GoodSignature");
    const opaque = nss.cmsutil(["-D", "-i", given("opaque", await signHere(who, false))]);
    expect(opaque.out.equals(text)).toBe(true);
  });

  it.each([["RSA", alice], ["ECDSA", elliptic]] as const)("signs with %s what verifies here", async (_name, who) => {
    const out = join(nss.folder, "signed");
    const extra = ["-H", "SHA256", "-N", who.name, "-G", "-P", "-i", given("text", text), "-o", out];
    expect(nss.cmsutil(["-S", "-T", ...extra]).err).toBe("");
    await expectSignedBy(readFileSync(out), text, who);
    expect(nss.cmsutil(["-S", ...extra]).err).toBe("");
    await expectSignedBy(readFileSync(out), null, who);
  });

  it.each(["aes-128-cbc", "aes-256-cbc"] as const)("decrypts our %s", async (cipher) => {
    for (const object of [await encryptHere(cipher, alice), await encryptHere(cipher, alice, "rsaEncryption", true)]) {
      const opened = nss.cmsutil(["-D", "-i", given("enveloped", object)]);
      expect(opened.out.equals(text)).toBe(true);
    }
  });

  it("encrypts what opens here", async () => {
    const out = join(nss.folder, "encrypted");
    expect(nss.cmsutil(["-E", "-r", "alice@example.test", "-i", given("text", text), "-o", out]).err).toBe("");
    await expectOpens(readFileSync(out), alice);
  });

  it("packs certificates that are read here", async () => {
    const out = join(nss.folder, "certificates");
    expect(nss.cmsutil(["-O", "-r", "alice@example.test", "-o", out]).err).toBe("");
    const cms = readCms(readFileSync(out));
    if (cms.type !== "signed-data") throw new Error(cms.type);
    expect(cms.certificates.map((certificate) => Buffer.from(certificate).toString("hex"))).toContain(Buffer.from(alice.certificate).toString("hex"));
    expect(await verifySigners(cms, null, nobody)).toEqual([]);
  });
});

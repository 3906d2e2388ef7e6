import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Authority, type Identity, startAuthority } from "../lab/authority.mjs";
import { makeCertificates } from "../lab/ca.mjs";
import { openssl } from "../lab/openssl.mjs";

/** A port that is free now. */
const freePort = async (): Promise<number> => new Promise((resolve, reject) => {
  const server = net.createServer().on("error", reject).listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
});

const complaint = (error: Error): string => error.message;

describe("the lab's authority", () => {
  let folder: string;
  let root: string;
  let authority: Authority;

  /** What OpenSSL's own client makes of the responder's answer. */
  const asked = async (identity: Identity): Promise<string> =>
    openssl(["ocsp", "-issuer", authority.certificates.issuing, "-cert", authority.certificates.pem(identity), "-url", authority.places.ocsp, "-CAfile", root])
      .then(({ stdout, stderr }) => `${stdout.toString()}${stderr}`, complaint);

  /** What OpenSSL says of a certificate with the list that is published now. */
  const checked = async (identity: Identity, list: Buffer): Promise<string> => {
    const crl = (await openssl(["crl", "-inform", "DER"], { input: list })).stdout.toString();
    writeFileSync(join(folder, "list.pem"), crl);
    return openssl(["verify", "-crl_check", "-CRLfile", join(folder, "list.pem"), "-CAfile", root, "-untrusted", authority.certificates.issuing, authority.certificates.pem(identity)])
      .then(({ stdout }) => stdout.toString(), complaint);
  };
  const fetched = async (url: string, redirect: RequestRedirect = "follow"): Promise<Buffer> => Buffer.from(await (await fetch(url, { redirect })).arrayBuffer());

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mailseal-authority-"));
    root = (await makeCertificates(join(folder, "ca"))).root;
    const [lists, ocsp, issuers] = await Promise.all([freePort(), freePort(), freePort()]);
    authority = await startAuthority({ folder, ca: join(folder, "ca"), ports: { lists, ocsp, issuers } });
  });
  afterAll(async () => {
    await authority?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => authority.forget());

  it("answers good and revoked with date and reason, and writes down who was asked about", async () => {
    expect(await asked("bob-checked")).toMatch(/good[^]*Response verify OK/);
    await authority.revoke("bob-checked", { date: new Date("2026-05-03T10:00:00Z"), reason: "superseded" });
    expect(await asked("bob-checked")).toMatch(/revoked[^]*superseded[^]*May {2}3 10:00:00 2026/);
    expect(await asked("bob-ocsp")).toMatch(/good/);
    await authority.unrevoke("bob-checked");
    expect(await asked("bob-checked")).toMatch(/good/);
    expect(authority.requests.map(({ place, serials }) => [place, ...serials])).toEqual([["ocsp", "bob-checked"], ["ocsp", "bob-checked"], ["ocsp", "bob-ocsp"], ["ocsp", "bob-checked"]]);
  });

  it("publishes lists that OpenSSL takes, and refuses a revoked certificate by", async () => {
    expect(await checked("bob-crl", await fetched(authority.places["issuing-crl"]))).toMatch(/OK/);
    await authority.revoke("bob-crl");
    expect(await checked("bob-crl", await fetched(authority.places["issuing-crl"]))).toMatch(/certificate revoked/);
    await authority.unrevoke("bob-crl");
    const end = await authority.misbehave("issuing-crl", "expired");
    expect(await checked("bob-crl", await fetched(authority.places["issuing-crl"]))).toMatch(/CRL has expired/);
    await end();
    const stranger = await authority.misbehave("issuing-crl", "stranger");
    expect(await checked("bob-crl", await fetched(authority.places["issuing-crl"]))).toMatch(/CRL signature failure|unable to get certificate CRL|different CRL scope/i);
    await stranger();
  });

  it("has a stranger sign an answer about a certificate that is not his", async () => {
    const end = await authority.misbehave("ocsp", "stranger");
    expect(await asked("bob-ocsp")).toMatch(/Response Verify Failure/);
    await end();
  });

  it("is down, asks for a password, moves, serves a page, floods, or says nothing, as told, and is well again", async () => {
    const url = authority.places["issuing-crl"];
    const during = async <T>(kind: Parameters<Authority["misbehave"]>[1], look: () => Promise<T>, options = {}): Promise<T> => {
      const end = await authority.misbehave("issuing-crl", kind, options);
      return look().finally(end);
    };
    const refused = await during("down", () => fetch(url).then(() => "answered", (error: Error) => String((error.cause as { code?: string }).code)));
    expect(refused).toBe("ECONNREFUSED");
    expect((await during("unauthorised", () => fetch(url))).status).toBe(401);
    const moved = await during("moved", () => fetch(url, { redirect: "manual" }));
    expect([moved.status, moved.headers.get("location")]).toEqual([302, url.replace("/issuing", "/moved/issuing")]);
    expect((await during("moved", () => fetched(url)))[0]).toBe(0x30);
    expect((await during("wrong-type", () => fetch(url))).headers.get("content-type")).toBe("text/html");
    expect((await during("oversized", () => fetched(url), { size: 3_000_000 })).length).toBeGreaterThanOrEqual(3_000_000);
    expect((await during("empty", () => fetched(url))).length).toBe(0);
    const end = await authority.misbehave("issuing-crl", "slow");
    authority.forget();
    const waiting = fetched(url).then((list) => ["answered", list[0]]);
    await expect.poll(() => authority.requests.length).toBe(1);
    expect(await Promise.race([waiting, fetched(authority.places["root-crl"]).then(() => "not yet")])).toBe("not yet");
    await end();
    expect(await waiting).toEqual(["answered", 0x30]);
    await expect(authority.misbehave("ocsp", "expired")).rejects.toThrow("cannot be expired");
  });

  it("serves its own certificate alone and in a bundle, and leaves it out of the file of somebody who has to fetch it", async () => {
    const subject = async (input: Buffer): Promise<string> => (await openssl(["x509", "-inform", "DER", "-noout", "-subject"], { input })).stdout.toString();
    expect(await subject(await fetched(authority.places["issuing-cer"]))).toContain("Lab Checked CA");
    const bundle = (await openssl(["pkcs7", "-inform", "DER", "-print_certs", "-noout"], { input: await fetched(authority.places["issuing-p7c"]) })).stdout.toString();
    expect(bundle).toContain("CN = Lab Checked CA");
    const enclosed = async (identity: Identity): Promise<number> => {
      const { path, password } = authority.certificates.pkcs12(identity);
      return (await openssl(["pkcs12", "-in", path, "-passin", `pass:${password}`, "-nokeys"])).stdout.toString().split("BEGIN CERTIFICATE").length - 1;
    };
    expect([await enclosed("bob-crl"), await enclosed("bob-incomplete")]).toEqual([3, 1]);
  });
});

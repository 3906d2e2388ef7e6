import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OID } from "../../../src/pki/oids.ts";
import { issue, type Issued } from "../../unit/pki/support/authority.ts";
import { accessTo, crlDer, distributionPoints, ocspDer, uri } from "../../unit/pki/support/revocation.ts";

/** The built program, with places on loopback that it may ask only when they are listed. */
const program = resolve(import.meta.dirname, "../../../dist/cli/mailseal.mjs");
const now = Date.now();
const day = (days: number): string => new Date(now + days * 86_400_000).toISOString();

let folder: string;
let server: Server;
let asked: string[];
let answers: Map<string, Uint8Array | null>;
let ca: Issued;
let alice: Issued;
const file = (name: string): string => join(folder, name);
const pem = (der: Uint8Array): string => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;

interface Answer {
  code: string;
  revocation: { state: string; code: string; source: string | null; asked?: { url: string; code: string }[] }[];
}

function validate(...args: string[]): Promise<Answer> {
  return new Promise((done, fail) => {
    let out = "";
    const child = spawn(process.execPath, [program, "validate", file("alice.pem"), "--json", "--trust", file("ca.pem"), ...args]);
    child.stdout.on("data", (part: Buffer) => (out += String(part)));
    child.on("error", fail).on("close", () => done(JSON.parse(out) as Answer));
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mailseal-online-"));
  server = createServer((request, response) => {
    const place = request.url?.startsWith("/ocsp") ? "/ocsp" : (request.url ?? "");
    asked.push(place);
    const answer = answers.get(place);
    if (answer) response.end(answer);
    else response.writeHead(401).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ca = issue({ name: "Authority", ca: true, keyUsage: 0x06 });
  alice = issue({ name: "alice", issuer: ca, emails: ["alice@example.test"], more: [accessTo(OID.OCSP, uri(`${place}/ocsp`)), distributionPoints({ names: [uri(`${place}/ca.crl`)] })] });
  writeFileSync(file("ca.pem"), pem(ca.certificate.der));
  writeFileSync(file("stranger.pem"), pem(issue({ name: "Stranger", ca: true, keyUsage: 0x06 }).certificate.der));
  writeFileSync(file("alice.pem"), pem(alice.certificate.der));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const list = (entries: { serial: string }[]) => crlDer({ issuer: ca, entries, from: day(-1), to: day(1) });

describe("mailseal validate --online (RV-01, RV-04)", () => {
  it("asks the responder, then the list, and tells what each place said", async () => {
    asked = [];
    answers = new Map([["/ocsp", await ocspDer({ signer: ca, issuer: ca, producedAt: day(0), about: [{ certificate: alice.certificate, from: day(-1), to: day(1) }] })]]);
    const good = await validate("--online", "--allow-host", "127.0.0.1");
    expect(good.code).toBe("ok");
    expect(good.revocation[0]).toMatchObject({ state: "good", source: "ocsp", asked: [{ code: "ok" }] });
    expect(asked).toEqual(["/ocsp"]);
    asked = [];
    answers = new Map([["/ca.crl", list([{ serial: alice.certificate.serial }])]]);
    const revoked = await validate("--online", "--allow-host", "127.0.0.1");
    expect(revoked.code).toBe("revocation.revoked");
    expect(revoked.revocation[0]).toMatchObject({ state: "revoked", source: "crl", asked: [{ code: "revocation.fetch-refused" }, { code: "ok" }] });
    expect(asked).toEqual(["/ocsp", "/ca.crl"]);
  });

  it("could not be checked where the places answer 401, or lie inside and are not listed", async () => {
    asked = [];
    answers = new Map();
    const refused = await validate("--online", "--allow-host", "127.0.0.1");
    expect(refused.code).toBe("revocation.unavailable");
    expect(refused.revocation[0]).toMatchObject({ state: "unreachable", code: "revocation.fetch-refused" });
    asked = [];
    const inside = await validate("--online");
    expect(inside.code).toBe("revocation.unavailable");
    expect(inside.revocation[0]).toMatchObject({ state: "unreachable", code: "revocation.fetch-address" });
    expect(asked).toEqual([]);
  });

  it("touches no network without the option, nor for a chain that ends in no trusted authority", async () => {
    asked = [];
    answers = new Map([["/ca.crl", list([])]]);
    expect((await validate()).revocation[0]).toMatchObject({ state: "not-asked" });
    const child = await validate("--online", "--allow-host", "127.0.0.1", "--trust", file("stranger.pem"));
    expect(child.code).toBe("ok");
    asked = [];
    const out = await new Promise<string>((done) => {
      let text = "";
      const untrusted = spawn(process.execPath, [program, "validate", file("alice.pem"), "--json", "--trust", file("stranger.pem"), "--intermediate", file("ca.pem"), "--online", "--allow-host", "127.0.0.1"]);
      untrusted.stdout.on("data", (part: Buffer) => (text += String(part)));
      untrusted.on("close", () => done(text));
    });
    expect((JSON.parse(out) as Answer).code).toBe("pki.untrusted");
    expect(asked).toEqual([]);
  });
});

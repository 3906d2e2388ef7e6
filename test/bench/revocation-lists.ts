import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Bytes } from "../../src/base/bytes.ts";
import { revocationCheck } from "../../src/cli/revocation.ts";
import { issue } from "../unit/pki/support/authority.ts";
import { crlDer, manyEntries } from "../unit/pki/support/revocation.ts";
import type { Measure, Work } from "./rounds.ts";

/** The moment that all is asked at: it lies in the lists' time. */
const AT = "2026-06-15T00:00:00Z";

/** Checks that make one turn: one takes less than a clock tells. */
const CHECKS = 100;

const PROGRAM = resolve("dist/cli/mailseal.mjs");

const pem = (der: Bytes): string => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`;

/** An authority, a person, and the authority's lists of different lengths, none of which names the person. */
export interface Lists {
  /** The whole program: it reads the list, and judges one certificate. */
  process(entries: number): Measure;
  /** Certificates of messages that come one after the other, with a list that was read before: so many checks. */
  again(entries: number): Work;
}

/** Writes them to a folder. */
export function makeLists(folder: string, sizes: readonly number[]): Lists {
  const root = issue({ name: "Root", ca: true, keyUsage: 0x06 });
  const alice = issue({ name: "Alice", issuer: root, emails: ["alice@lab.test"] });
  const file = (name: string): string => join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file("root.pem"), pem(root.certificate.der));
  writeFileSync(file("alice.pem"), pem(alice.certificate.der));
  for (const entries of sizes) writeFileSync(file(`${entries}.crl`), crlDer({ issuer: root, number: 1, raw: manyEntries(entries) }));
  return {
    process: (entries) => async (times) => {
      const begin = performance.now();
      for (let i = 0; i < times; i++) {
        const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, "validate", file("alice.pem"), "--json", "--trust", file("root.pem"), "--crl", file(`${entries}.crl`), "--at", AT]);
        const { valid, revocation } = JSON.parse(stdout) as { valid: boolean; revocation: { state: string }[] };
        if (!valid || revocation[0]?.state !== "good") throw new Error("the certificate is not good");
      }
      return performance.now() - begin;
    },
    again(entries) {
      const check = revocationCheck({ crl: [file(`${entries}.crl`)], ocsp: [], online: false, "allow-host": [] }, new Date(AT));
      const path = [alice.certificate, root.certificate];
      return () => async () => {
        for (let i = 0; i < CHECKS; i++) if ((await check(path, [])).state !== "good") throw new Error("the certificate is not good");
      };
    },
  };
}

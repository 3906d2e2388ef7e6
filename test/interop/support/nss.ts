import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Identity, People } from "./people.ts";
import { must, type Run, run } from "./programs.ts";

export interface Nss {
  /** Runs `cmsutil` with the database. */
  cmsutil(args: string[], input?: Uint8Array): Run;
  folder: string;
  remove(): void;
}

/** An NSS database that trusts the test authority and holds these identities' keys. */
export function makeNss(people: People, identities: Identity[]): Nss {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-nss-"));
  const db = `sql:${folder}`;
  must("certutil", ["-N", "-d", db, "--empty-password"]);
  must("certutil", ["-A", "-d", db, "-n", "authority", "-t", "C,C,C", "-a", "-i", people.caFile]);
  for (const { name, certificateFile, keyFile } of identities) {
    const p12 = join(folder, `${name}.p12`);
    must("openssl", ["pkcs12", "-export", "-in", certificateFile, "-inkey", keyFile, "-name", name, "-passout", "pass:secret", "-out", p12]);
    must("pk12util", ["-i", p12, "-d", db, "-W", "secret", "-K", ""]);
    // Recipients are looked for by address among trusted people.
    must("certutil", ["-M", "-d", db, "-n", name, "-t", ",Pu,"]);
  }
  return {
    folder,
    cmsutil: (args, input) => run("cmsutil", [...args, "-d", db], input === undefined ? {} : { input }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Identity, People } from "./people.ts";
import { must, type Run, run } from "./programs.ts";

export interface Gpgsm {
  run(args: string[], input: Uint8Array): Run;
  stop(): void;
}

/** A GnuPG home of its own that trusts the test authority and holds these identities' keys. */
export function makeGpgsm(people: People, identities: Identity[]): Gpgsm {
  // Sockets have short paths: the home lies directly under the temporary folder.
  const home = mkdtempSync(join(tmpdir(), "ms-gpg-"));
  chmodSync(home, 0o700);
  mkdirSync(join(home, "private-keys-v1.d"), { mode: 0o700 });
  const fingerprint = must("openssl", ["x509", "-in", people.caFile, "-noout", "-fingerprint", "-sha1"]).toString().split("=")[1]?.trim() ?? "";
  writeFileSync(join(home, "trustlist.txt"), `${fingerprint} S relax\n`);
  writeFileSync(join(home, "gpgsm.conf"), "disable-crl-checks\nbatch\npinentry-mode loopback\n");
  writeFileSync(join(home, "pass"), "secret\n");
  const gpgsm = (args: string[], input?: Uint8Array): Run =>
    run("sh", ["-c", 'home=$1; shift; exec gpgsm --homedir "$home" --no-secmem-warning --passphrase-fd 3 "$@" 3<"$home/pass"', "sh", home, ...args], { input });
  // gpgsm waits five seconds for an agent that it starts itself, which a busy machine can exceed: then a key would be missing.
  must("gpgconf", ["--homedir", home, "--launch", "gpg-agent"]);
  gpgsm(["--import", people.caFile]);
  for (const { certificateFile, keyFile } of identities) {
    const p12 = join(home, "identity.p12");
    must("openssl", ["pkcs12", "-export", "-legacy", "-in", certificateFile, "-inkey", keyFile, "-passout", "pass:secret", "-out", p12]);
    // Keys that this gpgsm cannot hold (some versions read RSA alone) leave their certificate at least.
    // An agent that did not answer in time says nothing of the key, so once is not enough to call it one that cannot be held.
    if (![1, 2, 3].some(() => gpgsm(["--import", p12]).status === 0)) gpgsm(["--import", certificateFile]);
  }
  return {
    run: (args, input) => gpgsm(["--status-fd", "2", ...args], input),
    stop() {
      run("gpgconf", ["--homedir", home, "--kill", "all"]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The module of Debian's package softhsm2. */
export const SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so";

export const haveSoftHsm = existsSync(SOFTHSM) && ["softhsm2-util", "pkcs11-tool"].every((name) => (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(join(folder, name))));

/** A folder of tokens of our own. */
export interface SoftHsm {
  environment: { SOFTHSM2_CONF: string };
  token(label: string, pin: string): void;
  /** Puts a key and its certificate on a token: files as OpenSSL writes them, DER. */
  put(label: string, pin: string, id: string, identity: { key: string; certificate: string }): void;
  /** The same for a key of a kind that pkcs11-tool does not write (Ed25519): PEM, PKCS#8. */
  putPem(label: string, pin: string, id: string, identity: { key: string; certificate: string }): void;
  /** Puts an authority's certificate beside them. */
  authority(label: string, pin: string, certificate: string): void;
  /** The token is gone, as a card that was taken out. */
  remove(label: string): void;
  /** The same, and `putIn` brings it back; a library that runs does not see that. */
  takeOut(label: string): void;
  putIn(label: string): void;
}

export function softHsm(folder: string): SoftHsm {
  const tokens = join(folder, "tokens");
  mkdirSync(tokens, { recursive: true });
  const configuration = join(folder, "softhsm2.conf");
  writeFileSync(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = true\n`);
  const environment = { SOFTHSM2_CONF: configuration };
  const run = (program: string, ...args: string[]): string => execFileSync(program, args, { env: { ...process.env, ...environment }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const foldersOf = (label: string): string[] => readdirSync(tokens).filter((name) => readFileSync(join(tokens, name, "token.object")).includes(label));
  return {
    environment,
    token: (label, pin) => void run("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", pin),
    put(label, pin, id, { key, certificate }) {
      const card = ["--module", SOFTHSM, "--token-label", label, "--login", "--pin", pin, "--id", id];
      run("pkcs11-tool", ...card, "--write-object", key, "--type", "privkey", "--usage-sign", "--usage-decrypt", "--usage-derive");
      run("pkcs11-tool", ...card, "--write-object", certificate, "--type", "cert");
    },
    putPem(label, pin, id, { key, certificate }) {
      run("softhsm2-util", "--import", key, "--token", label, "--label", id, "--id", id, "--pin", pin);
      run("pkcs11-tool", "--module", SOFTHSM, "--token-label", label, "--login", "--pin", pin, "--id", id, "--write-object", certificate, "--type", "cert");
    },
    authority: (label, pin, certificate) => void run("pkcs11-tool", "--module", SOFTHSM, "--token-label", label, "--login", "--pin", pin, "--write-object", certificate, "--type", "cert", "--id", "ca"),
    remove: (label) => foldersOf(label).forEach((name) => rmSync(join(tokens, name), { recursive: true })),
    takeOut(label) {
      for (const name of foldersOf(label)) renameSync(join(tokens, name), join(folder, `${label} ${name}`));
    },
    putIn(label) {
      for (const name of readdirSync(folder)) if (name.startsWith(`${label} `)) renameSync(join(folder, name), join(tokens, name.slice(label.length + 1)));
    },
  };
}

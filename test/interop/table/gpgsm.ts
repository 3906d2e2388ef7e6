import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { copy } from "../../../src/base/bytes.ts";
import { makeGpgsm } from "../support/gpgsm.ts";
import type { Identity, People } from "../support/people.ts";
import type { Run } from "../support/programs.ts";
import { NONE, type Outcome, type Program } from "./program.ts";

const CIPHERS: Record<string, string> = { "aes-128-cbc": "AES", "aes-192-cbc": "AES192", "aes-256-cbc": "AES256", "des-ede3-cbc": "3DES", "des-cbc": "DES", "rc2-cbc": "RFC2268_128" };

/** GnuPG's `gpgsm`. */
export function gpgsm(people: People, identities: Identity[]): Program {
  const program = makeGpgsm(people, identities);
  const file = (name: string, content: Uint8Array): string => {
    const path = join(people.folder, `gpgsm-${name}`);
    writeFileSync(path, content);
    return path;
  };
  const address = ({ name }: Identity): string => `${name}@example.test`;
  const written = (result: Run): Outcome => (result.status === 0 && result.out.length > 0 ? { out: copy(result.out) } : { message: complaint(result.err) });
  return {
    name: "gpgsm",
    unsupported: /Unsupported|Not supported/i,
    errs: /invalid signature: Internal error|ksba_cms_parse failed: BER error|decryption failed: (No secret key|Buffer too short)/,
    verify(object, text) {
      const args = text === null ? ["--output", "-", "--verify", file("in", object)] : ["--verify", file("in", object), file("text", text)];
      const result = program.run(args, new Uint8Array(0));
      if (!result.err.includes("GOODSIG")) return Promise.resolve({ message: complaint(result.err) });
      return Promise.resolve({ out: text ?? copy(result.out) });
    },
    decrypt(object) {
      const first = written(program.run(["--decrypt"], object));
      // A busy agent and a key that it does not have are the same words: only what it says twice is said of the key.
      return Promise.resolve("message" in first && first.message.includes("No secret key") ? written(program.run(["--decrypt"], object)) : first);
    },
    readCertificates(object) {
      const result = program.run(["--import"], object);
      return Promise.resolve(/IMPORT_OK|IMPORTED/.test(result.err) ? { out: object } : { message: complaint(result.err) });
    },
    sign({ text, signers, detached, direct, identifier, signingCertificate, ber }) {
      const [first, ...others] = signers;
      if (first === undefined || others.length > 0 || direct || identifier || signingCertificate || ber || first.pss !== undefined || first.digest !== "sha256") return Promise.resolve(NONE);
      return Promise.resolve(written(program.run(["--local-user", address(first.who), detached ? "--detach-sign" : "--sign"], text)));
    },
    encrypt({ text, to, cipher, transport, identifier }) {
      const name = CIPHERS[cipher];
      // It has no option for the way a content key travels: the certificate decides.
      if (name === undefined || identifier || to.length > 1 || (transport.kind !== "rsa" && transport.kind !== "agree")) return Promise.resolve(NONE);
      return Promise.resolve(written(program.run(["--cipher-algo", name, ...to.flatMap((who) => ["--recipient", address(who)]), "--encrypt"], text)));
    },
    compress: () => Promise.resolve(NONE),
    writeCertificates: () => Promise.resolve(NONE),
    stop: () => program.stop(),
  };
}

/** The last line that gpgsm wrote for people. */
function complaint(err: string): string {
  const lines = err.split("\n").filter((line) => line.startsWith("gpgsm: ") && !/Note:|encrypted data|DBG|CRLs not checked|Signature made|using certificate ID|validation model|not found$/.test(line));
  return (lines.at(-1) ?? "").replace(/^gpgsm: /, "").replaceAll(/0x[0-9A-F]+|\/\S+|#\S+/g, "…");
}


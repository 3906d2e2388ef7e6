import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copy } from "../../../src/base/bytes.ts";
import { makeNss } from "../support/nss.ts";
import type { Identity, People } from "../support/people.ts";
import type { Run } from "../support/programs.ts";
import { NONE, type Outcome, type Program } from "./program.ts";

/** NSS's `cmsutil`. */
export function nss(people: People, identities: Identity[]): Program {
  const program = makeNss(people, identities);
  const file = (name: string, content: Uint8Array): string => {
    const path = join(program.folder, name);
    writeFileSync(path, content);
    return path;
  };
  const out = join(program.folder, "out");
  const written = (args: string[]): Outcome => {
    rmSync(out, { force: true });
    const result = program.cmsutil([...args, "-o", out]);
    return result.err === "" && existsSync(out) && readFileSync(out).length > 0 ? { out: copy(readFileSync(out)) } : { message: complaint(result) };
  };
  return {
    name: "NSS cmsutil",
    unsupported: /unsupported|INVALID_ALGORITHM/i,
    errs: /signer0\.status=(BadSignature|ProcessingError)|failed to decode message/,
    verify(object, text) {
      const result = program.cmsutil(["-D", "-i", file("in", object), ...(text === null ? [] : ["-c", file("text", text)]), "-h", "1"]);
      if (!result.out.includes("signer0.status=GoodSignature")) return Promise.resolve({ message: complaint(result) });
      if (text !== null) return Promise.resolve({ out: text });
      const opaque = program.cmsutil(["-D", "-i", file("in", object)]);
      return Promise.resolve({ out: copy(opaque.out) });
    },
    decrypt(object) {
      const result = program.cmsutil(["-D", "-i", file("in", object)]);
      return Promise.resolve(result.status === 0 && result.out.length > 0 ? { out: copy(result.out) } : { message: complaint(result) });
    },
    readCertificates(object) {
      const result = program.cmsutil(["-D", "-i", file("in", object), "-h", "1"]);
      return Promise.resolve(result.err === "" ? { out: object } : { message: complaint(result) });
    },
    sign({ text, signers, detached, direct, identifier, signingCertificate, ber }) {
      const [first, ...others] = signers;
      if (first === undefined || first.who.key.asymmetricKeyType === "ed25519" || others.length > 0 || direct || identifier || signingCertificate || ber || first.pss !== undefined || first.digest === "sha224") return Promise.resolve(NONE);
      const args = ["-S", ...(detached ? ["-T"] : []), "-H", first.digest.toUpperCase(), "-N", first.who.name, "-G", "-P", "-i", file("text", text)];
      return Promise.resolve(written(args));
    },
    encrypt({ text, to, cipher, transport, identifier }) {
      // It has no option for cipher or key transport: it looks at what it knows of the recipient, and takes 3DES for strangers.
      if (cipher !== "des-ede3-cbc" || identifier || to.length > 1 || transport.kind !== "rsa") return Promise.resolve(NONE);
      return Promise.resolve(written(["-E", ...to.flatMap(({ name }) => ["-r", `${name}@example.test`]), "-i", file("text", text)]));
    },
    compress: () => Promise.resolve(NONE),
    writeCertificates: ({ name }) => Promise.resolve(written(["-O", "-r", `${name}@example.test`])),
    stop: () => program.remove(),
  };
}

function complaint({ out, err }: Run): string {
  const line = err.split("\n").find((each) => each.trim() !== "") ?? /signer0\.status=\w+/.exec(String(out))?.[0] ?? "";
  return line.replaceAll(/\/\S+/g, "…").trim();
}

import { execFile } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Bytes } from "../../src/base/bytes.ts";
import type { Certificates } from "../lab/ca.mjs";
import type { Side } from "./side.ts";

export const OPENSSL = "openssl cms";

const SEAL = [
  'openssl cms -sign -md sha256 -signer "$PEM" -inkey "$KEY" -certfile "$CHAIN" -in "$ENTITY"',
  'openssl cms -encrypt -stream -aes-256-cbc -recip "$PEM" -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 -out "$MAIL"',
].join(" | ");

const OPEN = [
  'openssl cms -decrypt -recip "$PEM" -inkey "$KEY" -in "$MAIL"',
  'openssl cms -verify -CAfile "$ROOT" -out "$OPENED"',
].join(" | ");

/**
 * The `openssl` program, two processes joined by a pipe, from a file with the entity to a file with the mail and back;
 * streaming where it can.
 */
export async function opensslSide(certificates: Certificates, folder: string, entity: Bytes): Promise<Side> {
  const file = (name: string): string => join(folder, name);
  const env = {
    ...process.env, PEM: certificates.pem("alice"), KEY: certificates.key("alice"), CHAIN: certificates.chain, ROOT: certificates.root,
    ENTITY: file("entity.eml"), MAIL: file("sealed.eml"), OPENED: file("opened.eml"),
  };
  const run = async (line: string): Promise<void> => void (await promisify(execFile)("sh", ["-c", line], { env }));
  writeFileSync(env.ENTITY, entity);
  await run(SEAL);
  await run(OPEN);
  if (statSync(env.OPENED).size !== entity.length) throw new Error("OpenSSL opens something else than it sealed");
  return { seal: () => () => run(SEAL), open: () => () => run(OPEN) };
}

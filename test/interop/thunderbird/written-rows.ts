import { resolve } from "node:path";
import type { Identity, People } from "../support/people.ts";
import { must } from "../support/programs.ts";
import type { Who } from "./messages.ts";

/** A message that Thunderbird writes as Bob, and how. */
export interface WrittenRow {
  title: string;
  to: Identity;
  sign: boolean;
  encrypt: boolean;
  /** How the content key travels to the recipient. */
  keyTransport?: string;
}

export function writtenRows({ alice, carol }: Who): WrittenRow[] {
  const rsa = "rsaEncryption";
  return [
    { title: "signed", to: alice, sign: true, encrypt: false },
    { title: "encrypted", to: alice, sign: false, encrypt: true, keyTransport: rsa },
    { title: "signed inside encrypted", to: alice, sign: true, encrypt: true, keyTransport: rsa },
    { title: "signed inside encrypted, to a key on P-256", to: carol, sign: true, encrypt: true, keyTransport: "dhSinglePass-stdDH-sha256kdf-scheme" },
  ];
}

/** What `mailseal inspect` says, as far as it is compared here. */
export interface Inspected {
  summary: { signed: string; encrypted: string; author: string | null };
  layers: { type: string; cipher?: string; keyTransport?: string }[];
  headers: { subject: string; protected: boolean };
  body: { text?: string };
  problems: string[];
}

/** Reads a message of somebody's with the built command line; `to` has a PKCS#12 file beside its certificate. */
export function inspectAs(people: People, to: Identity, path: string): Inspected {
  const program = resolve(import.meta.dirname, "../../../dist/cli/mailseal.mjs");
  const own = ["--identity", `${people.folder}/${to.name}.p12`, "--password-file", `${people.folder}/password`];
  return JSON.parse(String(must(process.execPath, [program, "inspect", path, "--json", "--trust", people.caFile, ...own]))) as Inspected;
}

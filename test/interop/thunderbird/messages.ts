import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Identity, People } from "../support/people.ts";
import { must } from "../support/programs.ts";
import { messageHere } from "../table/message.ts";

export const SUBJECT = "Not for the postman";
export const TEXT = "What is read.";

export interface Who {
  /** Alice writes with RSA, Carol with P-256; Bob and Carol have their keys in Thunderbird. */
  alice: Identity;
  bob: Identity;
  carol: Identity;
  /** Somebody else, with a certificate of an authority that nobody trusts. */
  stranger: Identity;
}

interface Choices {
  from?: Identity;
  sign?: boolean;
  to?: Identity;
  more?: string[];
  text?: string;
  /** How many minutes ago the message says that it was written. */
  minutes?: number;
}

/** Makes files of messages with the built command line. */
export function makeMessages(people: People, { alice, bob, carol, stranger }: Who) {
  const program = resolve(import.meta.dirname, "../../../dist/cli/mailseal.mjs");
  const file = (name: string): string => join(people.folder, name);
  writeFileSync(file("password"), "secret\n");
  for (const { name, certificateFile, keyFile } of [alice, carol, stranger]) {
    must("openssl", ["pkcs12", "-export", "-in", certificateFile, "-inkey", keyFile, "-passout", "pass:secret", "-out", file(`${name}.p12`)]);
  }
  let number = 0;
  const fresh = (): string => file(`message-${++number}.eml`);

  const seal = ({ from = alice, sign = true, to, more = [], text = TEXT, minutes = 0 }: Choices): string => {
    const [input, output] = [fresh(), fresh()];
    writeFileSync(input, [
      "From: Alice <alice@example.test>", "To: Bob <bob@example.test>", `Subject: ${SUBJECT}`, `Date: ${new Date(Date.now() - minutes * 60_000).toUTCString()}`,
      "Message-ID: <one@example.test>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", text, "",
    ].join("\r\n").replace("alice@", `${from.name}@`));
    must(process.execPath, [
      program, "seal", "--in", input, "--out", output, ...(sign ? ["--sign", file(`${from.name}.p12`), "--password-file", file("password")] : []),
      ...(to === undefined ? [] : ["--encrypt", to.certificateFile]), ...more,
    ]);
    return output;
  };
  /** A copy of a message with one place in it changed. */
  const changed = (path: string, place: RegExp, other: (found: string) => string): string => {
    const before = readFileSync(path, "latin1");
    const after = before.replace(place, other);
    if (after === before) throw new Error("nothing was changed");
    const copy = fresh();
    writeFileSync(copy, after, "latin1");
    return copy;
  };
  return {
    seal,
    /** As the composer encrypts to somebody of whom it knows nothing but the certificate: RSAES-PKCS1-v1_5, AES-256-CBC. */
    composed: async (): Promise<string> => {
      const path = fresh();
      writeFileSync(path, await messageHere("encrypted", alice, bob, new Date().toISOString()));
      return path;
    },
    changedText: (): string => changed(seal({}), /What is/, () => "What was"),
    /** Line 41 of the base64 is ciphertext of the text: before it lie the recipients and the protected header, behind it the signature. */
    changedCiphertext: (): string => {
      const long = seal({ to: bob, text: `${TEXT}\n`.repeat(400) });
      return changed(long, /(?<=\r\n\r\n(?:[\w+/]{60,}\r\n){40})[\w+/]{8}/, (found) => (found === "AAAAAAAA" ? "BBBBBBBB" : "AAAAAAAA"));
    },
  };
}

export type Messages = ReturnType<typeof makeMessages>;

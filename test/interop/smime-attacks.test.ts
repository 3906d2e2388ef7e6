import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageStatus } from "../../src/protocol/message-status.ts";
import { corpusExpectations, haveCorpora } from "./support/corpora.ts";
import { run } from "./support/programs.ts";

// Through the built program, as a support engineer would ask it.
const program = resolve(import.meta.dirname, "../../dist/cli/mailseal.mjs");
const corpus = resolve(import.meta.dirname, "../../../shared/corpora/smime-attacks");

interface Attack {
  file: string;
  attackClass: string;
  expected: string;
  requirement: string;
}

interface Seen extends MessageStatus {
  headers: { from: string | null; outerFrom: string | null };
  body: { text?: string; html?: string };
  attachments: { name: string; type: string }[];
}

let folder: string;

function inspect(file: string, trust = ["--trust", join(corpus, "certs/GlobalSign_Root_CA_-_R3.pem")]): Seen {
  const result = run(process.execPath, [
    program, "inspect", join(corpus, file), "--json",
    "--identity", join(corpus, "keys/manager@bigcorporation.pfx"), "--password-file", join(folder, "password"),
    ...trust, "--intermediate", join(corpus, "certs/intermediate_ca.crt"),
    "--at", "2019-03-01T00:00:00Z",
  ]);
  expect(result.status, result.err).toBe(0);
  return JSON.parse(String(result.out)) as Seen;
}

const MANAGER = "manager@bigcorporation.de";
const EVE = "eve@bigcorporation.de";
/** What the ciphertexts of this corpus hold; its author took an OpenPGP text over. */
const PLAINTEXT = "THIS IS A PGP/MIME ENCRYPTED MESSAGE";

const signersOf = (seen: Seen) => seen.layers.flatMap((layer) => layer.signers ?? []);

function proves(seen: Seen, author: string): void {
  expect(seen.summary, seen.problems.join()).toMatchObject({ signed: "verified", author });
  expect(seen.headers.from).toBe(author);
}

function provesNobody(seen: Seen): void {
  expect(seen.summary.signed).not.toBe("verified");
  expect(seen.summary.author).toBeNull();
}

/** What each expectation of the corpus means here; one that is not listed fails. */
const expectations: Record<string, (seen: Seen, attack: Attack) => void> = {
  valid: (seen, { file }) => proves(seen, file.includes("eve") ? EVE : MANAGER),

  "not-valid-for-displayed-content": (seen, { attackClass }) => {
    provesNobody(seen);
    // A signed part among others: the message as a whole has no layer, and the text shown is not the signed one.
    if (attackClass.startsWith("MIME")) {
      expect(seen.summary.signed).toBe("none");
      expect(seen.layers).toEqual([]);
      expect(seen.parts.map(({ where }) => where)).toEqual(["2"]);
      expect(seen.parts.every(({ status }) => status.layers.every((layer) => !layer.envelope))).toBe(true);
    }
  },

  "signer-confusion": (seen) => {
    const [valid, ...others] = signersOf(seen);
    expect(others.length).toBeGreaterThan(0);
    // Each signer by himself: who did not sign this is broken, and the author is who did and stands in From.
    expect(others.map(({ address, verdict }) => [address, verdict])).toEqual([[MANAGER, "broken"]]);
    expect(valid).toMatchObject({ address: EVE, verdict: "valid" });
    expect(seen.summary.author).not.toBe(MANAGER);
    if (seen.summary.author !== null) proves(seen, EVE);
  },

  "signed-by-eve-not-by-displayed-sender": (seen) => {
    expect(signersOf(seen).map(({ address, verdict }) => [address, verdict])).toEqual([[EVE, "valid"]]);
    // Either the one address of From is hers, and she is shown; or nobody is proved, and the reason is said.
    if (seen.summary.author !== null) return proves(seen, EVE);
    provesNobody(seen);
    expect(seen.problems.some((code) => ["smime.from-mismatch", "smime.from-several", "smime.from-missing"].includes(code))).toBe(true);
  },

  unsigned: (seen) => {
    expect(seen.summary).toEqual({ signed: "none", encrypted: "none", author: null, pending: false });
    expect(seen.layers).toEqual([]);
  },

  decrypts: (seen) => {
    expect(seen.summary).toMatchObject({ encrypted: "decrypted", signed: "none", author: null });
    expect(seen.body.text).toContain(PLAINTEXT);
    expect(seen.layers).toMatchObject([{ type: "enveloped-data", cipher: "aes-128-cbc" }]);
  },

  "no-plaintext-leak-on-reply": (seen) => {
    // What a reply quotes is the body, and what a forward takes along are the attachments: neither has it, no key was used.
    expect(JSON.stringify(seen)).not.toContain(PLAINTEXT);
    expect(seen.summary.encrypted).toBe("none");
    expect(seen.parts.map(({ status }) => status.summary.encrypted)).toEqual(["failed"]);
    expect(seen.parts.flatMap(({ status }) => status.problems)).toEqual(["smime.part-not-opened"]);
  },

  "unsigned-html": (seen) => expectations["unsigned"]?.(seen, {} as Attack),
};

describe.skipIf(!haveCorpora)("published attacks through the command line: every expectation of the corpus (UI-02, UI-03, UI-06)", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mailseal-attacks-"));
    writeFileSync(join(folder, "password"), "test12345678");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const attacks = corpusExpectations<Attack>("smime-attacks");
  it("there are messages", () => {
    expect(attacks.length).toBeGreaterThan(20);
  });
  it("without --trust the authority is the shipped one of the same fingerprint (CE-02)", () => {
    const { file = "" } = attacks.find(({ expected, file }) => expected === "valid" && !file.includes("eve")) ?? {};
    expect(inspect(file, []).summary.signed).toBe("verified");
    expect(inspect(file, ["--trust", join(corpus, "certs/eve@bigcorporation.crt")]).summary.signed).toBe("unverified");
  });
  it.each(attacks.map((attack) => [attack.file, attack.expected, attack] as const))("%s: %s", (file, expected, attack) => {
    const check = expectations[expected];
    expect(check, `no check for "${expected}": ${attack.requirement}`).toBeDefined();
    check?.(inspect(file), attack);
  });
});

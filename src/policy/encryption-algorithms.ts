import type { ContentCipher } from "../protocol/draft.ts";
import type { Remark, RemarkCode } from "./setting-kinds.ts";

/** A cipher that messages are written with. */
export type WrittenCipher = ContentCipher;

/** Strongest first. GCM comes into question for those who announced it alone; older programs cannot read it. */
export const DEFAULT_ALGORITHMS: WrittenCipher[] = ["aes-256-gcm", "aes-128-gcm", "aes-256-cbc", "aes-128-cbc"];

/** Where nobody can say which were meant: none that another readable list would have found too weak. */
export const FAIL_CLOSED_ALGORITHMS: WrittenCipher[] = ["aes-256-gcm", "aes-256-cbc"];

/** CALG numbers of the system that Mailseal succeeds, and names. */
const WRITTEN: Readonly<Record<string, WrittenCipher>> = {
  "AES256-GCM": "aes-256-gcm",
  "AES128-GCM": "aes-128-gcm",
  "AES192-GCM": "aes-192-gcm",
  "AES256-CBC": "aes-256-cbc",
  "AES192-CBC": "aes-192-cbc",
  "AES128-CBC": "aes-128-cbc",
  AES256: "aes-256-cbc",
  AES128: "aes-128-cbc",
  "6610": "aes-256-cbc",
  AES192: "aes-192-cbc",
  "660F": "aes-192-cbc",
  "660E": "aes-128-cbc",
};

/** For reading old mail alone. */
const REFUSED = new Set(["6601", "6602", "6603", "DES", "3DES", "RC2"]);

const MOST = 1000;

interface Entry {
  text: string;
  cipher: WrittenCipher | null;
  problem: RemarkCode | null;
}

/** `id[:bits][,provider OID]`, entries separated by semicolons. */
function entriesOf(value: unknown): Entry[] | undefined {
  if (typeof value !== "string" || value.length > MOST) return undefined;
  const parts = value.split(";").map((part) => part.trim()).filter((part) => part !== "");
  return parts.map((text) => {
    const [algorithm = "", ...provider] = text.split(",");
    const [name = "", bits] = algorithm.trim().toUpperCase().split(":");
    const cipher = Object.hasOwn(WRITTEN, name) ? (WRITTEN[name] ?? null) : null;
    // A key length beside a cipher that has but one must be that one.
    const fits = cipher !== null && (bits === undefined || cipher.includes(`-${bits}-`));
    if (!fits) return { text, cipher: null, problem: REFUSED.has(name) ? "policy.weak-algorithm" : "policy.unknown-algorithm" };
    // What stands behind a comma and is no identifier was meant to stand behind a semicolon.
    if (provider.some((each) => !/^\d+(\.\d+)+$/.test(each.trim()))) return { text, cipher: null, problem: "policy.unknown-algorithm" };
    return { text, cipher, problem: provider.length > 0 ? "policy.provider-ignored" : null };
  });
}

/** The ciphers of the setting, each once, preferred first; empty where none of them can be used, and then nothing is encrypted. */
export function readAlgorithms(value: unknown): WrittenCipher[] | undefined {
  const entries = entriesOf(value);
  // A misspelt strong one would leave the weaker ones behind it.
  if (!entries || entries.length === 0 || entries.some(({ problem }) => problem === "policy.unknown-algorithm")) return undefined;
  return [...new Set(entries.flatMap(({ cipher }) => cipher ?? []))];
}

export function algorithmRemarks(value: unknown): Remark[] {
  return (entriesOf(value) ?? []).flatMap(({ text, problem }) => (problem === null ? [] : [{ code: problem, detail: text.slice(0, 60) }])).slice(0, 20);
}

import { describe, expect, it } from "vitest";
import { newRecoveryCode, readRecoveryCode } from "../../../src/keys/recovery-code.ts";

const malformed = { code: "keys.recovery-code-malformed" };

describe("a recovery code", () => {
  it("has 140 random bits in groups of four, and another one each time", async () => {
    const codes = await Promise.all(Array.from({ length: 50 }, newRecoveryCode));
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(codes.map((code) => code.slice(0, 4))).size).toBeGreaterThan(45);
    // Every symbol comes up somewhere: the octets are mapped to all 32 of them.
    expect(new Set(codes.join("").replaceAll("-", "")).size).toBe(32);
  });

  it("is read as people type it", async () => {
    const code = "0110-4567-89AB-CDEF-GHJK-MNPQ-RSTV-";
    const whole = code + (await groupFor(code));
    const secret = code.replaceAll("-", "");
    const typed = [whole, whole.toLowerCase(), whole.replaceAll("-", " "), whole.replaceAll("-", ""), whole.replaceAll("-", "\u2013"), ` ${whole}\n`, whole.replaceAll("0", "O").replaceAll("1", "I"), whole.replaceAll("0", "o").replaceAll("1", "l")];
    for (const each of typed) expect(await readRecoveryCode(each)).toBe(secret);
  });

  it("is told from one that was mistyped", async () => {
    const code = await newRecoveryCode();
    const other = code.startsWith("A") ? "B" : "A";
    for (const wrong of ["", code.slice(1), `${code}0`, other + code.slice(1), `U${code.slice(1)}`, `ß${code.slice(1)}`, code.slice(0, -1) + (code.endsWith("A") ? "B" : "A")]) {
      await expect(readRecoveryCode(wrong)).rejects.toMatchObject(malformed);
    }
  });
});

/** The check group, found by trying what the reader accepts would be a million attempts: it is computed as the decision record says. */
async function groupFor(code: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`mailseal recovery code check 1 ${code.replaceAll("-", "")}`)));
  return [...digest.subarray(0, 4)].map((octet) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[octet & 31]).join("");
}

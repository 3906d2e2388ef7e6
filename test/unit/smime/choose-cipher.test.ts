import { describe, expect, it } from "vitest";
import { canRead, chooseCipher } from "../../../src/smime/choose-cipher.ts";

describe("who can read which cipher (AL-05)", () => {
  it.each([
    [[], "aes-256-cbc", true],
    [[], "aes-256-gcm", false],
    [["rsaesOaep"], "aes-256-cbc", true],
    [["aes-128-cbc"], "aes-256-cbc", false],
    [["aes-256-gcm"], "aes-256-cbc", true],
    [["aes-256-gcm"], "aes-128-gcm", false],
    [["aes-192-cbc"], "aes-128-cbc", true],
    [["des-ede3-cbc"], "aes-128-cbc", false],
    [["des-ede3-cbc", "aes-256-cbc"], "aes-256-cbc", true],
    [["chacha20-poly1305"], "aes-128-cbc", false],
  ] as const)("who announced %j reads %s: %s", (announced, cipher, can) => expect(canRead(announced, cipher)).toBe(can));
});

describe("the cipher of one message (AL-05, AL-06)", () => {
  const all = ["aes-256-gcm", "aes-128-gcm", "aes-256-cbc", "aes-128-cbc"] as const;

  it("is the first that everybody reads, else the one that most do", () => {
    expect(chooseCipher(all, [["aes-256-gcm"], ["aes-256-gcm", "aes-128-gcm"]])).toBe("aes-256-gcm");
    expect(chooseCipher(all, [["aes-256-gcm"], []])).toBe("aes-256-cbc");
    expect(chooseCipher(all, [["aes-128-cbc"], []])).toBe("aes-128-cbc");
    expect(chooseCipher(["aes-256-gcm", "aes-256-cbc"], [["aes-128-cbc"], [], ["aes-256-gcm"]])).toBe("aes-256-cbc");
    expect(chooseCipher(["aes-256-gcm"], [["des-ede3-cbc"]])).toBe("aes-256-gcm");
  });

  it("without anybody else is one that every program reads, and there is none where none is allowed", () => {
    expect(chooseCipher(all, [])).toBe("aes-256-cbc");
    expect(chooseCipher([], [["aes-256-gcm"]])).toBeNull();
  });
});

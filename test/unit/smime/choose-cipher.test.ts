import { describe, expect, it } from "vitest";
import type { ContentCipher } from "../../../src/protocol/draft.ts";
import { canRead, chooseCipher, explainCipher, isTold } from "../../../src/smime/choose-cipher.ts";

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

describe("why a cipher is used", () => {
  const all = ["aes-256-gcm", "aes-128-gcm", "aes-256-cbc", "aes-128-cbc"] as const;
  const person = (name: string, ...ciphers: string[]) => ({ name, ciphers });
  const why = (allowed: readonly ContentCipher[], ...people: ReturnType<typeof person>[]) => {
    const { cipher, because, without } = explainCipher(allowed, people);
    return [cipher, because.map(({ name }) => name).join(), without.map(({ name }) => name).join()];
  };

  it("is whoever reads none that is preferred to it, and nobody where it is the most preferred (AL-06)", () => {
    expect(why(all, person("a", "aes-256-gcm"))).toEqual(["aes-256-gcm", "", ""]);
    expect(why(all, person("a", "aes-256-gcm"), person("b"), person("c", "aes-256-cbc"))).toEqual(["aes-256-cbc", "b,c", ""]);
    expect(why(all, person("a", "aes-256-gcm"), person("b", "aes-128-cbc"), person("c"))).toEqual(["aes-128-cbc", "b", ""]);
  });

  it("is those who do not read the most preferred where each reads another one", () => {
    expect(why(["aes-256-gcm", "aes-192-gcm", "aes-128-gcm"], person("a", "aes-256-gcm", "aes-128-gcm"), person("b", "aes-192-gcm", "aes-128-gcm"))).toEqual(["aes-128-gcm", "b", ""]);
  });

  it("names who cannot read it at all, and nobody where nothing is allowed or nobody is asked", () => {
    expect(why(["aes-256-gcm"], person("a", "des-ede3-cbc"), person("b", "aes-256-gcm"))).toEqual(["aes-256-gcm", "", "a"]);
    expect(why([], person("a"))).toEqual([null, "", ""]);
    expect(why(all)).toEqual(["aes-256-cbc", "", ""]);
  });

  it("is told only where a content cipher was announced", () => {
    expect([isTold([]), isTold(["rsaesOaep"]), isTold(["aes-128-cbc"])]).toEqual([false, false, true]);
  });
});

import { describe, expect, it } from "vitest";
import { type Case, rowOf } from "./case.ts";

const saying = (code: string, more: Partial<Case> = {}): Case => ({ group: "g", name: "n", expected: "valid", run: () => ({ code }), ...more });
const decision = { code: "pki.algorithm", why: "not supported" };
const result = async (one: Case) => (await rowOf(one)).result;

describe("a case of the conformance table", () => {
  it("passes or fails by what is expected", async () => {
    expect(await result(saying("ok"))).toBe("passed");
    expect(await result(saying("pki.expired"))).toBe("failed");
    expect(await result(saying("pki.expired", { expected: "invalid" }))).toBe("passed");
    expect(await result(saying("ok", { run: () => ({ code: "ok", difference: "policies" }) }))).toBe("failed");
  });

  it("answers otherwise on purpose with the code that was decided alone, not with another one nor as expected", async () => {
    expect(await rowOf(saying("pki.algorithm", { otherwise: decision }))).toMatchObject({ result: "otherwise", said: "pki.algorithm", why: "not supported" });
    expect(await result(saying("pki.signature", { otherwise: decision }))).toBe("failed");
    expect(await result(saying("ok", { otherwise: decision }))).toBe("failed");
    // The code that was decided, and it is what the collection expects.
    expect(await result(saying("pki.algorithm", { expected: "invalid", otherwise: decision }))).toBe("failed");
  });

  it("is not run where it cannot be put to us", async () => {
    const run = () => {
      throw new Error("run");
    };
    expect(await result(saying("ok", { run, notApplicable: "a server's name" }))).toBe("not applicable");
  });
});

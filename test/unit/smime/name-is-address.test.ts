import { describe, expect, it } from "vitest";
import { nameIsAddress } from "../../../src/smime/read-content.ts";

const is = (name: string, address = "eve@evil.test") => nameIsAddress({ name, address });

describe("a display name that reads like an address (Johnny, class I2; UI-06)", () => {
  it.each(["alice@lab.test", "Alice <alice@lab.test>", "x,alice@lab.test", "@ alice@lab.test", "a@@alice@lab.test", "(alice@lab.test)"])("finds %s", (name) => {
    expect(is(name)).toBe(true);
  });

  it.each(["Eve", "Eve @ home", "@", "eve@@evil", "eve@evil.test", ""])("lets %j be a name", (name) => {
    expect(is(name)).toBe(false);
  });

  it("is not kept busy by a name of two million characters", () => {
    const begun = performance.now();
    for (const piece of ["a", "a@@", "a ", "a@ "]) is(piece.repeat(2_000_000 / piece.length));
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

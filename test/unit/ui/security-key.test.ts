import { describe, expect, it } from "vitest";
import { hex } from "../../../src/base/bytes.ts";
import { securityKeyAsker } from "../../../src/ui/locks/security-key.ts";

type Options = { publicKey: { extensions?: { prf?: { eval?: { first: Uint8Array }; evalByCredential?: Record<string, { first: Uint8Array }> } }; userVerification?: string; rpId?: string; rp?: { id?: string }; authenticatorSelection?: { userVerification?: string }; allowCredentials?: { id: Uint8Array }[]; excludeCredentials?: { id: Uint8Array }[] } };

/** A security key that answers a salt by the salt with one bit turned. */
function browser({ prf = true, early = true, changes = false, error = null as string | null, chosen = 0 } = {}) {
  const created: Options[] = [];
  const got: Options[] = [];
  const fails = () => (error === null ? null : Promise.reject(new DOMException("x", error)));
  const secret = (salt: Uint8Array | undefined, turn = 1) => ({ first: Uint8Array.from(salt ?? [], (octet) => octet ^ turn).buffer });
  const credentials = {
    create: (options: Options) => {
      created.push(options);
      const { eval: asked } = options.publicKey.extensions?.prf ?? {};
      return fails() ?? Promise.resolve({ rawId: Uint8Array.of(0xfb, 0xff).buffer, response: { getTransports: () => ["usb"] }, getClientExtensionResults: () => ({ prf: prf ? { enabled: true, ...(early && { results: secret(asked?.first, changes ? 2 : 1) }) } : {} }) });
    },
    get: (options: Options) => {
      got.push(options);
      const { allowCredentials = [], extensions } = options.publicKey;
      const rawId = allowCredentials[chosen]?.id ?? new Uint8Array(0);
      const salt = extensions?.prf?.eval ?? extensions?.prf?.evalByCredential?.[Buffer.from(rawId).toString("base64url")];
      return fails() ?? Promise.resolve({ rawId: Uint8Array.from(rawId).buffer, getClientExtensionResults: () => ({ prf: prf ? { results: secret(salt?.first) } : {} }) });
    },
  };
  return { created, got, asker: securityKeyAsker(credentials as never) };
}

const facts = (id: number, salt: number) => ({ credential: Uint8Array.of(id, 0xff), salt: new Uint8Array(32).fill(salt), transports: ["usb"], label: "key" });

describe("registering a security key", () => {
  it.each([[true, "Chromium, which answers at once"], [false, "Firefox, which answers when asked"]])("asks it for its secret, with its owner verified (%s, %s)", async (early) => {
    const { asker, created, got } = browser({ early });
    const registered = await asker.register("keys.example.org", "Blue key", [facts(1, 1)]);
    expect(hex(registered.output)).toBe(hex(registered.salt.map((octet) => octet ^ 1)));
    expect(registered).toMatchObject({ label: "Blue key", transports: ["usb"], credential: Uint8Array.of(0xfb, 0xff) });
    expect(created[0]?.publicKey).toMatchObject({ rp: { id: "keys.example.org" }, authenticatorSelection: { userVerification: "required" }, excludeCredentials: [{ id: Uint8Array.of(1, 0xff) }] });
    expect(got[0]?.publicKey).toMatchObject({ rpId: "keys.example.org", userVerification: "required", allowCredentials: [{ id: Uint8Array.of(0xfb, 0xff) }] });
  });

  it("takes another salt for each, and names no domain where the extension is the relying party", async () => {
    const { asker, created, got } = browser();
    const [one, two] = [await asker.register(null, "a", []), await asker.register(null, "b", [])];
    expect(hex(one.salt)).not.toBe(hex(two.salt));
    expect(created[0]?.publicKey.rp).not.toHaveProperty("id");
    expect(got[0]?.publicKey).not.toHaveProperty("rpId");
  });

  it.each([
    [{ prf: false }, "keys.security-key-no-secret"],
    [{ changes: true }, "keys.security-key-no-secret"],
    [{ error: "NotAllowedError" }, "keys.security-key-cancelled"],
    [{ error: "InvalidStateError" }, "keys.security-key-known"],
    [{ error: "NotSupportedError" }, "keys.security-key-no-secret"],
    [{ error: "SecurityError" }, "keys.security-key-unavailable"],
  ])("%j: %s", async (around, code) => {
    await expect(browser(around).asker.register(null, "key", [])).rejects.toMatchObject({ code });
  });
});

describe("asking security keys", () => {
  it("asks several at once, each with its own salt, and says which one answered", async () => {
    const { asker } = browser({ chosen: 1 });
    const { credential, output } = await asker.ask(null, [facts(1, 1), facts(2, 8)]);
    expect([...credential]).toEqual([2, 0xff]);
    expect(hex(output)).toBe("09".repeat(32));
  });

  it("says that there is none, or that it has no secret", async () => {
    await expect(browser().asker.ask(null, [])).rejects.toMatchObject({ code: "keys.security-key-unavailable" });
    await expect(browser({ prf: false }).asker.ask(null, [facts(1, 1)])).rejects.toMatchObject({ code: "keys.security-key-no-secret" });
  });
});

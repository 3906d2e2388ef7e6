import { describe, expect, it } from "vitest";
import { derElement, derOid, derSequence } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import { validatePath } from "../../../src/pki/path.ts";
import { usableFor } from "../../../src/pki/purpose.ts";
import { extension, type Issued, issue, type Wish } from "./support/authority.ts";

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const MAIL = OID.emailProtection;
const root = issue({ name: "Root", ca: true });

/** An application policy extension of these purposes. */
const stating = (critical: boolean, ...purposes: string[]) => extension(OID.microsoftApplicationPolicies, critical, derSequence(...purposes.map((each) => derSequence(derOid(each)))));
const qualified = (critical: boolean, qualifier: string, purpose: string = MAIL) =>
  extension(OID.microsoftApplicationPolicies, critical, derSequence(derSequence(derOid(purpose), derSequence(derSequence(derOid(qualifier), derSequence())))));
const unreadable = (critical: boolean) => extension(OID.microsoftApplicationPolicies, critical, Uint8Array.of(1, 2, 3, 4));

const leaf = (wish: Partial<Wish>, issuer = root): Issued => issue({ name: "Alice", issuer, ...wish });

async function codeOf({ certificate }: Issued, others: Issued[] = [], purpose: "sign" | "any" = "sign"): Promise<string> {
  return (await validatePath({ leaf: certificate, others: others.map((each) => each.certificate), anchors: [root.certificate], at: new Date("2026-01-01T00:00:00Z"), purpose })).code;
}

describe("Microsoft's application policies (CE-02)", () => {
  it.each([true, false])("state purposes as extended key usage does, and neither widens the other (critical: %j)", async (critical) => {
    expect(await codeOf(leaf({ more: [stating(critical, MAIL)] }))).toBe("ok");
    expect(await codeOf(leaf({ more: [stating(critical, SERVER_AUTH, MAIL)], extendedKeyUsage: [MAIL] }))).toBe("ok");
    expect(await codeOf(leaf({ more: [stating(critical, SERVER_AUTH)] }))).toBe("pki.extended-key-usage");
    expect(await codeOf(leaf({ more: [stating(critical, SERVER_AUTH)], extendedKeyUsage: [MAIL] }))).toBe("pki.extended-key-usage");
    expect(await codeOf(leaf({ more: [stating(critical, MAIL)], extendedKeyUsage: [SERVER_AUTH] }))).toBe("pki.extended-key-usage");
  });

  it("may state any purpose, in Microsoft's way or in RFC 5280's", async () => {
    expect(await codeOf(leaf({ more: [stating(true, "1.3.6.1.4.1.311.10.12.1")] }))).toBe("ok");
    expect(await codeOf(leaf({ more: [stating(true, OID.anyExtendedKeyUsage)] }))).toBe("ok");
  });

  it("limit what stands below an authority", async () => {
    const servers = issue({ name: "Servers", issuer: root, ca: true, more: [stating(true, SERVER_AUTH)] });
    expect(await codeOf(leaf({}, servers), [servers])).toBe("pki.extended-key-usage");
    expect(await codeOf(leaf({}, servers), [servers], "any")).toBe("ok");
  });

  it("decide which certificates are offered for encryption", () => {
    expect(usableFor(leaf({ more: [stating(false, SERVER_AUTH)] }).certificate, "sign")).toBe(false);
    expect(usableFor(leaf({ more: [stating(false, MAIL)] }).certificate, "sign")).toBe(true);
  });

  it.each([
    ["octets of nothing", unreadable],
    ["an empty list", (critical: boolean) => stating(critical)],
    ["a purpose twice", (critical: boolean) => stating(critical, MAIL, MAIL)],
    ["something behind the list", (critical: boolean) => extension(OID.microsoftApplicationPolicies, critical, Uint8Array.of(...derSequence(derSequence(derOid(MAIL))), 5, 0))],
    ["another type", (critical: boolean) => extension(OID.microsoftApplicationPolicies, critical, derElement(0x04, Uint8Array.of(1)))],
  ])("that cannot be read say nothing, and are a critical extension that is not understood: %s", async (_what, make) => {
    for (const wish of [{}, { extendedKeyUsage: [MAIL] }]) {
      expect(await codeOf(leaf({ ...wish, more: [make(true)] }))).toBe("pki.critical-extension");
      expect(await codeOf(leaf({ ...wish, more: [make(false)] }))).toBe("ok");
    }
  });

  it("may have the qualifiers of policies; others are not understood where the extension is critical", async () => {
    expect(await codeOf(leaf({ more: [qualified(true, OID.cpsQualifier)] }))).toBe("ok");
    expect(await codeOf(leaf({ more: [qualified(true, "1.2.3.4")] }))).toBe("pki.critical-extension");
    expect(await codeOf(leaf({ more: [qualified(false, "1.2.3.4")] }))).toBe("ok");
    expect(await codeOf(leaf({ more: [qualified(false, "1.2.3.4", SERVER_AUTH)] }))).toBe("pki.extended-key-usage");
  });
});

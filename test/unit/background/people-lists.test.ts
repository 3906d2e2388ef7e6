import { describe, expect, it } from "vitest";
import { peopleService } from "../../../src/background/people-service.ts";
import type { FoundCertificate } from "../../../src/protocol/directory.ts";
import type { TrustPort } from "../../../src/protocol/trust-port.ts";
import { issue } from "../pki/support/authority.ts";

const trust = { validate: () => Promise.resolve({ code: "ok", chain: [], revocation: "not-asked" }) } as unknown as TrustPort;

function choosing(source: FoundCertificate["source"]) {
  const { certificate } = issue({ name: "Alice", emails: ["alice@lab.test"], keyUsage: 0x88 });
  const found: FoundCertificate = { certificate: certificate.der, source, others: [], ciphers: [], preferredAt: null };
  const directories = { lookUp: () => Promise.resolve({ certificates: [found], name: null, list: true, failed: [] }), search: () => Promise.resolve([]) };
  return peopleService(trust, () => new Date("2026-06-15T00:00:00Z"), directories, directories).choose("alice@lab.test");
}

describe("an address that a directory calls a list's", () => {
  it("is gone into", async () => {
    expect(await choosing("directory")).toMatchObject({ list: true, kept: null });
  });

  it.each(["own", "signed-mail", "file"] as const)("is not, where a certificate of that address is known here from %s: no directory turns a person into others (CO-07, CO-09)", async (source) => {
    const { list, state, kept } = await choosing(source);
    expect([list, state.state, kept?.source]).toEqual([undefined, "found", source]);
  });
});

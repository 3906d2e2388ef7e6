import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/base/bytes.ts";
import type { Code } from "../../../src/base/codes/index.ts";
import { parseCertificate } from "../../../src/pki/certificate.ts";
import { equal } from "../../../src/base/bytes.ts";
import { chooseRecipientCertificate, MOST_VALIDATED } from "../../../src/directory/choose-certificate.ts";
import { peopleDirectory } from "../../../src/directory/people-directory.ts";
import type { FoundCertificate } from "../../../src/protocol/directory.ts";
import { issue, type Wish } from "../pki/support/authority.ts";

const BOTH = 0x88;
const AGREE = 0x08;

function found(wish: Partial<Wish>, preferredAt: string | null = null, source: FoundCertificate["source"] = "directory"): FoundCertificate {
  const { certificate } = issue({ name: "Bob", emails: ["bob@example.org"], keyUsage: BOTH, ...wish });
  return { certificate: certificate.der, source, others: [], ciphers: [], preferredAt };
}

const allGood = (): Promise<Code> => Promise.resolve("ok");
const choose = (candidates: FoundCertificate[], validate: (certificate: Bytes) => Promise<Code> = allGood) =>
  chooseRecipientCertificate(candidates, "Bob@example.org", validate);

describe("choosing a recipient's certificate (CE-01)", () => {
  it("the newest preference wins over usage and place", async () => {
    const older = found({}, "2026-01-01T00:00:00Z", "signed-mail");
    const newest = found({}, "2026-02-01T00:00:00+01:00", "signed-mail");
    expect((await choose([found({ keyUsage: AGREE }), older, newest])).chosen).toBe(newest);
  });

  it("then a key for encryption alone, then the order of the places", async () => {
    const single = found({ keyUsage: AGREE });
    expect((await choose([found({}), single])).chosen).toBe(single);
    const first = found({});
    expect((await choose([first, found({})])).chosen).toBe(first);
  });

  it("only a valid one for the address is taken", async () => {
    const bad = found({ keyUsage: AGREE }, "2026-02-01T00:00:00Z");
    const good = found({});
    const validate = (certificate: Bytes): Promise<Code> => Promise.resolve(equal(certificate, bad.certificate) ? "pki.expired" : "ok");
    expect(await choose([bad, good], validate)).toMatchObject({ chosen: good, code: "ok", why: "only" });
    expect(await choose([bad], validate)).toEqual({ chosen: null, code: "pki.expired" });
    expect(await choose([found({ emails: ["eve@example.org"] })])).toEqual({ chosen: null, code: "pki.address-mismatch" });
  });

  it("says which reason, or that there was nobody", async () => {
    expect(await choose([])).toEqual({ chosen: null, code: null });
    expect(await choose([{ ...found({}), certificate: new Uint8Array(3) }])).toEqual({ chosen: null, code: "pki.malformed" });
  });
});

describe("several certificates that could be used (CE-01)", () => {
  const why = async (...all: FoundCertificate[]) => {
    const choice = await choose(all);
    return choice.chosen && [all.indexOf(choice.chosen), choice.why, choice.usable.length];
  };

  it("are all told, with the reason for the one in use", async () => {
    expect(await why(found({}))).toEqual([0, "only", 1]);
    expect(await why(found({}), found({}, "2026-01-01T00:00:00Z", "signed-mail"))).toEqual([1, "preferred", 2]);
    expect(await why(found({}), found({ keyUsage: AGREE }))).toEqual([1, "single-use", 2]);
    expect(await why(found({}), found({}))).toEqual([0, "place", 2]);
    expect(await why(found({ keyUsage: AGREE }), found({ keyUsage: AGREE }))).toEqual([0, "place", 2]);
  });

  it("of one's own key come first, whatever else a directory has of oneself (CO-07)", async () => {
    const own = found({}, null, "own");
    expect((await choose([found({ keyUsage: AGREE }), found({}, "2026-01-01T00:00:00Z"), own])).chosen).toBe(own);
  });

  it("may be chosen among by the author, and one that may not be used is replaced by no other", async () => {
    const [first, second, bad] = [found({}), found({}), found({})];
    const sha256 = (one: FoundCertificate) => parseCertificate(one.certificate).sha256();
    const validate = (certificate: Bytes): Promise<Code> => Promise.resolve(equal(certificate, bad.certificate) ? "revocation.revoked" : "ok");
    const wanted = async (one: FoundCertificate) => chooseRecipientCertificate([first, second, bad], "bob@example.org", validate, await sha256(one));
    expect(await wanted(second)).toMatchObject({ chosen: second, why: "chosen" });
    expect(await wanted(bad)).toEqual({ chosen: null, code: "revocation.revoked" });
    expect(await chooseRecipientCertificate([first], "bob@example.org", allGood, "00")).toEqual({ chosen: null, code: "send.missing-certificates" });
  });

  it("may be for another address of the same person, where the directory that has both says so", async () => {
    const old = found({ emails: ["bobby@old.example"] });
    expect(await choose([old])).toMatchObject({ chosen: null, code: "pki.address-mismatch" });
    expect(await choose([{ ...old, proxies: ["bob@example.org", "bobby@old.example"] }])).toMatchObject({ code: "ok" });
    expect(await choose([{ ...old, proxies: ["bob@example.org"] }])).toMatchObject({ code: "pki.address-mismatch" });
  });

  it("are validated up to a limit, whatever a directory holds", async () => {
    let validated = 0;
    const counting = (): Promise<Code> => (validated++, Promise.resolve("pki.untrusted"));
    await choose(Array.from({ length: MOST_VALIDATED }, () => found({})), counting);
    expect(validated).toBe(MOST_VALIDATED);
    await choose(Array.from({ length: MOST_VALIDATED + 5 }, () => found({})), counting);
    expect(validated).toBe(2 * MOST_VALIDATED);
  });

  it("are not crowded out by what another place says, whatever it puts before them", async () => {
    const good = { ...found({}), place: "ldap.example.org" };
    const crowd = Array.from({ length: MOST_VALIDATED + 1 }, () => found({ keyUsage: AGREE }, null, "contacts"));
    const validate = (certificate: Bytes): Promise<Code> => Promise.resolve(equal(certificate, good.certificate) ? "ok" : "pki.untrusted");
    expect(await choose([good, ...crowd], validate)).toMatchObject({ chosen: good, code: "ok" });
  });
});

describe("the address book as a directory", () => {
  const people = Array.from({ length: 30 }, (_, i) => ({ address: `p${i}@example.org`, name: null }));
  const directory = peopleDirectory({ certificatesFor: () => Promise.resolve([]), search: () => Promise.resolve(people) });

  it("finds at most twenty, and nobody for no words", async () => {
    expect(await directory.search("p")).toHaveLength(20);
    expect(await directory.search("  ")).toEqual([]);
  });

  it("knows no lists", async () => {
    expect(await directory.expand("team@example.org", { deadline: Infinity, members: 10 })).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import { fromLatin1, latin1 } from "../../../src/base/bytes.ts";
import { buildOuterHeader, buildPayload, type ProtectionOptions } from "../../../src/mime/build.ts";
import { readHeaderProtection } from "../../../src/mime/header-protection.ts";
import { hiddenOutside } from "../../../src/mime/hidden-outside.ts";
import { mimeLimits } from "../../../src/mime/limits.ts";
import { parseEntity, parseMessage } from "../../../src/mime/parse.ts";
import type { Draft, HiddenOutside } from "../../../src/protocol/draft.ts";
import { readHidden, writeHidden } from "../../../src/smime/draft-state.ts";
import { corpusFile, draft, hasCorpora } from "./support.ts";

const encrypted = { encrypted: true, signed: true };

/** What the author of an encrypted message hid, by its protected fields and the record of the outer ones. */
function hidden(inner: string[], outer: string[], type = 'text/plain; hp="cipher"', facts = encrypted): HiddenOutside | null {
  const fields = [...inner, ...outer.map((field) => `HP-Outer: ${field}`), `Content-Type: ${type}`];
  const payload = parseEntity(fromLatin1(`${fields.join("\r\n")}\r\n\r\nText\r\n`));
  return hiddenOutside(readHeaderProtection(payload, parseMessage(fromLatin1("From: alice@x.test\r\nTo: whoever@x.test\r\n\r\n")), facts));
}

const inner = ["From: Alice <alice@x.test>", "To: Bob <bob@x.test>, Carol <carol@x.test>", "Cc: Dan <dan@x.test>", "Message-ID: <1@x.test>", "References: <0@x.test>"];

describe("what an original hid outside (CO-03)", () => {
  it("is names, addresses and identifiers that HP-Outer does not repeat, and the delivered fields do not matter", () => {
    expect(hidden(inner, ["From: alice@x.test", "To: Bob <bob@x.test>, carol@x.test", "Message-ID: <9@x.test>"])).toEqual({
      addresses: ["dan@x.test"],
      names: ["alice@x.test", "carol@x.test", "dan@x.test"],
      identifiers: ["1@x.test", "0@x.test"],
    });
  });

  it("is nothing where all stands outside, where nothing was encrypted, and where its author did not speak of it", () => {
    expect(hidden(inner, inner)).toBeNull();
    expect(hidden(inner, [], 'text/plain; hp="clear"')).toBeNull();
    expect(hidden(inner, [], 'text/plain; hp="clear"', { encrypted: false, signed: true })).toBeNull();
    expect(hidden(inner, [], "text/plain")).toBeNull();
  });

  it.skipIf(!hasCorpora)("is told of the messages of RFC 9788: hcp_shy hides names, hcp_baseline nobody (CO-03)", () => {
    const of = (name: string): HiddenOutside | null => {
      const payload = parseMessage(corpusFile(`rfc9788/${name}.inner.eml`));
      return hiddenOutside(readHeaderProtection(payload, payload, encrypted));
    };
    expect(of("smime-signed-enc-hp-shy-reply")).toEqual({ addresses: [], names: ["alice@smime.example", "bob@smime.example"], identifiers: [] });
    for (const name of ["smime-signed-enc-hp-baseline", "smime-signed-enc-hp-baseline-reply", "smime-signed-enc-hp-baseline-legacy"]) expect(of(name)).toBeNull();
  });

  it("is kept in a draft", () => {
    const kept = { addresses: ["dan@x.test", "a b@x.test"], names: [], identifiers: ["1@x.test", "%20"] };
    const fields = parseEntity(fromLatin1(`${writeHidden(kept)}\r\n`)).headers;
    expect(readHidden(fields)).toEqual(kept);
    expect([writeHidden(undefined), readHidden([])]).toEqual(["", null]);
  });

  it("is read of a draft that anybody may have written, without what cannot be ours (CO-03, RD-03)", () => {
    const of = (value: string): string[] | undefined => readHidden([{ name: "Mailseal-Draft-Hidden-Address", value }])?.addresses;
    expect(of("dan%40x.test %zz %C3 ü  eve%40x.test")).toEqual(["dan@x.test", "eve@x.test"]);
    expect(of("%")).toBeUndefined();
    const most = "a".repeat(mimeLimits.hiddenSize);
    expect([of(most)?.[0]?.length, of(`${most}a`)?.[0]?.length]).toEqual([mimeLimits.hiddenSize, mimeLimits.hiddenSize]);
  });

  it("can be kept in a draft however much a hostile original names (RD-03)", () => {
    const list = (count: number, each: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => each(i));
    const references = list(60_000, (i) => `<${i}-${"x".repeat(20)}@x.test>`).join(" ");
    const found = hidden([`To: ${list(5000, (i) => `<${i}-${"ü".repeat(100)}@x.test>`).join(", ")}`.slice(0, 1_000_000), `References: ${references}`.slice(0, 900_000), "Message-ID: <1@x.test>"], []);
    expect(found?.identifiers[0]).toBe("1@x.test");
    const fields = parseEntity(fromLatin1(`${writeHidden(found ?? undefined)}\r\n`)).headers;
    expect(readHidden(fields)).toEqual(found);
  });
});

describe("an answer (CO-03)", () => {
  const options: ProtectionOptions = { encrypted: true, policy: "baseline", legacyDisplay: true };
  const answer = (change: Partial<Draft> = {}): Draft =>
    draft({
      from: { name: "Bob", address: "bob@x.test" },
      to: [{ name: "Alice", address: "alice@x.test" }, { name: "New", address: "new@x.test" }],
      cc: [{ name: "Dan", address: "Dan@x.test" }],
      inReplyTo: "1@x.test",
      references: ["0@x.test", "1@x.test"],
      hidden: { addresses: ["dan@x.test"], names: ["alice@x.test", "bob@x.test"], identifiers: ["1@x.test"] },
      ...change,
    });

  it("hides outside what the original hid, whatever our own policy says and whoever was added", () => {
    const outer = buildOuterHeader(answer(), options);
    expect(outer).toContain("From: bob@x.test\r\nTo: alice@x.test, New <new@x.test>\r\nSubject: [...]\r\n");
    expect(outer).toContain("References: <0@x.test>\r\n");
    expect(outer).not.toMatch(/Dan|Alice|Bob|Cc:|In-Reply-To|1@x\.test/);
  });

  it("says all of it inside, with a record of what stands outside", () => {
    const payload = latin1(buildPayload(answer(), options));
    expect(payload).toContain("Cc: Dan <Dan@x.test>\r\n");
    expect(payload).toContain("In-Reply-To: <1@x.test>\r\n");
    expect(payload).toContain("HP-Outer: To: alice@x.test, New <new@x.test>\r\n");
    expect(payload).not.toMatch(/HP-Outer: (Cc|In-Reply-To)/);
    const read = readHeaderProtection(parseEntity(fromLatin1(payload)), parseMessage(fromLatin1(`${buildOuterHeader(answer(), options)}\r\n`)), encrypted);
    expect(read.fields).toMatchObject({ cc: "both", to: "both", from: "both", "in-reply-to": "both" });
    // And whoever answers the answer hides it again.
    expect(hiddenOutside(read)).toMatchObject({ addresses: ["Dan@x.test"], names: ["bob@x.test", "alice@x.test", "Dan@x.test"] });
  });

  it("always says whom it is from, and is to nobody rather than without To", () => {
    const hides = { addresses: ["bob@x.test", "alice@x.test", "new@x.test", "dan@x.test"], names: [], identifiers: [] };
    expect(buildOuterHeader(answer({ hidden: hides }), options)).toContain("From: bob@x.test\r\nTo: undisclosed-recipients:;\r\n");
  });
});

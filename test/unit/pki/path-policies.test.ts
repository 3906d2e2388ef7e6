import { describe, expect, it } from "vitest";
import { baselinePolicy } from "../../../src/pki/baseline-policy.ts";
import type { PathInputs } from "../../../src/pki/path-inputs.ts";
import { validatePath } from "../../../src/pki/path.ts";
import { type Issued, issue, type Wish } from "./support/authority.ts";
import { ANY, inhibitAny, mappings, policies, policy, policyConstraints } from "./support/path-extensions.ts";

const [P1, P2, P3] = [1, 2, 3].map(policy) as [string, string, string];
const root = issue({ name: "Root", ca: true });

/** A chain below the root: authorities with these extensions, and at the end a person. */
async function judge(below: Wish["more"][], inputs: Partial<PathInputs> = {}, anchor: Issued = root) {
  let last = anchor;
  const chain = below.map((more, i) => (last = issue({ name: `N${i}`, issuer: last, ca: i < below.length - 1, ...(more ? { more } : {}) })));
  const { code, policies: found } = await validatePath({
    leaf: last.certificate,
    others: chain.map(({ certificate }) => certificate),
    anchors: [anchor.certificate],
    at: new Date("2026-01-01"),
    purpose: "any",
    ...inputs,
  });
  return { code, policies: found };
}

const explicit = { requireExplicitPolicy: true };

describe("certificate policies of a path (CE-02)", () => {
  it("hold where every certificate asserts them", async () => {
    expect(await judge([[policies(P1, P2)], [policies(P1)]], explicit)).toEqual({ code: "ok", policies: [P1] });
    expect(await judge([[policies(ANY)], [policies(P1)]], explicit)).toEqual({ code: "ok", policies: [P1] });
    expect(await judge([[policies(P1)], [policies(ANY)]], explicit)).toEqual({ code: "ok", policies: [P1] });
    expect(await judge([[policies(ANY)], [policies(ANY)]], { ...explicit, policies: [P3] })).toEqual({ code: "ok", policies: [P3] });
  });

  it("fail only where one is asked for", async () => {
    expect(await judge([[policies(P1)], [policies(P2)]])).toEqual({ code: "ok", policies: [] });
    expect((await judge([[policies(P1)], [policies(P2)]], explicit)).code).toBe("pki.policy");
    expect((await judge([[], [policies(P1)]], explicit)).code).toBe("pki.policy");
    expect((await judge([[policies(P1)], [policies(P1)]], { ...explicit, policies: [P2] })).code).toBe("pki.policy");
    expect(await judge([[policies(P1)], [policies(P1)]], { policies: [P2] })).toEqual({ code: "ok", policies: [] });
  });

  it("may be asked for by an authority, from so many certificates below it on", async () => {
    expect((await judge([[policyConstraints(0)], [policies(P1)]])).code).toBe("pki.policy");
    expect((await judge([[policyConstraints(1)], []])).code).toBe("pki.policy");
    expect((await judge([[policyConstraints(2)], []])).code).toBe("ok");
    expect((await judge([[], [policyConstraints(0)]])).code).toBe("pki.policy");
  });

  it("go by other names below a mapping, and by the first authority's in the answer", async () => {
    const chain = [[policies(P1), mappings([P1, P2])], [policies(P2)]];
    expect(await judge(chain, explicit)).toEqual({ code: "ok", policies: [P1] });
    expect((await judge(chain, { ...explicit, policies: [P2] })).code).toBe("pki.policy");
    expect((await judge(chain, { ...explicit, inhibitPolicyMapping: true })).code).toBe("pki.policy");
    expect((await judge([[policyConstraints(null, 0), policies(P1)], ...chain], explicit)).code).toBe("pki.policy");
    expect((await judge([[policies(P1), mappings([ANY, P2])], [policies(P2)]])).code).toBe("pki.policy");
  });

  it("are not covered by anyPolicy where that is inhibited, self-issued authorities aside", async () => {
    expect((await judge([[policies(ANY)], [policies(P1)]], { ...explicit, inhibitAnyPolicy: true })).code).toBe("pki.policy");
    expect((await judge([[policies(P1), inhibitAny(0)], [policies(ANY)]], explicit)).code).toBe("pki.policy");
    expect((await judge([[policies(P1), inhibitAny(1)], [policies(ANY)], [policies(P1)]], explicit)).code).toBe("ok");
    expect((await judge([[policies(P1), inhibitAny(1)], [policies(ANY)], [policies(ANY)]], explicit)).code).toBe("pki.policy");
  });

  it("of an anchor count as far as its extensions do, and an anchor without any says nothing", async () => {
    const limited = issue({ name: "Limited", ca: true, more: [policies(P1), policyConstraints(0)] });
    expect((await judge([[policies(P2)], [policies(P2)]], {}, limited)).code).toBe("pki.policy");
    expect((await judge([[policies(P1)], [policies(P1)]], {}, limited)).policies).toEqual([P1]);
    expect((await judge([[policies(P2)], [policies(P2)]], { anchorTerms: () => ({ extensions: "ignored" }) }, limited)).code).toBe("ok");
  });

  it("that are mapped all to all by each authority cost certificates times policies, and no more (RFC 9618)", async () => {
    const many = Array.from({ length: 40 }, (_, i) => policy(i));
    const crossing = mappings(...many.flatMap((from) => many.map((to): [string, string] => [from, to])));
    const chain = Array.from({ length: 12 }, () => [policies(...many), crossing]);
    const answer = await judge([...chain, [policies(P1)]], explicit);
    expect(answer.code).toBe("ok");
    expect(new Set(answer.policies)).toEqual(new Set(many));
  });
});

describe("policies of public authorities (PC-01)", () => {
  const of = (...oids: string[]) => baselinePolicy({ certificatePolicies: oids });

  it("say what was validated", () => {
    expect(of("1.2.3", "2.23.140.1.5.1.3")).toEqual({ validated: "mailbox", generation: "strict" });
    expect(of("2.23.140.1.5.3.2")).toEqual({ validated: "sponsor", generation: "multipurpose" });
    expect(of("2.23.140.1.5.4.1")).toEqual({ validated: "individual", generation: "legacy" });
  });

  it("say nothing where there is none, an unknown one, or two", () => {
    for (const found of [of(), of("2.23.140.1.5.5.1"), of("2.23.140.1.5.1"), of("2.23.140.1.5.1.1", "2.23.140.1.5.2.1"), baselinePolicy({ certificatePolicies: null })]) expect(found).toBeNull();
  });
});

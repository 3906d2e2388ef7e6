import { describe, expect, it, vi } from "vitest";
import { certificateBook } from "../../../src/background/certificate-book.ts";
import type { Asking } from "../../../src/background/trust-service.ts";
import type { TrustAnswer, TrustRequest } from "../../../src/protocol/trust-port.ts";

const octets = (n: number) => new Uint8Array([n]);
vi.mock("../../../src/store/people.ts", () => ({ allPeople: () => Promise.resolve(["good", "revoked", "nothing", "outdated", "untrusted"].map((sha256, i) => ({ sha256, certificate: octets(i), others: [octets(9)] }))) }));
vi.mock("../../../src/store/identities.ts", () => ({ allIdentities: () => Promise.resolve([{ id: "own", certificate: octets(7), chain: [octets(8)] }]) }));
vi.mock("../../../src/store/trust-decisions.ts", () => ({ allTrustDecisions: () => Promise.resolve([]), unreadableDecisions: () => Promise.resolve([]) }));

describe("revocation in the book of certificates", () => {
  const detail = (code: string) => ({ code, source: null, revokedAt: null, reason: null, invalidityDate: null, thisUpdate: null, nextUpdate: null });
  const answers: Record<number, Partial<TrustAnswer>> = {
    0: { revocation: "good", revocationDetail: detail("ok") as never },
    1: { revocation: "revoked", revocationDetail: detail("revocation.revoked") as never },
    2: { revocation: "unreachable", revocationDetail: detail("revocation.no-answer") as never },
    3: { revocation: "unreachable", revocationDetail: detail("revocation.outdated") as never },
    4: { code: "pki.untrusted", revocation: "not-asked" },
    7: { revocation: "good", revocationDetail: detail("ok") as never },
  };
  const asked: [TrustRequest, Asking | undefined][] = [];
  const trust = { validate: (request: TrustRequest, asking?: Asking) => (asked.push([request, asking]), Promise.resolve({ code: "ok", chain: [], ...answers[request.certificate[0] ?? -1] } as TrustAnswer)) };
  const book = certificateBook({ anchors: {} as never, trust, identities: {} as never, clock: () => new Date(0) });

  it("has four states, of people and one's own; where nothing is kept nobody was asked (RV-01)", async () => {
    const found = await book.revocation(["good", "revoked", "nothing", "outdated", "untrusted", "own", "gone"]);
    expect(Object.entries(found).map(([sha256, { state, detail: told }]) => [sha256, state, told?.code])).toEqual([
      ["good", "good", "ok"], ["revoked", "revoked", "revocation.revoked"], ["nothing", "not-asked", undefined], ["outdated", "unreachable", "revocation.outdated"], ["untrusted", "not-asked", undefined], ["own", "good", "ok"],
    ]);
  });

  it("goes by what is kept and asks nobody, with what came along", async () => {
    asked.length = 0;
    await book.revocation(["own"]);
    expect(asked.map(([{ certificate, others }, asking]) => [certificate, others, asking?.patience])).toEqual([[octets(7), [octets(8)], "kept"]]);
  });
});

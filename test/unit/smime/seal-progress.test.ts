import { describe, expect, it } from "vitest";
import type { PlannedEnvelope } from "../../../src/protocol/draft.ts";
import { localKeyPort } from "../../../src/smime/local-key-port.ts";
import { seal } from "../../../src/smime/seal.ts";
import { draft } from "../mime/support.ts";
import { alice } from "./attacks/stage.ts";

/** An envelope for as many people, who all have Alice's certificate. */
const envelope = (people: number): PlannedEnvelope => ({
  recipients: ["alice@lab.test"],
  visible: true,
  certificates: Array.from({ length: people }, () => ({ certificate: alice.certificate.der, keyTransport: "rsaEncryption" as const, useKeyIdentifier: false })),
});

describe("sealing for many people", () => {
  it("tells how far it is, within an envelope too, and never goes back", async () => {
    const told: [number, number][] = [];
    const plan = { ticket: "", sign: null, encrypt: { cipher: "aes-256-cbc" as const }, envelopes: [envelope(150), envelope(1)], headerPolicy: "baseline" as const, legacyDisplay: false };
    const sealed = await seal(draft({}), plan, localKeyPort([], null, () => new Date()), (done, of) => told.push([done, of]));
    expect(sealed).toHaveLength(2);
    expect(new Set(told.map(([, of]) => of))).toEqual(new Set([154]));
    expect(told.map(([done]) => done)).toEqual([1, 65, 129, 151, 152, 153, 154]);
  });
});

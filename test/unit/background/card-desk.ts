import { generateKeyPairSync } from "node:crypto";
import { vi } from "vitest";
import { cardOrigins } from "../../../src/background/card-origins.ts";
import { cardService } from "../../../src/background/card-service.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import type { CardQuestion, CardsSeen } from "../../../src/protocol/card-messages.ts";
import { toWire } from "../../../src/protocol/shape.ts";
import { certificateFor } from "../keys/support/certificate.ts";

export const here = "https://mail.example.org";
const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const certificate = certificateFor(publicKey.export({ type: "spki", format: "der" }));
export const card: CardsSeen["cards"][number] = {
  module: "/m.so", slot: "00000000", serial: "1", label: "Card", reader: "Reader", manufacturer: "", model: "", pinPad: false, needsPin: true, loggedIn: false, tries: "unknown",
  mechanisms: ["rsa-pkcs1", "rsa-raw"], keys: [{ id: Uint8Array.of(1), certificate, eachTime: false }], chain: [],
};

/** A host whose readers a test changes. */
export function desk({ modules = ["/m.so"], longest = null as number | null } = {}) {
  const reader = { cards: [card], version: "1" };
  const asked: CardQuestion[] = [];
  const parts = { onReady: vi.fn(), onCards: vi.fn(), onUnlocked: vi.fn(), timers: [] as [() => void, number][], origins: {} as unknown, broken: false, emptied: false, resting: false, stuck: "" as "" | "keys.card-logout" | "host.time" };
  const service = cardService({
    host: {
      card(question) {
        asked.push(question);
        if (question.ask === "look") {
          // A question that stays open, as the host keeps it.
          if (parts.broken && asked.some(({ ask }) => ask === "login")) return Promise.reject(new Error("host.gone"));
          if (question.known === reader.version && question.wait > 0) return new Promise(() => undefined);
          return Promise.resolve(toWire({ version: reader.version, supported: true, modules: [], suggested: [], cards: reader.cards }));
        }
        if (question.ask === "login" && question.pin === "1234") put(parts.emptied ? [] : [{ ...card, loggedIn: true }]);
        if (question.ask === "login") return Promise.resolve({ result: question.pin === "1234" ? "ok" : "wrong", tries: "low" });
        if (question.ask === "logout" && parts.stuck) return Promise.reject(new SmimeError(parts.stuck));
        if (question.ask === "logout") put([card]);
        return question.ask === "logout" ? Promise.resolve(null) : Promise.reject(new SmimeError("keys.card-removed"));
      },
    },
    modules: () => Promise.resolve(modules),
    origins: cardOrigins(() => Promise.resolve(parts.origins), (kept) => Promise.resolve(void (parts.origins = kept))),
    webmails: () => Promise.resolve([here, "https://other.example.org"]),
    rules: () => Promise.resolve({ required: "none", longest }),
    rejection: () => Promise.reject(new Error("not asked")),
    onReady: parts.onReady,
    rest: { read: () => Promise.resolve(parts.resting), write: (resting) => Promise.resolve(void (parts.resting = resting)) },
    onCards: parts.onCards,
    onUnlocked: parts.onUnlocked,
    setTimer: (work, time) => void parts.timers.push([work, time]),
  });
  function put(cards: CardsSeen["cards"]): void {
    Object.assign(reader, { cards, version: String(Number(reader.version) + 1) });
  }
  const place = { module: card.module, slot: card.slot, serial: card.serial, label: card.label };
  return { service, asked, put, place, ...parts, parts };
}

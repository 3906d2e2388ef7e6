import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { cardOrigins } from "../../../src/background/card-origins.ts";
import { cardService } from "../../../src/background/card-service.ts";
import { rulesOf } from "../../../src/background/key-rules.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { CardQuestion, CardsSeen } from "../../../src/protocol/card-messages.ts";
import { toWire } from "../../../src/protocol/shape.ts";
import { certificateFor } from "../keys/support/certificate.ts";

const here = "https://mail.example.org";
const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = certificateFor(publicKey.export({ type: "spki", format: "der" }));
const card: CardsSeen["cards"][number] = {
  module: "/m.so", slot: "00000000", serial: "1", label: "Card", reader: "Reader", manufacturer: "", model: "", pinPad: false, needsPin: true, loggedIn: false, tries: "unknown",
  mechanisms: ["rsa-pkcs1", "rsa-raw"], keys: [{ id: Uint8Array.of(1), certificate, eachTime: false }], chain: [],
};

/** A host whose readers a test changes. */
function desk({ modules = ["/m.so"], longest = null as number | null } = {}) {
  const reader = { cards: [card], version: "1" };
  const asked: CardQuestion[] = [];
  const parts = { onReady: vi.fn(), onCards: vi.fn(), timers: [] as [() => void, number][], origins: {} as unknown, broken: false, emptied: false };
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
    onCards: parts.onCards,
    setTimer: (work, time) => void parts.timers.push([work, time]),
  });
  function put(cards: CardsSeen["cards"]): void {
    Object.assign(reader, { cards, version: String(Number(reader.version) + 1) });
  }
  const place = { module: card.module, slot: card.slot, serial: card.serial, label: card.label };
  return { service, asked, put, place, ...parts, parts };
}

describe("keys on cards", () => {
  it("are own keys in every webmail as long as the card is in its reader, and in none that a person took out", async () => {
    const { service, put, onCards, parts } = desk();
    const [key] = await service.keys(here);
    expect(key?.key).toMatchObject({ canSign: true, canDecrypt: true });
    expect(onCards).toHaveBeenLastCalledWith([expect.objectContaining({ certificate })], []);
    parts.origins = { [key?.kept.id ?? ""]: [here] };
    expect(await service.keys(here)).toEqual([]);
    expect(await service.keys("https://other.example.org")).toHaveLength(1);
    expect(await service.keys("https://elsewhere.example.org")).toEqual([]);
    put([]);
    await service.look();
    expect(await service.keys("https://other.example.org")).toEqual([]);
    expect(onCards).toHaveBeenLastCalledWith([], [expect.objectContaining({ certificate })]);
    await expect(key?.key.ready()).rejects.toThrow("keys.card-removed");
  });

  it("are locked until the PIN was given, and a message that waits is told then", async () => {
    const { service, place, onReady } = desk();
    const [key] = await service.keys(here);
    await expect(key?.key.ready()).rejects.toThrow("keys.locked");
    expect(await service.login(place, "0000", null)).toEqual({ result: "wrong", tries: "low" });
    expect(onReady).not.toHaveBeenCalled();
    expect(await service.login(place, "1234", null)).toMatchObject({ result: "ok" });
    await vi.waitFor(() => expect(onReady).toHaveBeenCalledWith([key?.kept.id]));
    await expect(key?.key.ready()).resolves.toBeUndefined();
    await expect(key?.key.sign("sha256", new Uint8Array(3))).rejects.toThrow("keys.card-removed");
  });

  it("are locked again when their time is over, which the organisation may shorten, and at the webmail's logout", async () => {
    const { service, place, timers, asked } = desk({ longest: 5 });
    await service.login(place, "1234", 60);
    expect(timers.map(([, time]) => time)).toEqual([5 * 60_000]);
    await service.lockBoundTo("https://elsewhere.example.org");
    expect(asked.filter(({ ask }) => ask === "logout")).toEqual([]);
    await service.lockBoundTo(here);
    expect(asked.filter(({ ask }) => ask === "logout")).toEqual([{ ask: "logout", card: place }]);
    timers[0]?.[0]();
    await vi.waitFor(() => expect(asked.filter(({ ask }) => ask === "logout")).toHaveLength(2));
  });

  it("are told of at the first look even where no reader has any, so that what an ended browser left of them can go", async () => {
    const { service, put, onCards } = desk();
    put([]);
    await service.look();
    await service.look();
    expect(onCards.mock.calls).toEqual([[[], []]]);
  });

  it("end in time also where nothing more is heard of the card after its login, or it was forgotten while its PIN was typed", async () => {
    const silent = desk({ longest: 5 });
    await silent.service.look();
    silent.parts.broken = true;
    await expect(silent.service.login(silent.place, "1234", null)).rejects.toThrow("host.gone");
    expect(silent.timers.map(([, time]) => time)).toEqual([5 * 60_000]);
    const emptied = desk({ longest: 5 });
    await emptied.service.look();
    emptied.parts.emptied = true;
    await emptied.service.login(emptied.place, "1234", null);
    expect(emptied.timers.map(([, time]) => time)).toEqual([5 * 60_000]);
    emptied.put([]);
    await emptied.service.look();
    await expect(emptied.service.login(emptied.place, "1234", null)).rejects.toThrow("keys.card-removed");
  });

  it.each([[0, 1], [5, 0]])("are locked after what was asked for where each message asks: KeyUnlockMinutes %i", async (longest, logouts) => {
    const { service, place, timers, asked } = desk({ longest });
    const [key] = await service.keys(here);
    const out = (): number => asked.filter(({ ask }) => ask === "logout").length;
    await service.login(place, "1234", null);
    await key?.key.sign("sha256", new Uint8Array(3)).catch(() => undefined);
    expect(out()).toBe(0);
    expect(timers.map(([, time]) => time)).toEqual(longest === 0 ? [60_000, 2000] : [5 * 60_000]);
    if (longest === 0) timers[1]?.[0]();
    await vi.waitFor(() => expect(out()).toBe(logouts));
  });

  it("need no host where no library is named", async () => {
    const { service, asked } = desk({ modules: [] });
    expect(await service.keys(here)).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("are the only ones that SmartCardOnly allows, whatever else is asked of keys", () => {
    const rules = (managed: object) => rulesOf(effectivePolicy(managed, defaultUserSettings));
    expect(rules({ SmartCardOnly: true, RequireKeyProtection: "passphrase" }).required).toBe("card");
    expect(rules({ SmartCardOnly: false, RequireKeyProtection: "passphrase" }).required).toBe("passphrase");
  });
});

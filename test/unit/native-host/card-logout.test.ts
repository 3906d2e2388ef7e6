import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import { cardHost } from "../../../src/native-host/cards/card-host.ts";
import { moduleWork } from "../../../src/native-host/cards/module-work.ts";
import type { CardQuestion, SeenCard } from "../../../src/protocol/card-messages.ts";
import { certificateFor } from "../keys/support/certificate.ts";
import { type FakeCard, fakeCard } from "./fake-card.ts";

const certificate = certificateFor(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "der" }));
const look: CardQuestion = { ask: "look", modules: ["/a.so", "/b.so"], known: null, wait: 0 };

/** A card that is logged in to. */
function desk(change: Partial<FakeCard> = {}) {
  const { card, pkcs11 } = fakeCard(certificate, change);
  const ask = moduleWork(pkcs11, () => 0);
  const seen = (): SeenCard[] => (ask(look) as unknown as { cards: SeenCard[] }).cards;
  const { slot = "", serial = "", label = "" } = seen()[0] ?? {};
  const place = { module: "/m", slot, serial, label };
  ask({ ask: "login", card: place, pin: "123456" });
  card.calls.length = 0;
  const logout = (all: boolean): unknown => {
    try {
      return ask({ ask: "logout", card: all ? null : place });
    } catch (error) {
      return codeOf(error);
    }
  };
  return { card, seen, logout };
}

describe("logging out of a card", () => {
  it.each([true, false])("tries what else ends a login where the library refuses the first way, and says so of a card that stays open (all: %s)", (all) => {
    const { card, seen, logout } = desk({ stuck: "once" });
    expect(logout(all)).toBeNull();
    expect(card.calls).toEqual(["logout", "close all"]);
    expect(seen()).toMatchObject([{ loggedIn: false }]);
    const stuck = desk({ stuck: "always" });
    expect(stuck.logout(all)).toBe("keys.card-logout");
    expect(stuck.seen()).toMatchObject([{ loggedIn: true }]);
    stuck.card.stuck = null;
    expect(stuck.logout(all)).toBeNull();
    expect(stuck.seen()).toMatchObject([{ loggedIn: false }]);
  });

  it("is done where the card is gone", () => {
    const { card, logout } = desk({ stuck: "always" });
    card.present = false;
    expect([logout(false), logout(true)]).toEqual([null, null]);
  });

  it("is asked of every library, and one that stays open is said, not one that hung and was ended", async () => {
    const asked: string[] = [];
    const failing: Record<string, string> = { "/a.so": "keys.card-silent", "/b.so": "keys.card-logout" };
    const cards = cardHost({
      supported: () => undefined,
      rules: () => ({ platform: "linux", environment: {}, listed: ["/a.so", "/b.so"], only: true, disk: { realpath: (path) => path, stat: () => ({ isFile: () => true, isDirectory: () => false, uid: 1, mode: 0 }) } }),
      start: (path) => ({
        name: Promise.resolve("A library"),
        end: () => undefined,
        ask(question) {
          if (question.ask !== "logout") return Promise.resolve({ readers: [], cards: [] });
          asked.push(path);
          return Promise.reject(new SmimeError(failing[path] as "keys.card-logout"));
        },
      }),
    });
    const never = new AbortController().signal;
    await cards.answer(look, never);
    await expect(cards.answer({ ask: "logout", card: null }, never)).rejects.toMatchObject({ code: "keys.card-logout" });
    expect(asked).toEqual(["/a.so", "/b.so"]);
    failing["/b.so"] = "keys.card-module";
    expect(await cards.answer({ ask: "logout", card: null }, never)).toBeNull();
  });
});

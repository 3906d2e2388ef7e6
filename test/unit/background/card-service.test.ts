import { describe, expect, it, vi } from "vitest";
import { rulesOf } from "../../../src/background/key-rules.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { CardQuestion } from "../../../src/protocol/card-messages.ts";
import { card, certificate, desk, here } from "./card-desk.ts";

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

  describe("where each message asks (KeyUnlockMinutes 0)", () => {
    const outs = (asked: readonly CardQuestion[]): number => asked.filter(({ ask }) => ask === "logout").length;

    it("are open for one frame alone, for as many layers as its message has, and until it opened", async () => {
      const { service, place, timers, asked } = desk({ longest: 0 });
      const keyOf = async (document: string) => (await service.keys(here, document))[0]?.key;
      await service.login(place, "1234", null, "F1");
      expect(timers.map(([, time]) => time)).toEqual([60_000]);
      const key = await keyOf("F1");
      for (let layer = 1; layer <= 2; layer++) {
        await expect(key?.ready()).resolves.toBeUndefined();
        await expect(key?.unwrap({ kind: "key-transport", certificateId: "", algorithm: Uint8Array.from([48, 13, 6, 9, 42, 134, 72, 134, 247, 13, 1, 1, 1, 5, 0]), encryptedKey: new Uint8Array(256), keyLength: 32 })).rejects.toThrow();
      }
      const other = await keyOf("F2");
      await expect(other?.ready()).rejects.toThrow("keys.locked");
      await expect(other?.sign("sha256", new Uint8Array(3))).rejects.toThrow("keys.locked");
      service.finished("F2");
      expect(outs(asked)).toBe(0);
      service.finished("F1");
      await vi.waitFor(() => expect(outs(asked)).toBe(1));
      await vi.waitFor(() => expect(key?.ready()).rejects.toThrow("keys.locked"));
      timers[0]?.[0]();
      expect(outs(asked)).toBe(1);
    });

    it("stay open between the signatures of one Send, however long that lasts, and a minute at most; another frame's attempt shortens nothing", async () => {
      const { service, place, timers, asked } = desk({ longest: 0 });
      await service.login(place, "1234", null, "F1");
      for (const document of ["F1", "F2", "F1"]) await (await service.keys(here, document))[0]?.key.sign("sha256", new Uint8Array(3)).catch(() => undefined);
      expect(asked.filter(({ ask }) => ask === "sign")).toHaveLength(2);
      expect(timers.map(([, time]) => time)).toEqual([60_000]);
      timers[0]?.[0]();
      await vi.waitFor(() => expect(outs(asked)).toBe(1));
    });

    it("are nobody's from the end of their message on, also where the card stays open, which is told; the next end tries again", async () => {
      const { service, place, timers, asked, parts, onUnlocked } = desk({ longest: 0 });
      await service.login(place, "1234", null, "F1");
      parts.stuck = "keys.card-logout";
      service.finished("F1");
      await vi.waitFor(() => expect(onUnlocked).toHaveBeenCalledTimes(1));
      expect(service.stayedOpen()).toBe(true);
      for (const document of ["F1", "F2", undefined]) {
        const key = (await service.keys(here, document))[0]?.key;
        await expect(key?.ready()).rejects.toThrow("keys.locked");
        await expect(key?.sign("sha256", new Uint8Array(3))).rejects.toThrow("keys.locked");
      }
      expect(asked.filter(({ ask }) => ask === "sign")).toEqual([]);
      timers[0]?.[0]();
      await vi.waitFor(() => expect(outs(asked)).toBe(2));
      expect(onUnlocked).toHaveBeenCalledTimes(1);
      // Its PIN opens it again, and for that frame alone.
      parts.stuck = "";
      await service.login(place, "1234", null, "F2");
      await expect((await service.keys(here, "F2"))[0]?.key.ready()).resolves.toBeUndefined();
      await expect((await service.keys(here, "F1"))[0]?.key.ready()).rejects.toThrow("keys.locked");
    });

    it("are open for one frame alone also on a card that shows them only after its PIN", async () => {
      const { service, place, put, timers } = desk({ longest: 0 });
      put([{ ...card, keys: [] }]);
      await service.login(place, "1234", null, "F1");
      await expect((await service.keys(here, "F1"))[0]?.key.ready()).resolves.toBeUndefined();
      await expect((await service.keys(here, "F2"))[0]?.key.ready()).rejects.toThrow("keys.locked");
      expect(timers.map(([, time]) => time)).toEqual([60_000]);
    });

    it("are open for no message by a login of a page of ours", async () => {
      const { service, place } = desk({ longest: 0 });
      await service.login(place, "1234", null);
      for (const document of ["F1", undefined]) await expect((await service.keys(here, document))[0]?.key.ready()).rejects.toThrow("keys.locked");
    });
  });

  it("are not locked by a signature where a login lasts", async () => {
    const { service, place, timers, asked } = desk({ longest: 5 });
    await service.login(place, "1234", null);
    await (await service.keys(here, "F1"))[0]?.key.sign("sha256", new Uint8Array(3)).catch(() => undefined);
    service.finished("F1");
    expect(timers.map(([, time]) => time)).toEqual([5 * 60_000]);
    expect(asked.filter(({ ask }) => ask === "logout")).toEqual([]);
  });

  it("of a card that takes no PIN any more are refused, which another key's turn follows from", async () => {
    const { service, put } = desk();
    put([{ ...card, tries: "locked" }]);
    const [key] = await service.keys(here);
    expect(key?.refused).toBe("keys.card-pin-locked");
    await expect(key?.key.ready()).rejects.toThrow("keys.card-pin-locked");
  });

  it("are not looked at again after a logout until somebody acts, is signed in, or a frame of a session asks", async () => {
    const { service, asked } = desk();
    const looks = (): number => asked.filter(({ ask }) => ask === "look").length;
    for (const act of [() => service.look(true), () => service.attend(), () => service.keys(here, "F1")]) {
      await service.keys(here, "F1");
      await service.lockBoundTo(here);
      const before = looks();
      expect(await service.look(false)).toBeNull();
      expect(await service.identities()).toEqual([]);
      expect(await service.keys(here)).toEqual([]);
      await service.logout(null);
      expect(looks()).toBe(before);
      await act();
      expect((await service.look(false))?.cards).toHaveLength(1);
      expect(await service.keys(here)).toHaveLength(1);
    }
  });

  it("rest after a logout also where no card was there, and not where one is in use elsewhere alone", async () => {
    const { service, put, parts } = desk();
    put([]);
    await service.lockBoundTo(here);
    expect(parts.resting).toBe(true);
    put([card]);
    const [key] = await service.keys(here, "F1");
    parts.origins = { [key?.kept.id ?? ""]: [here] };
    await service.lockBoundTo(here);
    expect(parts.resting).toBe(false);
  });

  it.each(["keys.card-logout", "host.time"] as const)("are nobody's without their PIN where a login's time, Lock now or a logout of the webmail left the card open, and say so (%s)", async (code) => {
    const ends: ((of: ReturnType<typeof desk>) => unknown)[] = [({ timers }) => timers[0]?.[0](), ({ service }) => service.lockAll().catch(() => undefined), ({ service, place }) => service.logout(place).catch(() => undefined), ({ service }) => service.lockBoundTo(here)];
    for (const end of ends) {
      const of = desk({ longest: 5 });
      await of.service.login(of.place, "1234", null);
      const [before] = await of.service.keys(here, "F1");
      await expect(before?.key.ready()).resolves.toBeUndefined();
      of.parts.stuck = code;
      await end(of);
      await vi.waitFor(() => expect(of.service.stayedOpen()).toBe(true));
      for (const key of [before, (await of.service.keys(here, "F2"))[0]]) {
        await expect(key?.key.ready()).rejects.toThrow("keys.locked");
        await expect(key?.key.sign("sha256", new Uint8Array(3))).rejects.toThrow("keys.locked");
      }
    }
  });

  it("of a card whose login nobody heard the end of are nobody's, and those that need no PIN everybody's", async () => {
    const { service, put } = desk();
    put([{ ...card, loggedIn: true }]);
    await expect((await service.keys(here, "F1"))[0]?.key.ready()).rejects.toThrow("keys.locked");
    put([{ ...card, needsPin: false }]);
    await service.look();
    const [key] = await service.keys(here, "F1");
    await expect(key?.key.ready()).resolves.toBeUndefined();
    await expect(key?.key.sign("sha256", new Uint8Array(3))).rejects.toThrow("keys.card-removed");
  });

  it("say when their card does not log out, at the end of a session too, until it does", async () => {
    const { service, place, parts, onUnlocked } = desk();
    await service.login(place, "1234", null);
    parts.stuck = "keys.card-logout";
    await expect(service.lockAll()).rejects.toThrow("keys.card-logout");
    expect(service.stayedOpen()).toBe(true);
    expect(onUnlocked).not.toHaveBeenCalled();
    parts.stuck = "";
    await service.lockAll();
    expect(service.stayedOpen()).toBe(false);
    await service.login(place, "1234", null);
    parts.stuck = "keys.card-logout";
    await service.lockBoundTo(here);
    await service.keys(here, "F1");
    await service.lockBoundTo(here);
    expect(onUnlocked).toHaveBeenCalledTimes(1);
    expect(service.stayedOpen()).toBe(true);
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

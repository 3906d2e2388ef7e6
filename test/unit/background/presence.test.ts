import { describe, expect, it, vi } from "vitest";
import { presence } from "../../../src/background/presence.ts";
import { endedByCookie, surelyEnded } from "../../../src/background/session-cookies.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import { memoryArea } from "./memory-area.ts";

const here = "https://mail.lab.test";
const there = "https://other.test";
const at = (origin: string) => (account: string) => ({ origin, account });
const [alice, bob, nobody] = ["alice@lab.test", "bob@lab.test", ""].map(at(here)) as [ReturnType<ReturnType<typeof at>>, ReturnType<ReturnType<typeof at>>, ReturnType<ReturnType<typeof at>>];
const carol = at(there)("carol@lab.test");
const setup = () => presence(sessionTable(memoryArea(), "signed-in"));

describe("who is signed in where", () => {
  it("ends with the login page the account that the tab showed, in every tab, and nobody else's", async () => {
    const who = setup();
    for (const [tab, each] of [[1, alice], [2, alice], [3, bob], [4, carol]] as const) expect(await who.shown(tab, each)).toEqual([]);
    expect(await who.ended(1, here)).toEqual([alice, nobody]);
    // The second tab shows what is over: closing it ends nothing once more.
    expect(await who.left(2)).toEqual([]);
    expect(await who.left(3)).toEqual([bob]);
    expect(await who.left(4)).toEqual([carol]);
  });

  it("ends everybody's at the origin where the tab did not tell whose it was, and no other origin's", async () => {
    const who = setup();
    await who.shown(1, alice);
    await who.shown(2, bob);
    await who.shown(3, carol);
    expect((await who.ended(9, here)).map(({ account }) => account).toSorted()).toEqual(["", "alice@lab.test", "bob@lab.test"]);
    expect(await who.endedAt(there)).toEqual([at(there)(""), carol]);
  });

  it("takes another account in a tab for the end of the one before it; parts of a page that name nobody change nothing", async () => {
    const who = setup();
    await who.shown(1, nobody);
    expect(await who.shown(1, alice)).toEqual([]);
    expect(await who.shown(1, nobody)).toEqual([]);
    expect(await who.shown(1, bob)).toEqual([alice, nobody]);
    expect(await who.shown(1, carol)).toEqual([bob]);
  });

  it("ends with the last tab, whichever is closed first; a window that names nobody ends nothing while the webmail is open", async () => {
    const who = setup();
    await who.shown(1, alice);
    await who.shown(2, alice);
    await who.shown(3, nobody);
    expect(await who.left(3)).toEqual([]);
    expect(await who.left(1)).toEqual([]);
    expect(await who.left(2)).toEqual([alice]);
    expect(await who.left(2)).toEqual([]);
    await who.shown(5, nobody);
    expect(await who.left(5)).toEqual([nobody]);
  });
});

describe("session cookies", () => {
  const granted = [here, "https://mail.lab.test:8443", there];

  it("end the sessions of the hosts that they were for", () => {
    expect(endedByCookie({ name: "roundcube_sessid", domain: "mail.lab.test" }, "explicit", granted)).toEqual([here, "https://mail.lab.test:8443"]);
    expect(endedByCookie({ name: "roundcube_sessauth", domain: ".lab.test" }, "expired", granted)).toEqual([here, "https://mail.lab.test:8443"]);
  });

  it("end nothing by a domain that others share while one of the name remains; what is the host's alone is not asked for", async () => {
    const cookie = { name: "roundcube_sessid", domain: ".lab.test", storeId: "0" };
    const get = vi.fn(({ url }: { url: string }) => Promise.resolve(url === here ? {} : null));
    expect(await surelyEnded([here, there], cookie, get)).toEqual([there]);
    expect(get).toHaveBeenCalledWith({ url: here, name: "roundcube_sessid", storeId: "0" });
    expect(await surelyEnded([here], cookie, () => Promise.reject(new Error("first-party isolation")))).toEqual([here]);
    get.mockClear();
    expect(await surelyEnded([here], { ...cookie, domain: "mail.lab.test" }, get)).toEqual([here]);
    expect(get).not.toHaveBeenCalled();
  });

  it.each([["roundcube_sessid", "mail.lab.test", "overwrite"], ["language", "mail.lab.test", "explicit"], ["roundcube_sessid", "lab.test", "explicit"], ["roundcube_sessid", ".ab.test", "explicit"]])("are nobody's end: %s of %s by %s", (name, domain, cause) => {
    expect(endedByCookie({ name, domain }, cause, granted)).toEqual([]);
  });
});

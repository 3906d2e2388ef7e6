import { describe, expect, it } from "vitest";
import { bindings } from "../../../src/background/bindings.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import { type FramePurpose, TICKET_LIFE, tickets } from "../../../src/background/tickets.ts";
import { memoryArea } from "./memory-area.ts";

const purpose: FramePurpose = {
  kind: "reader",
  tab: 7,
  opener: "D1",
  openerFrame: 0,
  origin: "https://mail.example.org",
  account: "alice@lab.test",
  message: { account: "alice@lab.test", folder: "INBOX", id: "3" },
  mode: null,
};

function setup() {
  let now = 1_000_000;
  const area = memoryArea();
  const make = () => tickets(sessionTable(area, "tickets"), () => new Date(now));
  return { make, area, pass: (ms: number) => (now += ms) };
}

const refused = { code: "protocol.ticket" };

describe("tickets", () => {
  it("are good once, in the tab and for the page they were made for", async () => {
    const { make } = setup();
    const { ticket, secret } = await make().issue(purpose);
    expect(await make().redeem(ticket, { tab: 7, page: "reader" })).toMatchObject({ purpose, secret });
    await expect(make().redeem(ticket, { tab: 7, page: "reader" })).rejects.toMatchObject(refused);
  });

  it("outlive the worker", async () => {
    const { make } = setup();
    const { ticket } = await make().issue(purpose);
    await expect(make().redeem(ticket, { tab: 7, page: "reader" })).resolves.toBeDefined();
  });

  it("are lost when shown in another tab, by another page, or too late", async () => {
    for (const by of [{ tab: 8, page: "reader" as const }, { tab: 7, page: "composer" as const }]) {
      const { make } = setup();
      const { ticket } = await make().issue(purpose);
      await expect(make().redeem(ticket, by)).rejects.toMatchObject(refused);
      await expect(make().redeem(ticket, { tab: 7, page: "reader" })).rejects.toMatchObject(refused);
    }
    const { make, pass } = setup();
    const { ticket } = await make().issue(purpose);
    pass(TICKET_LIFE + 1);
    await expect(make().redeem(ticket, { tab: 7, page: "reader" })).rejects.toMatchObject(refused);
  });

  it("of a document that was replaced in its frame make room for the next one's", async () => {
    const { make } = setup();
    const old = [];
    // Somebody goes through a list faster than tickets run out.
    for (let i = 0; i < 40; i++) old.push(await make().issue({ ...purpose, openerFrame: 2, opener: `D${i}` }));
    await expect(make().redeem(old[38]?.ticket as string, { tab: 7, page: "reader" })).rejects.toMatchObject(refused);
    await expect(make().redeem(old[39]?.ticket as string, { tab: 7, page: "reader" })).resolves.toBeDefined();
  });

  it("of one document that asks for too many are refused", async () => {
    const { make } = setup();
    for (let i = 0; i < 16; i++) await make().issue(purpose);
    await expect(make().issue(purpose)).rejects.toMatchObject(refused);
  });

  it("cannot be guessed from names of the prototype", async () => {
    const { make } = setup();
    for (const name of ["", "__proto__", "constructor"]) {
      await expect(make().redeem(name, { tab: 7, page: "reader" })).rejects.toMatchObject(refused);
    }
  });

  it("cannot be collected without end", async () => {
    const { make, pass } = setup();
    const all = make();
    for (let i = 0; i < 16; i++) await all.issue(purpose);
    await expect(all.issue(purpose)).rejects.toMatchObject(refused);
    pass(TICKET_LIFE + 1);
    await expect(all.issue(purpose)).resolves.toBeDefined();
  });

  it("are redeemed by one of two who come at the same time", async () => {
    const { make } = setup();
    const all = make();
    const { ticket } = await all.issue(purpose);
    const both = await Promise.allSettled([1, 2].map(() => all.redeem(ticket, { tab: 7, page: "reader" })));
    expect(both.map((each) => each.status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("bindings", () => {
  const name = { tab: 7, frame: 3, document: "F1" };
  const make = () => bindings(sessionTable(memoryArea(), "bindings"));

  it("hold for the document that redeemed, and not for a reloaded or moved one", async () => {
    const all = make();
    await all.bind(name, purpose, "s");
    expect((await all.of(name)).purpose).toEqual(purpose);
    await expect(all.of({ ...name, document: "F2" })).rejects.toMatchObject(refused);
    await expect(all.of({ ...name, frame: 4 })).rejects.toMatchObject(refused);
    await expect(all.of({ ...name, tab: 8 })).rejects.toMatchObject(refused);
    await expect(all.bind(name, purpose, "s")).rejects.toMatchObject(refused);
  });

  it("end with the tab", async () => {
    const all = make();
    await all.bind(name, purpose, "s");
    await all.forgetTab(7);
    await expect(all.of(name)).rejects.toMatchObject(refused);
  });
});

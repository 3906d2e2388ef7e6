import { expect, it } from "vitest";
import { signedByOpenssl } from "../people/foreign-mail.ts";
import { openMessage, readShown } from "../people/read.ts";
import { composerOf } from "../people/write.ts";
import { poll } from "../driver/wait.ts";
import { comeBack, type Desk, leave, test } from "./desk.ts";
import type { Faults } from "./suite.ts";

const TEXT = "Read me while I am here.";

async function receive({ lab }: Desk): Promise<number> {
  return lab.append("alice", "INBOX", await signedByOpenssl(lab, { from: "bob", to: "alice", signer: "bob", text: TEXT }));
}

/** Another program of Alice's deletes a message that her browser has open. */
export function messageGone(faults: Faults): void {
  it("a message is deleted while it is read: the reader keeps it, and answering says that the original is gone", async () => {
    const { desk } = faults;
    const { alice, lab } = desk;
    const uid = await receive(desk);
    await openMessage(alice, desk, uid);
    const shown = await readShown(alice);
    expect(shown.body).toContain(TEXT);
    await lab.remove("alice", "INBOX", uid);
    await shown.reader.click(test("details-toggle"));
    await shown.reader.waitFor(test("details"));
    const after = await readShown(alice);
    expect([after.key, after.body]).toEqual([shown.key, shown.body]);
    await shown.reader.click(test("reply"));
    const composer = await composerOf(alice);
    expect(await composer.text(test("original-notice"))).toContain("The message is no longer on the server.");
    // It can still be written in, as a letter of its own.
    await composer.waitFor(`${test("send")}:enabled`);
    await leave(desk, composer);
    await comeBack(desk);
  });

  it("a message is deleted before the reader has fetched it: said with its code, each time it is tried", async () => {
    const { desk } = faults;
    const { alice, lab } = desk;
    const uid = await receive(desk);
    const held = lab.proxy.fault({ match: /^GET \S*[?&]_action=viewsource\b/, action: "hold", times: 1 });
    faults.removers.push(held.remove);
    await openMessage(alice, desk, uid);
    await poll(() => Promise.resolve(held.hits.length > 0), "the message is fetched", 20_000);
    await lab.remove("alice", "INBOX", uid);
    held.release();
    const reader = await alice.page.frame(/-extension:\/\/[^/]+\/reader\.html/);
    const problem = `${test("problem")}[data-code="webmail.message-gone"]`;
    await reader.waitFor(problem);
    expect(await reader.text(problem)).toContain("The message is no longer on the server.");
    expect(await reader.text(problem)).toContain("webmail.message-gone");
    await reader.click(`${problem} button`);
    await reader.waitFor(problem);
    await comeBack(desk);
  });
}

import { describe, expect, it } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import type { SendProgress, TransportEnvelope } from "../../../src/protocol/webmail.ts";
import { readPageEnv } from "../../../src/webmail/roundcube/page-env.ts";
import { makeSession } from "../../../src/webmail/roundcube/session.ts";
import { roundcubeTransport } from "../../../src/webmail/roundcube/transport.ts";
import { FakeRoundcube, TOKEN } from "./fake-roundcube.ts";

const message = (body: string) => utf8(`From: alice@lab.test\r\nTo: bob@lab.test\r\nMessage-ID: <m1@lab.test>\r\nSubject: [...]\r\n\r\n${body}\r\n`);
const visible: TransportEnvelope = { identity: "1", recipients: ["bob@lab.test", "carol@lab.test"], disclosed: true, fileInSent: true, storedBefore: false };
const hidden: TransportEnvelope = { identity: "1", recipients: ["dave@lab.test"], disclosed: false, fileInSent: false, storedBefore: false };

function setup() {
  const server = new FakeRoundcube();
  const waits: number[] = [];
  const env = readPageEnv(`rcmail.set_env({"task":"mail","action":"compose","request_token":"${TOKEN}"});`);
  if (!env) throw new Error("no env");
  const transport = roundcubeTransport(makeSession(env, "http://mail.test/", server.fetch), {
    account: "alice@lab.test",
    wait: (ms) => {
      waits.push(ms);
      server.tooQuickly = 0;
      return Promise.resolve();
    },
  });
  const steps: SendProgress[] = [];
  const send = (mime: Uint8Array<ArrayBuffer>, envelope: TransportEnvelope) =>
    transport.sendRaw(mime, envelope, (step) => {
      steps.push(step);
      return Promise.resolve();
    });
  return { server, transport, send, steps, waits };
}

describe("Roundcube transport: sending", () => {
  it("stores, resends, files in Sent and leaves no draft", async () => {
    const { server, send, steps } = setup();
    const result = await send(message("AAAA"), visible);
    expect(result).toMatchObject({ state: "sent", message: { folder: "Sent" } });
    expect(steps.map(({ step }) => step)).toEqual(["stored", "sending"]);
    expect(server.delivered).toMatchObject([{ recipients: visible.recipients }]);
    expect(server.folders["Drafts"]?.size).toBe(0);
    expect(server.folders["Sent"]?.size).toBe(1);
  });

  it("CO-08: names no Bcc recipient in fields that recipients see, and removes the copy that names him", async () => {
    const { server, send } = setup();
    await send(message("AAAA"), visible);
    expect(await send(message("BBBB"), hidden)).toEqual({ state: "sent", message: null });
    expect(server.delivered[1]).toMatchObject({ recipients: ["dave@lab.test"], resentTo: "undisclosed-recipients:;" });
    const sent = [...(server.folders["Sent"]?.values() ?? [])];
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain("AAAA");
  });

  it("tells copies apart that are only signed and so have the same octets", async () => {
    const { server, send } = setup();
    await send(message("SAME"), visible);
    await send(message("SAME"), hidden);
    const sent = [...(server.folders["Sent"]?.values() ?? [])];
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain("Resent-To: bob@lab.test, carol@lab.test");
  });

  it("finds out from Sent that the server accepted, when exactly that answer is lost, and sends once", async () => {
    const { server, send } = setup();
    server.loseAnswer = ["bounce"];
    expect(await send(message("AAAA"), visible)).toMatchObject({ state: "sent" });
    expect(server.delivered).toHaveLength(1);
  });

  it("says unknown where neither answer nor copy is there, and does not send again", async () => {
    const { server, send } = setup();
    server.cut = ["bounce"];
    expect(await send(message("AAAA"), visible)).toEqual({ state: "unknown" });
    expect(server.requests.filter((action) => action === "bounce")).toHaveLength(1);
  });

  it("knows the page for a token of another session: nothing was sent", async () => {
    const { server, send } = setup();
    server.otherToken = true;
    expect(await send(message("AAAA"), visible)).toMatchObject({ state: "failed", code: "webmail.signed-out" });
    expect(server.delivered).toHaveLength(0);
  });

  it.each([500, 603])("takes error page %i, which may have come after sending, for no answer at all", async (number) => {
    const { server, send } = setup();
    server.failsAfterSending = number;
    expect(await send(message("AAAA"), visible)).toMatchObject({ state: "sent" });
    server.saveSent = false;
    expect(await send(message("BBBB"), visible)).toEqual({ state: "unknown" });
    expect(server.delivered).toHaveLength(2);
  });

  it("says unknown, too, where Sent cannot be read afterwards", async () => {
    const { server, send } = setup();
    server.loseAnswer = ["bounce"];
    server.saveSent = false;
    expect(await send(message("AAAA"), visible)).toEqual({ state: "unknown" });
    expect(server.delivered).toHaveLength(1);
  });

  it("reads a refusal from the answer, whatever HTTP says, and takes the draft away", async () => {
    const { server, send } = setup();
    for (const words of [
      'SMTP Error (550): Failed to add recipient "$to" (5.1.1 nobody).',
      "SMTP Error (-1): Connection to server failed.",
      "SMTP Fehler: [552] 5.3.4 Message size exceeds fixed limit",
      "SMTP Error: Unable to parse recipients list.",
    ]) {
      server.refusals["carol@lab.test"] = words;
      const result = await send(message("AAAA"), visible);
      expect(result).toMatchObject({ state: "failed", code: "send.refused", detail: words.replace("$to", "carol@lab.test") });
    }
    expect(server.delivered).toHaveLength(0);
    expect(server.folders["Drafts"]?.size).toBe(0);
  });

  it.each(["SMTP Error: [-1] ", "SMTP-Fehler: Failed to write to socket: unknown error"])("takes %s for no answer: the mail server had the message already", async (words) => {
    const { server, send } = setup();
    server.refusals["carol@lab.test"] = words;
    expect(await send(message("AAAA"), visible)).toEqual({ state: "unknown" });
    expect(server.requests.filter((action) => action === "bounce")).toHaveLength(1);
  });

  it("waits as sendmail_delay asks, in whatever language, and not for other numbers", async () => {
    const { server, send, waits } = setup();
    // English and German as Roundcube 1.6 has them; French with another order of words.
    for (const text of [server.waitText, "Bitte warten Sie $sec Sekunde(n), bevor Sie diese Nachricht senden.", "Patienter $sec s"]) {
      server.waitText = text;
      server.tooQuickly = 10;
      expect(await send(message(`AA${waits.length}A`), visible)).toMatchObject({ state: "sent" });
    }
    expect(waits).toEqual([10_000, 10_000, 10_000]);
    expect(server.delivered).toHaveLength(3);
    server.tooQuickly = 1;
    waits.length = 0;
    expect(await send(message("BBBB"), visible)).toMatchObject({ state: "failed", code: "send.refused" });
    expect(waits).toEqual([]);
  });

  it("knows disabled actions", async () => {
    for (const [action, code] of [["import", "webmail.import-disabled"], ["bounce", "webmail.bounce-disabled"]] as const) {
      const { server, send } = setup();
      server.disabled = [`mail.${action}`];
      expect(await send(message("AAAA"), visible)).toMatchObject({ state: "failed", code });
      expect(server.delivered).toHaveLength(0);
    }
  });

  it("knows a message that is too large before it leaves", async () => {
    const { server, send } = setup();
    server.maxUpload = 10;
    expect(await send(message("AAAA"), visible)).toMatchObject({ state: "failed", code: "send.too-large" });
    expect(server.requests).not.toContain("import");
  });

  it("says sent-not-filed where the server accepted and kept no copy", async () => {
    const { server, send } = setup();
    server.saveSent = false;
    expect(await send(message("AAAA"), visible)).toEqual({ state: "sent-not-filed" });
  });

  it("goes on when the answer to the import is lost, without storing twice", async () => {
    const { server, send } = setup();
    server.loseAnswer = ["import"];
    expect(await send(message("AAAA"), visible)).toMatchObject({ state: "sent" });
    expect(server.requests.filter((action) => action === "import")).toHaveLength(1);
  });

  it("does not send what the background refuses to note", async () => {
    const { server, transport } = setup();
    const refuse = ({ step }: SendProgress) => (step === "sending" ? Promise.reject(new Error("no")) : Promise.resolve());
    expect(await transport.sendRaw(message("AAAA"), visible, refuse)).toMatchObject({ state: "failed" });
    expect(server.delivered).toHaveLength(0);
    expect(server.folders["Drafts"]?.size).toBe(0);
  });

  it.each(["import", "search", "viewsource", "bounce"])("knows that the session ended before %s, and sends once it is back", async (action) => {
    const { server, send } = setup();
    server.signsOutBefore = action;
    expect(await send(message("AAAA"), visible)).toMatchObject({ state: "failed", code: "webmail.signed-out" });
    expect(server.delivered).toHaveLength(0);
    server.signsOutBefore = "";
    server.signedIn = true;
    expect(await send(message("AAAA"), { ...visible, storedBefore: true })).toMatchObject({ state: "sent" });
    expect(server.delivered).toHaveLength(1);
    expect(server.folders["Drafts"]?.size).toBe(0);
  });

  it("finds later the proof of a message whose answer was lost, tidies up, and sends nothing", async () => {
    const { server, send, transport } = setup();
    const bytes = message("AAAA");
    const again = { ...hidden, storedBefore: true };
    server.loseAnswer = ["bounce"];
    server.cutAfter = "bounce";
    expect(await send(bytes, hidden)).toEqual({ state: "unknown" });
    server.cutAfter = "";
    server.cut = [];
    expect(await transport.findSent(message("CCCC"), again)).toBeNull();
    expect(await transport.findSent(bytes, again)).toEqual({ state: "sent", message: null });
    expect(server.delivered).toHaveLength(1);
    expect([server.folders["Drafts"]?.size, server.folders["Sent"]?.size]).toEqual([0, 0]);
  });

  it("takes no copy to somebody else as proof, even where one address is the end of the other", async () => {
    const { send, transport } = setup();
    const to = (address: string): TransportEnvelope => ({ ...visible, recipients: [address] });
    await send(message("SAME"), to("notbob@lab.test"));
    expect(await transport.findSent(message("SAME"), to("bob@lab.test"))).toBeNull();
    expect(await transport.findSent(message("SAME"), to("NotBob@lab.test"))).toMatchObject({ state: "sent" });
    expect(await transport.findSent(message("SAME"), visible)).toBeNull();
  });

  it("removes what interrupted tries left in Drafts, found by its octets alone", async () => {
    const { server, transport } = setup();
    for (const text of ["AAAA", "BBBB", "AAAA"]) await transport.store(message(text), "drafts");
    await transport.removeStored(message("AAAA"));
    expect([...(server.folders["Drafts"]?.values() ?? [])].map((source) => source.includes("BBBB"))).toEqual([true]);
  });
});

describe("Roundcube transport: reading and storing", () => {
  const signal = new AbortController().signal;

  it("answers octets as the server has them", async () => {
    const { server, transport } = setup();
    const id = String(server.store("INBOX", "From: a@b\r\n\r\ntext\r\n"));
    const bytes = await transport.fetchRaw({ account: "", folder: "INBOX", id }, signal);
    expect(bytes).toEqual(utf8("From: a@b\r\n\r\ntext\r\n"));
  });

  it("tells gone, signed out and unreachable apart", async () => {
    const { server, transport } = setup();
    const gone = { account: "", folder: "INBOX", id: "99" };
    await expect(transport.fetchRaw(gone, signal)).rejects.toMatchObject({ code: "webmail.message-gone" });
    server.cut = ["viewsource"];
    await expect(transport.fetchRaw(gone, signal)).rejects.toMatchObject({ code: "webmail.unreachable" });
    server.cut = [];
    server.signedIn = false;
    await expect(transport.fetchRaw(gone, signal)).rejects.toMatchObject({ code: "webmail.signed-out" });
  });

  it("stores a draft and says where, and removes it", async () => {
    const { server, transport } = setup();
    const ref = await transport.store(message("AAAA"), "drafts");
    expect(ref).toMatchObject({ account: "alice@lab.test", folder: "Drafts" });
    await transport.remove(ref);
    expect(server.folders["Drafts"]?.size).toBe(0);
  });
});

import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { webmails } from "../../../src/webmail/all.ts";
import { readExec, readNotices } from "../../../src/webmail/roundcube/answers.ts";
import { messageId } from "../../../src/webmail/roundcube/find-by-source.ts";
import { readPageEnv } from "../../../src/webmail/roundcube/page-env.ts";

describe("Roundcube's answers", () => {
  it("gives notices with what is escaped in them", () => {
    const script = 'this.display_message("SMTP \\"x\\" \\u00e4","error",0);\nthis.display_message("ok","confirmation",0);';
    expect(readNotices(script)).toEqual([{ kind: "error", text: 'SMTP "x" ä' }, { kind: "confirmation", text: "ok" }]);
  });

  it("refuses what is no answer", () => {
    for (const answer of ["", "null x", "<html>", '{"exec":3}']) expect(() => readExec(answer)).toThrow();
    expect(() => readExec("Invalid Request")).toThrow("webmail.signed-out");
    expect(() => readExec('{"exec":"this.session_error(\\"x\\");"}')).toThrow("webmail.signed-out");
  });

  it("reads the environment of a page and nothing that is of another shape", () => {
    const page = 'x\nrcmail.set_env({"task":"mail","action":"show","uid":7,"mailbox":"IN\\"BOX","mailboxes":{"Gesendet":{"class":"sent"}},"attachments":{"1":"application/pkcs7-mime","2":5},"max_filesize":"9"});\n';
    expect(readPageEnv(page)).toMatchObject({ task: "mail", uid: "7", mailbox: 'IN"BOX', sent: "Gesendet", attachmentTypes: ["application/pkcs7-mime"], maxUpload: null });
    for (const other of ["", "rcmail.set_env({broken});", 'rcmail.set_env({"action":"show"});']) expect(readPageEnv(other)).toBeNull();
  });

  it("takes a Message-ID from the header alone, and none that would end the search key", () => {
    expect(messageId(utf8("Subject: x\r\nMessage-ID: <a@b>\r\n\r\nMessage-ID: <c@d>"))).toBe("a@b");
    for (const mime of ["Subject: x\r\n\r\nMessage-ID: <c@d>", 'Message-ID: <a"@b>\r\n\r\n', "Message-ID: a@b\r\n\r\n"]) {
      expect(() => messageId(utf8(mime))).toThrow("mime.not-mail");
    }
  });
});

describe("webmails", () => {
  it("are registered, each folder of the room", () => {
    const folders = readdirSync(resolve(import.meta.dirname, "../../../src/webmail"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(webmails.map(({ id }) => id).sort()).toEqual(folders.map(({ name }) => name).sort());
  });
});

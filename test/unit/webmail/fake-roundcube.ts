import { latin1 } from "../../../src/base/bytes.ts";
import type { Fetch } from "../../../src/webmail/roundcube/session.ts";

export const TOKEN = "Mt0KsHwtaw8X0hxqilp5XFczwWZv4934";

const env = (fields: object): string => `<!DOCTYPE html>\n<script>\nrcmail.set_env(${JSON.stringify(fields)});\n</script>`;

const notice = (text: string, kind: string): string => `this.display_message(${JSON.stringify(text)},"${kind}",0);\n`;

/** What stands in Roundcube's error pages, by their number. */
const errorTexts: Record<number, string> = {
  403: "Der Zugriff ist gegen CSRF gesichert.<br />\nBitte melden Sie sich ab.<p>Bitte kontaktieren Sie Ihren Administrator.</p>",
  404: "Nicht gefunden!<br />\nBitte den Administrator fragen.<p><i>Anfrage: mail.test/?_task=mail&amp;_action=bounce&amp;_framed=1</i></p>",
  500: "Error No. [500]",
  603: "Keine Verbindung zur Datenbank!<br />\nBitte kontaktieren Sie Ihren Administrator.",
};

const errorPage = (number: number): string => `<body class="task-error action-none"><div class="boxerror"><h3 class="error-title">FEHLER</h3><div class="error-text">${errorTexts[number] ?? ""}</div></div>`;

/** Answers as Roundcube 1.6.5 does, from requests made to a real one: 200 to everything, success in the text alone. */
export class FakeRoundcube {
  readonly folders: Record<string, Map<number, string>> = { INBOX: new Map(), Drafts: new Map(), Sent: new Map() };
  /** What the SMTP server accepted, by envelope. */
  readonly delivered: { recipients: string[]; source: string; resentTo: string }[] = [];
  signedIn = true;
  disabled: string[] = [];
  maxUpload = 1_000_000;
  /** What Roundcube says of a recipient's refusal. */
  refusals: Record<string, string> = {};
  /** Seconds that still have to pass, and what the server asks to wait. */
  tooQuickly = 0;
  waitText = "Please wait $sec sec(s). before sending this message.";
  /** The session ends before the next request of this action. */
  signsOutBefore = "";
  saveSent = true;
  /** Actions whose answer is lost after the server did its work, once each. */
  loseAnswer: string[] = [];
  /** Actions that never reach the server. */
  cut: string[] = [];
  /** The number of an error page in place of Resend's answer, after it was sent. */
  failsAfterSending = 0;
  /** Somebody else signed in between import and Resend. */
  otherToken = false;
  /** Losing the answer of this action takes the way to every search, too. */
  cutAfter = "";
  readonly requests: string[] = [];
  #last = 0;

  store(folder: string, source: string): number {
    this.folders[folder]?.set(++this.#last, source);
    return this.#last;
  }

  readonly fetch: Fetch = async (address, init) => {
    const query = Object.fromEntries(new URL(address, "http://mail.test/").searchParams);
    const action = query["_action"] ?? "";
    this.requests.push(action);
    if (this.cut.includes(action)) throw new TypeError("Failed to fetch");
    const body = init.body instanceof FormData || init.body instanceof URLSearchParams ? init.body : null;
    const answer = await this.#answer(query, body);
    if (this.loseAnswer.includes(action)) {
      this.loseAnswer.splice(this.loseAnswer.indexOf(action), 1);
      if (this.cutAfter === action) this.cut = ["search"];
      throw new TypeError("NetworkError");
    }
    return answer;
  };

  async #answer(query: Record<string, string>, body: FormData | URLSearchParams | null): Promise<Response> {
    const action = query["_action"] ?? "";
    const html = (text: string) => new Response(text, { headers: { "content-type": "text/html; charset=UTF-8" } });
    const json = (exec: string) => new Response(JSON.stringify({ action, exec }), { headers: { "content-type": "application/json" } });
    const field = (name: string): string => {
      const value = body?.get(name);
      return typeof value === "string" ? value : "";
    };
    const ajax = query["_remote"] === "1";
    if (action !== "" && action === this.signsOutBefore) this.signedIn = false;
    if (!this.signedIn) {
      if (ajax) return json('this.session_error("/?_task=login&_err=session");\n');
      const framed = `<script>\nparent.rcmail.display_message("Your session is invalid or expired.","error",0);\nparent.rcmail.session_error("/?_task=login&_err=session");\n</script>`;
      return html(query["_framed"] === "1" ? framed : env({ task: "login" }));
    }
    if (body && (field("_token") !== TOKEN || (this.otherToken && action === "bounce"))) return html(errorPage(403));
    if (this.disabled.includes(`mail.${action}`)) {
      return ajax ? json(notice("Application Error (404): Action disabled", "error")) : html(errorPage(404));
    }
    switch (action) {
      case "":
        return html(env({ task: "mail", action: "", drafts_mailbox: "Drafts", mailboxes: { Sent: { id: "Sent", class: "sent" } }, max_filesize: this.maxUpload, request_token: TOKEN }));
      case "import": {
        const file = body?.get("_file[]");
        const source = latin1(new Uint8Array(await (file as Blob).arrayBuffer())).trimEnd();
        this.store(query["_mbox"] as string, source);
        return json(`${notice("1 Nachricht importiert", "confirmation")}this.command("list");\n`);
      }
      case "search": {
        const id = /"([^"]*)"/.exec(query["_filter"] ?? "")?.[1] ?? "";
        const found = [...(this.folders[query["_mbox"] as string] ?? [])].filter(([, source]) => source.includes(`<${id}>`));
        return json(found.map(([uid]) => `this.add_message_row(${uid},{"subject":"x"},{},false);\n`).join(""));
      }
      case "viewsource": {
        const source = this.folders[query["_mbox"] as string]?.get(Number(query["_uid"])) ?? "";
        return new Response(source, { headers: { "content-type": "text/plain;charset=UTF-8" } });
      }
      case "delete":
        this.folders[field("_mbox")]?.delete(Number(field("_uid")));
        return json(notice("Gelöscht", "confirmation"));
      case "mark":
        return json("");
      case "bounce":
        return html(this.#bounce(field));
      default:
        return html("");
    }
  }

  #bounce(field: (name: string) => string): string {
    const page = (text: string, kind: string) => `<script>\nparent.rcmail.display_message(${JSON.stringify(text)},"${kind}",0);\n</script>`;
    if (this.tooQuickly > 0) return page(this.waitText.replace("$sec", String(this.tooQuickly)), "error");
    const recipients = [field("_to"), field("_cc"), field("_bcc")].flatMap((list) => list.split(", ")).filter((each) => each !== "");
    for (const recipient of recipients) {
      const refusal = this.refusals[recipient];
      if (refusal !== undefined) return page(refusal.replace("$to", recipient), "error");
    }
    const source = this.folders[field("_mbox")]?.get(Number(field("_uid")));
    if (source === undefined) return page("Fehler", "error");
    const resentTo = field("_to") || "undisclosed-recipients:;";
    this.delivered.push({ recipients, source, resentTo });
    const bcc = field("_bcc") ? `Resent-Bcc: ${field("_bcc")}\r\n` : "";
    const target = field("_store_target");
    if (target && this.saveSent) this.store(target, `Resent-From: alice@lab.test\r\nResent-To: ${resentTo}\r\n${bcc}Resent-Message-ID: <r@lab.test>\r\n${source}`);
    if (this.failsAfterSending > 0) return errorPage(this.failsAfterSending);
    const failed = target && !this.saveSent ? page("Speichern fehlgeschlagen", "error") : "";
    return failed + page("Nachricht gesendet", "confirmation");
  }
}

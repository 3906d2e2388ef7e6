import http from "node:http";
import type { AddressInfo } from "node:net";

/** A webmail that means harm: it looks enough like Roundcube to be served, and its pages hold whatever a test wants. */
export interface HostileWebmail {
  origin: string;
  /** Every request for a message, by its number, in order. */
  fetched: string[];
  /** Every path that was asked for, as the page's own server sees it. */
  requests: string[];
  /** Puts a message into the mailbox; answers its number. */
  add(message: Uint8Array): string;
  /** Answers the address of a page that shows a message. */
  show(uid: string, page?: HostilePage): string;
  /** Answers the address of a page in which one can write; with a native draft in it, if given. */
  compose(draft?: NativeFields): string;
  /** Answers the address of any document. */
  document(html: string): string;
  close(): Promise<void>;
}

export interface HostilePage {
  /** Added to the page's style sheet. */
  style?: string;
  /** Run before anything of ours. */
  script?: string;
  /** Put after the place of the message. */
  html?: string;
}

export interface NativeFields {
  to: string;
  cc: string;
  bcc: string;
  subject: string;
  text: string;
}

const escape = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

const env = (more: object): string =>
  `var rcmail = { set_env() {} };\nrcmail.set_env(${JSON.stringify({ task: "mail", request_token: "token", username: "bob@lab.test", mailbox: "INBOX", drafts_mailbox: "Drafts", mailboxes: { Sent: { class: "sent" } }, ...more })});`;

const frame = (head: string, body: string): string => `<!doctype html><html><head><meta charset="utf-8">${head}</head><body><div id="layout">
<div id="taskmenu"><a class="compose" href="#">Compose</a></div><span class="username">bob@lab.test</span>
<div id="layout-content" style="position:relative;width:1000px;height:700px">${body}</div></div></body></html>`;

/** Starts it on loopback. */
export async function startHostileWebmail(): Promise<HostileWebmail> {
  const messages = new Map<string, Uint8Array>();
  const documents = new Map<string, string>();
  const fetched: string[] = [];
  const requests: string[] = [];

  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    requests.push(url.pathname + url.search);
    request.resume();
    const query = url.searchParams;
    if (query.get("_action") === "viewsource") {
      const uid = query.get("_uid") ?? "";
      fetched.push(uid);
      return void response.writeHead(200, { "content-type": "text/plain" }).end(messages.get(uid) ?? "");
    }
    response.setHeader("content-type", "text/html; charset=utf-8");
    if (query.get("_action") === "identities") {
      return void response.end('<table id="identities-table"><tr id="rcmrow1"><td class="mail">Bob Example &lt;bob@lab.test&gt;</td></tr></table>');
    }
    response.end(documents.get(url.pathname) ?? frame(`<script>${env({ action: "" })}</script>`, ""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keep = (html: string): string => {
    const path = `/${documents.size + 1}`;
    documents.set(path, html);
    return origin + path;
  };

  return {
    origin,
    fetched,
    requests,
    add(message) {
      const uid = String(messages.size + 1);
      messages.set(uid, message);
      return uid;
    },
    show: (uid, { style = "", script = "", html = "" } = {}) =>
      keep(frame(
        `<style>${style}</style><script>${env({ action: "show", uid, attachments: { 2: "application/pkcs7-mime" } })}</script><script>${script}</script>`,
        `<div id="message-content">native body</div>${html}`,
      )),
    compose: (draft) =>
      keep(frame(`<script>${env({ action: "compose", compose_id: "1" })}</script>`, `<div id="messagetoolbar"><a class="attach" href="#">Attach</a></div>
        <form name="form">${["to", "cc", "bcc"].map((name) => `<textarea name="_${name}" id="_${name}">${escape(draft?.[name as "to"] ?? "")}</textarea>`).join("")}
        <input name="_subject" id="compose-subject" value="${escape(draft?.subject ?? "")}"><textarea name="_message" id="composebody">${escape(draft?.text ?? "")}</textarea></form>`)),
    document: keep,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

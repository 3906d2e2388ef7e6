import { SmimeError } from "../../base/errors.ts";
import { readExec } from "./answers.ts";
import { type PageEnv, readPageEnv } from "./page-env.ts";

/** How a request is made: the page's own `fetch`, with the page's own session cookie. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Text fields of a request. */
export type Fields = Record<string, string>;

/** A signed-in Roundcube page as a transport uses it. */
export interface Session {
  /** Folders and limits of the account. Throws `webmail.signed-out`, `webmail.unreachable`. */
  folders(): Promise<{ drafts: string; sent: string | null; maxUpload: number | null }>;
  get(query: Fields, signal?: AbortSignal): Promise<Response>;
  post(query: Fields, body: FormData | URLSearchParams, signal?: AbortSignal): Promise<Response>;
  /** A POST in the way of Roundcube's own script; answers with the script that it would run. */
  call(action: string, folder: string, fields: Fields | FormData): Promise<string>;
  /** Searches a folder by a raw IMAP key; answers with the script that would fill the list. */
  search(folder: string, filter: string): Promise<string>;
  token: string;
}

/** Longer than any answer that still comes: a 36 MB import took 0.7 s on loopback. */
const TIMEOUT = 180_000;

/**
 * Makes the session of a page.
 * @param base the folder of Roundcube's `index.php`, ending with a slash
 * Throws `webmail.signed-out` if the page carries no token.
 */
export function makeSession(env: PageEnv, base: string, fetch: Fetch): Session {
  if (!env.token) throw new SmimeError("webmail.signed-out");
  const token = env.token;
  let main: Promise<PageEnv> | null = null;

  async function request(query: Fields, init: RequestInit): Promise<Response> {
    const url = `${base}?${new URLSearchParams(query).toString()}`;
    let response: Response;
    try {
      response = await fetch(url, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT), ...init });
    } catch (cause) {
      throw init.signal?.aborted && init.signal.reason instanceof DOMException && init.signal.reason.name === "AbortError"
        ? (cause as Error)
        : new SmimeError("webmail.unreachable", { cause });
    }
    // A token of another session than the browser's present one: somebody else signed in, or the same again.
    if (response.status === 401 || response.status === 403) throw new SmimeError("webmail.signed-out");
    // Roundcube answers 200 to everything else; another status is a proxy or a server that is down.
    if (response.status !== 200) throw new SmimeError("webmail.unreachable");
    return response;
  }

  const session: Session = {
    token,
    get: (query, signal) => request(query, signal ? { signal } : {}),
    post: (query, body, signal) => request(query, { method: "POST", body, ...(signal ? { signal } : {}) }),
    async call(action, folder, fields) {
      // Some actions read the folder from the body alone.
      const body = fields instanceof FormData ? fields : new URLSearchParams({ ...fields, _mbox: folder, _token: token });
      if (body instanceof FormData) body.set("_token", token);
      const response = await session.post({ _task: "mail", _action: action, _mbox: folder, _remote: "1" }, body);
      return readExec(await text(response));
    },
    async search(folder, filter) {
      const query = { _task: "mail", _action: "search", _mbox: folder, _remote: "1", _filter: filter };
      const response = await request(query, { headers: { "X-Roundcube-Request": token } });
      return readExec(await text(response));
    },
    async folders() {
      main ??= mainPage(session, env);
      const { drafts, sent, maxUpload } = await main.catch((error: unknown) => {
        main = null;
        throw error;
      });
      return { drafts: drafts ?? "Drafts", sent, maxUpload };
    },
  };
  return session;
}

/** The list page's environment names every folder and the true limit of an upload; other pages name them in part. */
async function mainPage(session: Session, env: PageEnv): Promise<PageEnv> {
  if (env.task === "mail" && env.action === "" && env.sent) return env;
  const page = readPageEnv(await text(await session.get({ _task: "mail" })));
  if (!page || page.task !== "mail") throw new SmimeError("webmail.signed-out");
  return page;
}

/** The text of an answer; a connection that breaks off in the middle is an unreachable server. */
export async function text(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw new SmimeError("webmail.unreachable", { cause });
  }
}

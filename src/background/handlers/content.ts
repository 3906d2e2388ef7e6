import { SmimeError } from "../../base/errors.ts";
import type { Sender } from "../authority.ts";
import type { Handlers } from "../dispatch.ts";
import type { Services } from "../services.ts";

/** How long a browser may take to say what a tab shows after a page went, in milliseconds. */
const LEAVING = 500;

/** What a content script may ask. It runs in the page's process: what it says of itself is believed of nobody else. */
export function contentHandlers({ afterLogout, bindings, browser, browserKeys, cardModules, cards, documents, outbox, ownKeys, policy, presence, tickets, verdicts, webmails, windows }: Services): Handlers<"content"> {
  /**
   * Whether a document may say who is signed in in its tab: the top one, and a part of a page of its own origin, as a preview pane
   * in which the login page comes. A webmail that another site has in a frame says so only where it is known to be signed in there:
   * else any site could end somebody's session by framing the login page, which needs no cookie.
   */
  async function speaksForTab({ tab, frame, origin }: Extract<Sender, { kind: "content" }>, signedIn: () => boolean | Promise<boolean>): Promise<boolean> {
    if (frame === 0) return true;
    const top = await browser.originOf(tab);
    return top === origin || (top === null && (await signedIn()));
  }

  /**
   * Whether there are keys for a page. Where it names nobody, as at a webmail's login, no card is asked for: what was forgotten of it
   * at the logout would be read again. It may have one then where card software is in use; `frame.open` knows better.
   */
  async function hasKeys(origin: string, account: string): Promise<boolean> {
    if (account !== "") return (await ownKeys(origin)).length > 0;
    return (await browserKeys(origin)).length > 0 || (await cardModules.all()).length > 0;
  }

  return {
    async "frame.open"({ kind, account, message, mode, window }, { tab, frame, document, origin }) {
      if (kind === "reader" && !message) throw new SmimeError("protocol.malformed");
      await cards.attend();
      // Before set-up the webmail shows its messages as it does without us.
      if (kind === "reader" && (await ownKeys(origin)).length === 0) throw new SmimeError("keys.not-found");
      const purpose = { kind, tab, opener: document, openerFrame: frame, origin, account, message, mode };
      // Whoever writes there is asked here, so that a page that was told nothing yet gets no frame either.
      if (kind === "composer" && (window || (await policy.current({ address: account })).ownWindow)) {
        return { ...(await windows.open({ ...purpose, window: { draft: window?.draft ?? null } })), place: "window" };
      }
      return { ...(await tickets.issue(purpose)), place: "page" };
    },

    "window.serve": (asked, sender) => windows.serve(asked, sender),

    async "page.state"({ account }, sender) {
      if (await documents.seen(sender)) {
        await outbox.documentStarted(sender);
        await verdicts.documentStarted(sender);
      }
      const before = (await speaksForTab(sender, () => account !== "")) ? await presence.shown(sender.tab, { origin: sender.origin, account }, sender.frame !== 0) : [];
      await (before.some(({ origin }) => origin !== sender.origin) ? afterLogout.left(before) : afterLogout.ended(before));
      // Somebody is signed in, and may have a card.
      if (account !== "") await cards.attend();
      const { forced, defaults } = await policy.current({ address: account });
      const unfinished = (await outbox.unfinished({ origin: sender.origin, account }, sender)).length > 0;
      return { ready: await hasKeys(sender.origin, account), forced, defaults, unfinished, adapter: await webmails.adapterOf(sender.origin) };
    },

    async "compose.above"({ mode, message }, { tab }) {
      await browser.composeAbove(tab, { mailseal: "compose-above", mode, message });
      return null;
    },

    async "setup.open"() {
      await browser.openWindow("setup");
      return null;
    },

    async "session.ended"(_input, sender) {
      const { tab, origin } = sender;
      if (await speaksForTab(sender, () => presence.shows(tab, origin))) await afterLogout.ended(await presence.ended(tab, origin));
      // Whoever else had frames in this tab: a page may have told another account than those were opened for.
      for (const place of await bindings.forget((purpose) => purpose.tab === tab && purpose.origin === origin)) browser.closeFrame(place, "ended");
      return null;
    },

    async "page.left"(_input, { tab, frame, origin }) {
      if (frame !== 0) return null;
      await new Promise((resolve) => setTimeout(resolve, LEAVING));
      if ((await browser.originOf(tab)) !== origin) await afterLogout.left(await presence.left(tab));
      return null;
    },

    async "outbox.progress"({ send, ...step }, sender) {
      return { state: await outbox.progress(send, step, sender) };
    },
  };
}

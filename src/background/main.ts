import browser from "webextension-polyfill";
import { systemClock } from "../base/clock.ts";
import { sweepDirectoryAnswers } from "../store/directory-answers.ts";
import { type BrowserSender, classify } from "./authority.ts";
import { browserParts, LOCK_ALARM } from "./browser-parts.ts";
import { isOutlived } from "./cached-directory.ts";
import { answer } from "./dispatch.ts";
import { contentHandlers } from "./handlers/content.ts";
import { frameHandlers } from "./handlers/frame.ts";
import { pageHandlers } from "./handlers/page.ts";
import { endedByCookie, surelyEnded } from "./session-cookies.ts";
import { makeServices } from "./services.ts";

// The worker or event page dies at any moment and is started for an event: every listener is registered before anything waits.

const services = makeServices(browserParts);
const { afterLogout, backups, bindings, documents, keyLocks, outbox, policy, presence, retrievals, verdicts, webmails } = services;

const handlers = { content: contentHandlers(services), frame: frameHandlers(services), page: pageHandlers(services) };

const self = { id: browser.runtime.id, origin: browser.runtime.getURL("").replace(/\/$/, "") };

/** Work that nobody waits for; what it could not do is done at the next event of its kind. */
function inBackground(work: Promise<unknown>): void {
  work.catch(() => undefined);
}

browser.runtime.onMessage.addListener(async (message: unknown, sender: BrowserSender) =>
  answer(message, classify(sender, self, await webmails.granted()), handlers),
);

// A new version starts with an empty session memory, as the browser does.
browser.runtime.onInstalled.addListener(({ reason }) => inBackground(Promise.all([webmails.sync(reason === "install"), outbox.browserStarted(), keyLocks.sweep()])));
browser.runtime.onStartup.addListener(() =>
  inBackground(Promise.all([webmails.sync(), outbox.browserStarted(), keyLocks.sweep(), afterLogout.started(), backups.sweep(), sweepDirectoryAnswers((kept) => isOutlived(kept, systemClock()))])),
);

browser.alarms.onAlarm.addListener(({ name }) => {
  if (name === LOCK_ALARM) inBackground(keyLocks.sweep());
});

browser.permissions.onAdded.addListener(({ origins, permissions }) => {
  if (permissions?.includes("cookies")) watchCookies();
  inBackground(webmails.permissionsAdded(origins ?? []));
});
browser.permissions.onRemoved.addListener(() => inBackground(webmails.sync()));

browser.storage.onChanged.addListener((_changes, area) => {
  if (area !== "managed") return;
  inBackground(
    policy
      .managedChanged()
      .then(() => retrievals.forgetFailures())
      .then(() => backups.sweep())
      .then(() => webmails.sync(true))
      .then(() => webmails.announce()),
  );
});

// A place that could not be reached without a network is not left alone for long afterwards.
globalThis.addEventListener("online", () => retrievals.forgetFailures());

/** A session cookie that goes ends a session that no page has told of. The browser has cookies for us only where somebody allowed it. */
function watchCookies(): void {
  const { cookies } = browser as { cookies?: typeof browser.cookies };
  cookies?.onChanged.addListener(({ removed, cause, cookie }) => {
    if (!removed) return;
    inBackground(webmails.granted().then(async (granted) => {
      const ended = await surelyEnded(endedByCookie(cookie, cause, granted), cookie, (of) => cookies.get(of));
      for (const origin of ended) await afterLogout.ended(await presence.endedAt(origin));
    }));
  });
}
watchCookies();

browser.tabs.onRemoved.addListener((tab) => {
  services.confirmations.tabClosed(tab);
  services.secrets.tabClosed(tab);
  services.unlocking.tabClosed(tab);
  inBackground(Promise.all([bindings.forgetTab(tab), outbox.tabClosed(tab), verdicts.tabClosed(tab), documents.tabClosed(tab), presence.left(tab).then((those) => afterLogout.left(those))]));
});

browser.commands.onCommand.addListener((command, tab) => {
  if (command !== "secure-message" || tab?.id === undefined) return;
  inBackground(browserParts.composeAbove(tab.id, { mailseal: "compose-above", mode: "new", message: null }));
});

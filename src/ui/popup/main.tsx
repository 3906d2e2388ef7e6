import type { JSX } from "preact";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import browser from "webextension-polyfill";
import { codeOf } from "../../base/errors.ts";
import { endsSecurityKeys } from "../../protocol/unlock.ts";
import { askAsPage } from "../frame/background.ts";
import { makeCell, useCell } from "../shared/cell.ts";
import { requestAccess } from "../shared/grant.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { applyTheme } from "../shared/theme.ts";
import { looksLikeWebmail } from "./looks-like-webmail.ts";
import { type PopupActions, type PopupModel, PopupView } from "./popup-view.tsx";

const cell = makeCell<PopupModel>({ state: null, shown: null, origin: null, granted: false, webmail: false, problem: null });
const fail = (error: unknown): void => cell.set({ problem: codeOf(error) });

const actions: PopupActions = {
  grant: () => {
    const { origin, state } = cell.get();
    if (origin === null) return;
    // What it costs is said in set-up, where there is room.
    if (state && endsSecurityKeys(state.locks, origin)) return actions.open("setup");
    const answer = requestAccess(origin);
    answer
      .then(async (granted) => {
        if (granted) await askAsPage("webmail.granted", { origin });
        await load();
      })
      .catch(fail);
  },
  allowOpening: () => {
    const { origin } = cell.get();
    if (origin !== null) void askAsPage("opening.allow", { origin }).then(load).catch(fail);
  },
  open: (page) => {
    const { origin } = cell.get();
    const query = page === "setup" && origin !== null ? `?origin=${encodeURIComponent(origin)}` : "";
    void browser.tabs.create({ url: browser.runtime.getURL(`${page}.html${query}`) }).then(() => window.close());
  },
  lock: () => void askAsPage("locks.lock", null).then(load).catch(fail),
  // The window that opens takes the focus, and the popup goes with that.
  unlock: (vault) => void askAsPage("unlock.open", { vault }).catch(fail),
  putOff: (id) => void askAsPage("ending.put-off", { id }).then(load).catch(fail),
  set: ({ signByDefault = null, encryptByDefault = null }: { signByDefault?: boolean | null; encryptByDefault?: boolean | null }) =>
    void askAsPage("settings.set", { signByDefault, encryptByDefault, composeInOwnWindow: null }).then(load).catch(fail),
};

/** Reads what the extension knows and what the active tab is. */
async function load(): Promise<void> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  const state = await askAsPage("state", null);
  const origin = tab?.url !== undefined && /^https?:/.test(tab.url) ? new URL(tab.url).origin : null;
  const granted = state.webmails.some((webmail) => webmail.granted && webmail.origin === origin);
  cell.set({ state, origin, granted });
  if (tab?.id === undefined) return;
  if (granted) cell.set({ shown: await askAsPage("verdict.current", { tab: String(tab.id) }) });
  else if (origin !== null) cell.set({ webmail: await looked(tab.id) });
}

/** Looks at the tab with the access that opening the popup gave for this one time; a page that refuses is no webmail. */
async function looked(tabId: number): Promise<boolean> {
  try {
    const [answer] = await browser.scripting.executeScript({ target: { tabId }, func: looksLikeWebmail });
    return answer?.result === true;
  } catch {
    return false;
  }
}

function App(): JSX.Element {
  const model = useCell(cell);
  useEffect(() => void load().catch(fail), []);
  return <PopupView model={model} actions={actions} />;
}

applyTheme();
localiseDocument("extensionName");
const root = document.querySelector("#app");
if (root) render(<App />, root);

import type { JSX } from "preact";
import { render } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { HostStatus } from "../../protocol/host-port.ts";
import type { UnlockAnswer } from "../../protocol/unlock.ts";
import { askAsPage } from "../frame/background.ts";
import { securityKeyAsker } from "../locks/security-key.ts";
import { securityKeyDesk } from "../locks/security-key-desk.ts";
import { applyTheme, chooseTheme, chosenTheme } from "../shared/theme.ts";
import { browserKind, knownShortcuts, openLanguages, openShortcuts } from "./browser-settings.ts";
import type { Shortcut } from "./browser-sections.tsx";
import { hasCookies, releaseAccess, releaseFetching, requestAccess, requestCookies, requestFetching, requestHost } from "../shared/grant.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { usePageState } from "../shared/page-state.ts";
import { sealedDrafts, restoreDraft } from "../../store/drafts.ts";
import { waitingSends } from "../../store/outbox.ts";
import { makeCell, useCell } from "../shared/cell.ts";
import { saveFile } from "../shared/save-file.ts";
import { useCards } from "./watch-cards.ts";
import { OptionsView } from "./options-view.tsx";
import { emptyRepair, makeRepair } from "./repair-model.ts";

const repair = makeCell(emptyRepair);
const repairActions = makeRepair(repair, {
  ask: askAsPage,
  save: (name, bytes) => saveFile(name, bytes),
  store: { drafts: sealedDrafts, waiting: waitingSends, restoreDraft },
  requestAccess,
  now: () => new Date(),
});

const asker = securityKeyAsker();

function App(): JSX.Element {
  const repairModel = useCell(repair);
  const page = usePageState(askAsPage);
  const [host, setHost] = useState<HostStatus | null>(null);
  const cards = useCards();
  // Keys on cards are own keys as long as their card is here: what the page says of those follows.
  const { act } = page;
  const here = cards.view?.cards.map(({ loggedIn, keys }) => [loggedIn, ...keys.map(({ id, origins }) => `${id} ${origins.join()}`)].join()).join("\n") ?? null;
  useEffect(() => void (here !== null && act(() => Promise.resolve())), [here, act]);
  const [theme, setTheme] = useState(chosenTheme);
  const [shortcuts, setShortcuts] = useState<Shortcut[]>([]);
  useEffect(() => void knownShortcuts().then(setShortcuts), []);
  const [cookies, setCookies] = useState<boolean | null>(null);
  useEffect(() => void hasCookies().then(setCookies), []);
  const lookForHost = useCallback(() => {
    setHost(null);
    askAsPage("host.status", null).then(setHost, () => setHost({ state: "broken", version: null }));
  }, []);
  useEffect(lookForHost, [lookForHost]);
  const desk = securityKeyDesk(
    async (name, value) => {
      const answer = await askAsPage(name, value);
      // Ways to unlock are shown on the page behind the dialog.
      if (["locks.add-authenticator", "locks.renew-recovery-code", "locks.protect"].includes(name)) await page.act(() => Promise.resolve());
      return answer;
    },
    asker,
    () => page.state?.locks.securityKeys ?? { relyingParty: null, code: "ok" },
  );
  return (
    <OptionsView
      page={page}
      host={host}
      cards={cards}
      browser={browserKind}
      theme={theme}
      repair={repairModel}
      repairActions={repairActions}
      shortcuts={shortcuts}
      cookies={cookies}
      actions={{
        protection: {
          lock: () => void page.act(() => askAsPage("locks.lock", null)),
          unlock: (vault) => void page.act(() => askAsPage("unlock.open", { vault })),
          setMinutes: (minutes) => void page.act(() => askAsPage("locks.minutes", { minutes })),
          desk,
          removeLock: (vault, lock) => void page.act(() => askAsPage("locks.remove", { vault, lock })),
          allowRelyingParty: (domain) => {
            const answer = requestAccess(`https://${domain}`);
            void page.act(() => answer);
          },
          changePassphrase: async (vault, old, next) => {
            let answer: UnlockAnswer | null = null;
            await page.act(async () => {
              answer = await askAsPage("locks.change-passphrase", { vault, old, next });
            });
            return answer;
          },
        },
        set: ({ signByDefault = null, encryptByDefault = null, composeInOwnWindow = null }) => void page.act(() => askAsPage("settings.set", { signByDefault, encryptByDefault, composeInOwnWindow })),
        chooseKey: (address, use, id) => void page.act(() => askAsPage("identity.choose", { address, use, id })),
        chooseTheme: (wanted) => {
          chooseTheme(wanted);
          setTheme(wanted);
        },
        openShortcuts,
        openLanguages,
        addDirectory: (directory) => page.act(() => askAsPage("directory.add", directory)),
        removeDirectory: (id) => void page.act(() => askAsPage("directory.remove", { id })),
        allowOpening: (origin) => void page.act(() => askAsPage("opening.allow", { origin })),
        allowHost: () => void requestHost().then(lookForHost, lookForHost),
        lookForHost,
        allowCookies: () => void requestCookies().then(setCookies),
        // The browser shows its prompt only for a click: it is asked before anything is awaited.
        allowFetching: () => {
          const answer = requestFetching();
          void page.act(() => answer);
        },
        takeBackFetching: () => {
          const webmails = (page.state?.webmails ?? []).filter(({ granted }) => granted);
          const answer = releaseFetching(webmails.map(({ origin }) => origin));
          void page.act(async () => {
            if (!(await answer)) return;
            for (const { origin, managed } of webmails) if (!managed) await askAsPage("webmail.granted", { origin });
          });
        },
        allowWebmail: (origin) => {
          const answer = requestAccess(origin);
          void page.act(async () => {
            if (await answer) await askAsPage("webmail.granted", { origin });
          });
        },
        removeWebmail: (origin) =>
          void page.act(async () => {
            await askAsPage("webmail.remove", { origin });
            await releaseAccess(origin);
          }),
      }}
    />
  );
}

applyTheme();
localiseDocument("options_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);
repairActions.refresh();

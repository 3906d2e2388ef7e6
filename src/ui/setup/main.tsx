import type { JSX } from "preact";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import browser from "webextension-polyfill";
import { askAsPage } from "../frame/background.ts";
import { securityKeyAsker } from "../locks/security-key.ts";
import { makeCell, useCell } from "../shared/cell.ts";
import { requestAccess, requestFetching } from "../shared/grant.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { safeFileName, saveFile } from "../shared/save-file.ts";
import { applyTheme } from "../shared/theme.ts";
import { emptySetup, makeSetup } from "./model.ts";
import { SetupView } from "./setup-view.tsx";

/** The tab that shows this webmail already, or a new one: a second one would ask for signing in again. */
async function openTab(origin: string): Promise<void> {
  const open = (await browser.tabs.query({})).find(({ url }) => url !== undefined && URL.canParse(url) && new URL(url).origin === origin);
  if (open?.id === undefined) return void (await browser.tabs.create({ url: `${origin}/` }));
  await browser.tabs.update(open.id, { active: true });
  if (open.windowId !== undefined) await browser.windows.update(open.windowId, { focused: true });
}

const cell = makeCell(emptySetup(new URLSearchParams(location.search).get("origin") ?? ""));
const actions = makeSetup(cell, { ask: askAsPage, securityKeys: securityKeyAsker(), requestAccess, requestFetching, openTab, save: (name, bytes) => saveFile(safeFileName(name, "mailseal.p12"), bytes) });

function App(): JSX.Element {
  const model = useCell(cell);
  useEffect(actions.start, []);
  return <SetupView model={model} actions={actions} />;
}

applyTheme();
localiseDocument("setup_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);

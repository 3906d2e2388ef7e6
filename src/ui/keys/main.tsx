import type { JSX } from "preact";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { askAsPage } from "../frame/background.ts";
import { makeCell, useCell } from "../shared/cell.ts";
import { copyText } from "../shared/clipboard.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { safeFileName, saveFile } from "../shared/save-file.ts";
import { applyTheme } from "../shared/theme.ts";
import { securityKeyAsker } from "../locks/security-key.ts";
import { requestAccess } from "../shared/grant.ts";
import { KeysView } from "./keys-view.tsx";
import { emptyKeys, type KeysModel, makeKeys } from "./model.ts";

const cell = makeCell<KeysModel>(emptyKeys);
const actions = makeKeys(cell, { ask: askAsPage, copy: copyText, save: (name, bytes) => saveFile(safeFileName(name, "mailseal.pem"), bytes), securityKeys: securityKeyAsker(), requestAccess });

function App(): JSX.Element {
  const model = useCell(cell);
  useEffect(actions.start, []);
  return <KeysView model={model} actions={actions} />;
}

applyTheme();
localiseDocument("keys_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);

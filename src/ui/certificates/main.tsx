import type { JSX } from "preact";
import { render } from "preact";
import { askAsPage } from "../frame/background.ts";
import { makeCell, useCell } from "../shared/cell.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { safeFileName, saveFile } from "../shared/save-file.ts";
import { applyTheme } from "../shared/theme.ts";
import { CertificatesView } from "./certificates-view.tsx";
import { type CertificatesModel, emptyCertificates, makeCertificates } from "./model.ts";

const cell = makeCell<CertificatesModel>(emptyCertificates);
const actions = makeCertificates(cell, { ask: askAsPage, save: (name, bytes) => saveFile(safeFileName(name, "certificate.cer"), bytes) });

function App(): JSX.Element {
  return <CertificatesView model={useCell(cell)} actions={actions} now={new Date()} />;
}

applyTheme();
localiseDocument("certificates_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);
actions.refresh();
// A reader opens this page again with something to decide on, which may be another tab's doing.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && cell.get().comparing === null) actions.refresh();
});

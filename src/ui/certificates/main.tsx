import type { JSX } from "preact";
import { render } from "preact";
import { useMemo, useState } from "preact/hooks";
import { SmimeError } from "../../base/errors.ts";
import type { CertificateFacts } from "../../protocol/frame-requests.ts";
import { askAsPage } from "../frame/background.ts";
import { makeCell, useCell } from "../shared/cell.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { usePageState } from "../shared/page-state.ts";
import { type CertificatesActions, CertificatesView } from "./certificates-view.tsx";
import { RevocationLists } from "./revocation-lists.tsx";
import { makeRemoving, type RemovingModel } from "./removing.ts";

const cell = makeCell<RemovingModel>({ removed: null });

/** The largest certificate file that is read, in octets. */
const MAX_FILE = 1_000_000;

function App(): JSX.Element {
  const page = usePageState(askAsPage);
  const [added, setAdded] = useState<CertificateFacts[] | null>(null);
  const { removed } = useCell(cell);
  const removing = useMemo(() => makeRemoving(cell, { ask: askAsPage, act: page.act }), [page.act]);
  const actions: CertificatesActions = {
    addFile: (file) => {
      setAdded(null);
      void page.act(async () => {
        if (file.size > MAX_FILE) throw new SmimeError("pki.malformed");
        const { kept } = await askAsPage("certificates.import", { file: new Uint8Array(await file.arrayBuffer()) });
        setAdded(kept);
      });
    },
    remove: (kind, key, name) => {
      setAdded(null);
      removing.remove(kind, key, name);
    },
    undo: removing.undo,
  };
  return (
    <>
      <CertificatesView page={page} actions={actions} added={added} removed={removed} now={new Date()} />
      <div class="page page-wide">
        <RevocationLists ask={askAsPage} />
      </div>
    </>
  );
}

localiseDocument("certificates_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);

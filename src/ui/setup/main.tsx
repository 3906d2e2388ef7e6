import type { JSX } from "preact";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { askAsPage } from "../frame/background.ts";
import { makeCell, useCell } from "../shared/cell.ts";
import { requestAccess } from "../shared/grant.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { emptySetup, makeSetup } from "./model.ts";
import { SetupView } from "./setup-view.tsx";

const cell = makeCell(emptySetup(new URLSearchParams(location.search).get("origin") ?? ""));
const actions = makeSetup(cell, { ask: askAsPage, requestAccess });

function App(): JSX.Element {
  const model = useCell(cell);
  useEffect(actions.start, []);
  return <SetupView model={model} actions={actions} />;
}

localiseDocument("setup_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);

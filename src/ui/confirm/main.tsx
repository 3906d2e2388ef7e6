import type { JSX } from "preact";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Confirmation } from "../../protocol/shapes.ts";
import { askAsPage } from "../frame/background.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { applyTheme } from "../shared/theme.ts";
import { ConfirmView } from "./confirm-view.tsx";

const id = location.hash.slice(1);

/** How often the background is asked whether it still waits, in milliseconds: being asked also keeps it from being ended. */
const KEEP_AWAKE = 10_000;

function App(): JSX.Element {
  const [details, setDetails] = useState<Confirmation | null | undefined>(undefined);
  useEffect(() => {
    const load = (): void => void askAsPage("confirm.details", { id }).then(setDetails, () => setDetails(null));
    load();
    const timer = setInterval(load, KEEP_AWAKE);
    return () => clearInterval(timer);
  }, []);
  const answer = (confirmed: boolean): void => void askAsPage("confirm.answer", { id, confirmed }).finally(() => window.close());
  return <ConfirmView details={details} onAnswer={answer} />;
}

applyTheme();
localiseDocument("confirm_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);

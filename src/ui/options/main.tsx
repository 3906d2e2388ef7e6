import type { JSX } from "preact";
import { render } from "preact";
import { askAsPage } from "../frame/background.ts";
import { releaseAccess } from "../shared/grant.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { usePageState } from "../shared/page-state.ts";
import { OptionsView } from "./options-view.tsx";

function App(): JSX.Element {
  const page = usePageState(askAsPage);
  return (
    <OptionsView
      page={page}
      actions={{
        set: (settings) => void page.act(() => askAsPage("settings.set", settings)),
        allowOpening: (origin) => void page.act(() => askAsPage("opening.allow", { origin })),
        removeWebmail: (origin) =>
          void page.act(async () => {
            await askAsPage("webmail.remove", { origin });
            await releaseAccess(origin);
          }),
      }}
    />
  );
}

localiseDocument("options_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);

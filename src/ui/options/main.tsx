import type { JSX } from "preact";
import { render } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { HostStatus } from "../../protocol/host-port.ts";
import { askAsPage } from "../frame/background.ts";
import { releaseAccess, releaseFetching, requestAccess, requestFetching, requestHost } from "../shared/grant.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { usePageState } from "../shared/page-state.ts";
import { OptionsView } from "./options-view.tsx";

function App(): JSX.Element {
  const page = usePageState(askAsPage);
  const [host, setHost] = useState<HostStatus | null>(null);
  const lookForHost = useCallback(() => {
    setHost(null);
    askAsPage("host.status", null).then(setHost, () => setHost({ state: "broken", version: null }));
  }, []);
  useEffect(lookForHost, [lookForHost]);
  return (
    <OptionsView
      page={page}
      host={host}
      startsAnew={location.protocol === "moz-extension:"}
      actions={{
        set: (settings) => void page.act(() => askAsPage("settings.set", settings)),
        addDirectory: (directory) => page.act(() => askAsPage("directory.add", directory)),
        removeDirectory: (id) => void page.act(() => askAsPage("directory.remove", { id })),
        allowOpening: (origin) => void page.act(() => askAsPage("opening.allow", { origin })),
        allowHost: () => void requestHost().then(lookForHost, lookForHost),
        lookForHost,
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

localiseDocument("options_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);

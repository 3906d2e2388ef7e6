import type { JSX } from "preact";
import type { HostStatus } from "../../protocol/host-port.ts";
import { HelpLink } from "../help/help-link.tsx";
import { t } from "../shared/i18n.ts";

/** What is to be typed in the folder that Mailseal was built in (docs/administrator/install.md); not translated. */
const INSTALL = "node dist/cli/mailseal.mjs host install";

/** The native host: what it adds, how it is, and the one next step. `host` is null while it is being looked for. */
export function HostSection({ host, allow, look }: { host: HostStatus | null; allow: () => void; look: () => void }): JSX.Element {
  return (
    <section aria-labelledby="host" data-test="host" data-state={host?.state ?? "looking"}>
      <h2 id="host">{t("host_title")}</h2>
      <p>{t("host_text")}</p>
      <p role="status">{stateText(host)}</p>
      {host !== null && host.state !== "ready" && host.state !== "permission" && (
        <p>
          <code>{INSTALL}</code>
        </p>
      )}
      {host?.state === "permission" && (
        <p class="buttons">
          <button type="button" onClick={allow} data-test="host-allow">
            {t("host_allow")}
          </button>
        </p>
      )}
      {(host?.state === "missing" || host?.state === "broken") && (
        <p class="buttons">
          <button type="button" onClick={look} data-test="host-look">
            {t("host_look")}
          </button>
          <HelpLink topic="host" />
        </p>
      )}
    </section>
  );
}

function stateText(host: HostStatus | null): string {
  switch (host?.state) {
    case undefined:
      return t("host_looking");
    case "ready":
      return t("host_ready", host.version ?? "");
    case "permission":
      return t("host_permission");
    case "missing":
      return t("host_missing");
    case "broken":
      return t("host_broken");
  }
}

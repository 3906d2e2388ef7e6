import type { JSX } from "preact";
import { useState } from "preact/hooks";
import browser from "webextension-polyfill";
import { copyText } from "./clipboard.ts";
import { t } from "./i18n.ts";

/** What every report for support begins with. */
export interface ReportAbout {
  mailseal: string;
  browser: string;
  /** When the report was made, ISO 8601. */
  made: string;
}

const about = (): ReportAbout => ({ mailseal: browser.runtime.getManifest().version, browser: navigator.userAgent, made: new Date().toISOString() });

/** "Copy report for support": all facts, no content. */
export function CopyReport({ make }: { make: (about: ReportAbout) => string }): JSX.Element {
  const [said, setSaid] = useState<"details_copy" | "details_copied" | "details_copy_failed">("details_copy");
  const copy = async (): Promise<void> => setSaid((await copyText(make(about()))) ? "details_copied" : "details_copy_failed");
  return (
    <button type="button" onClick={() => void copy()} data-test="copy-report" data-state={said}>
      {t(said)}
    </button>
  );
}

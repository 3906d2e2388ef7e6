import type { Controls } from "../protocol/webmail.ts";
import { browser } from "./browser-api.ts";

const text = (key: string): string => browser.i18n.getMessage(key);

/** Texts of our controls in the page, in the browser's language. */
export function controlLabels(): Controls["labels"] {
  return {
    secureMessage: { label: text("control_secure_message"), title: text("control_secure_message_title") },
    setUp: { label: text("control_set_up"), title: text("control_set_up_title") },
    encrypt: { label: text("control_encrypt"), title: text("control_encrypt_title") },
    sign: { label: text("control_sign"), title: text("control_sign_title") },
    unfinished: { label: text("control_unfinished"), title: text("control_unfinished_title") },
  };
}

/** What a screen reader says of a frame of ours. */
export function frameTitle(kind: "reader" | "composer"): string {
  return text(kind === "reader" ? "frame_title_reader" : "frame_title_composer");
}

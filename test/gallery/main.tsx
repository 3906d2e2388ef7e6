import "./stub-browser.ts";
import { render } from "preact";
import { localiseDocument } from "../../src/ui/shared/i18n.ts";
import { composerStates } from "./composer-states.tsx";
import { certificatesStates } from "./certificates-states.tsx";
import { confirmStates, helpStates, optionsStates, popupStates, secretStates, setupStates, unlockStates } from "./page-states.tsx";
import { keysStates } from "./keys-states.tsx";
import { readerStates } from "./reader-states.tsx";

/** One state of one page, by the address: `/<page>/<state>?lang=he`. `scripts/gallery.mjs` reads the list from `gallery`. */
const gallery = { reader: readerStates, composer: composerStates, setup: setupStates, popup: popupStates, options: optionsStates, certificates: certificatesStates, secret: secretStates, unlock: unlockStates, keys: keysStates, help: helpStates, confirm: confirmStates };
const titles = { reader: "reader_title", composer: "composer_title", setup: "setup_title", popup: "extensionName", options: "options_title", certificates: "certificates_title", secret: "secret_title", unlock: "unlock_title", keys: "keys_title", help: "help_title", confirm: "confirm_title" };

/** What is pressed before the picture is taken, or typed where ` = ` stands. */
const presses = {
  "reader/details": ["[data-test=details-toggle]"],
  "reader/contact-exists-details": ["[data-test=details-toggle]"],
  "reader/contact-problem-details": ["[data-test=details-toggle]"],
  "reader/not-checkable-details": ["[data-test=details-toggle]"],
  "reader/revoked-details": ["[data-test=details-toggle]"],
  "reader/revoked-later-details": ["[data-test=details-toggle]"],
  "reader/preview": ["[data-test=attachment-open]"],
  "reader/source": ["[data-test=more]", "[data-test=show-decrypted]"],
  "reader/menu": ["[data-test=more]"],
  "certificates/details": ["[data-test=list-people] [data-test=certificate-open]"],
  "certificates/untrusted": ["[data-test=list-people] [data-test=certificate-open]"],
  "certificates/completing": ["[data-test=list-authorities] [data-test=certificate-open]"],
  "certificates/revoked": ["[data-test=list-people] [data-test=certificate-open]"],
  "certificates/compare-wrong": ["[data-test=compare-typed] = 0000 0000"],
  "certificates/compare-fits": ["[data-test=compare-typed] = 9F86 D081", "[data-test=compare-rest]"],
  "certificates/remove-key": ["[data-test=list-mine] [data-test=certificate-remove]"],
  "options/change-passphrase": ["[data-test=change-passphrase]", "[data-test=passphrase-next] = short"],
  "options/protection-prove": ["[data-test=protection-change]"],
  "options/protection-prove-security-key": ["[data-test=protection-change]"],
  "options/protection-choose": ["[data-test=protection-change]", "[data-test=protection-security-key]"],
  "options/protection-none": ["[data-test=protection-change]", "[data-test=protection-old] = a passphrase", "[data-test=protection-prove]", "[data-test=protection-none]", "[data-test=protection-change-now]"],
  "options/protection-changed": ["[data-test=protection-change]", "[data-test=protection-typed] = four words that fit", "[data-test=protection-again] = four words that fit", "[data-test=protection-change-now]"],
  "keys/request": ["[data-test=waiting-key] summary"],
  "composer/chip-details": [".chip-face"],
  "composer/list-chip": [".chip-face"],
  "composer/several-certificates": [".chip-face"],
  "composer/unchecked-chip": [".chip-face"],
  "composer/cipher": ["[data-test=composer-more]"],
  "composer/cipher-unreadable": ["[data-test=composer-more]"],
  "composer/receipt": ["[data-test=composer-more]"],
  "composer/link": ["[data-test=format-link]"],
};

const [, page = "", state = ""] = location.pathname.split("/");
Object.assign(globalThis, { presses, gallery: Object.fromEntries(Object.entries(gallery).map(([name, states]) => [name, Object.keys(states)])) });
const State = gallery[page as keyof typeof gallery]?.[state];
const root = document.querySelector("#app");
if (State && root) {
  localiseDocument(titles[page as keyof typeof titles]);
  render(<State />, root);
}

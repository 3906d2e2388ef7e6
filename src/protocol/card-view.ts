import type { CardsSeen, SeenCard } from "./card-messages.ts";
import type { CertificateFacts } from "./frame-requests.ts";
import type { HostStatus } from "./host-port.ts";

/** What our own pages show of cards. */
export interface CardsView {
  host: HostStatus["state"];
  /** Why cards could not be asked for; null if they were. */
  code: string | null;
  /** Readers are left alone after a logout, until the person asks or somebody signs in. */
  resting: boolean;
  /** A card did not log out when it should have. */
  stayedOpen: boolean;
  /** False where the host was installed without what it needs for cards. */
  supported: boolean;
  /** `unknown`: nobody could be asked. `managed`: the organisation named it. */
  modules: { path: string; managed: boolean; state: CardsSeen["modules"][number]["state"] | "unknown"; name: string; readers: string[] }[];
  suggested: string[];
  cards: CardView[];
}

export interface CardView extends Pick<SeenCard, "reader" | "manufacturer" | "model" | "pinPad" | "needsPin" | "loggedIn" | "tries"> {
  place: Pick<SeenCard, "module" | "slot" | "serial" | "label">;
  /** Where each message asks for the PIN (`KeyUnlockMinutes` 0) a login by our own pages serves nothing. */
  eachMessage: boolean;
  /** Whose keys are of a kind that is not used here (`keys.algorithm`), by the names in their certificates. */
  unsupported: string[];
  keys: {
    /** Fingerprint of the certificate. */
    id: string;
    certificate: CertificateFacts;
    /** `ok`, or why its certificate cannot be used. */
    code: string;
    canSign: boolean;
    canDecrypt: boolean;
    /** Origins of the webmails it may be used in. */
    origins: string[];
    /** It wants the PIN for each use. */
    eachTime: boolean;
  }[];
}

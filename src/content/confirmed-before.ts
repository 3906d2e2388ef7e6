const KEY = "mailseal-confirmed";

/** A window whose session storage may be closed to us: cookies blocked, or a sandboxed document. */
type Stored = { readonly sessionStorage: Storage };

/**
 * Whether the background confirmed this origin when the tab showed it before, so that our controls may stand in the page
 * from its first frame on. The page can forge the note: it decides when a control is drawn, never what it may do.
 */
export function confirmedBefore(window: Stored): boolean {
  try {
    return window.sessionStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** Notes what the background said of this origin, for the next page in this tab. */
export function noteConfirmed(window: Stored, granted: boolean): void {
  try {
    if (granted) window.sessionStorage.setItem(KEY, "");
    else window.sessionStorage.removeItem(KEY);
  } catch {
    // Then the controls come a moment later.
  }
}

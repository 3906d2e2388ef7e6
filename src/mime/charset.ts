/** Text decoded from octets. */
export interface DecodedText {
  text: string;
  /** False if the character set is unknown and the text was read by guess. */
  known: boolean;
}

/**
 * Decodes octets of a MIME character set. Text that names none, or claims US-ASCII and is not, is read as UTF-8 if that
 * is valid, else as windows-1252, which is what such mail holds in practice.
 */
export function decodeBytes(bytes: Uint8Array, charset: string): DecodedText {
  const label = charset.trim().replace(/^["']|["']$/g, "");
  if (label === "" || /^(us-)?ascii$/i.test(label) || /^ansi_x3/i.test(label)) return { text: guess(bytes), known: true };
  try {
    return { text: new TextDecoder(alias(label)).decode(bytes), known: true };
  } catch {
    return { text: guess(bytes), known: false };
  }
}

/** Names that mail uses and the Encoding Standard does not list. */
function alias(label: string): string {
  const windows = /^(?:cp|windows)-?(125\d|874)$/i.exec(label);
  if (windows) return `windows-${windows[1] as string}`;
  if (/^cp-?932$/i.test(label)) return "shift_jis";
  if (/^cp-?936$/i.test(label)) return "gbk";
  if (/^cp-?949$/i.test(label)) return "euc-kr";
  if (/^utf_?8$/i.test(label)) return "utf-8";
  return label;
}

function guess(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

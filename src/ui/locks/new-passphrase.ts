/** The fewest characters of a passphrase, as the background asks for them. */
const LEAST_CHARACTERS = 12;

/** What is still wrong with a new passphrase, typed twice; null if nothing is. */
export function newPassphraseProblem(passphrase: string, again: string): "empty" | "short" | "differs" | null {
  if (passphrase === "") return "empty";
  if ([...passphrase.normalize("NFC")].length < LEAST_CHARACTERS) return "short";
  return passphrase === again ? null : "differs";
}

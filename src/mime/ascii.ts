/**
 * Turns A–Z into lower case and leaves every other character alone. `toLowerCase` would also map a Kelvin sign to `k`,
 * so that two names that differ in octets could pass for one.
 */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Tells whether text holds printable ASCII and spaces alone. */
export function isPrintableAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** Which of the words occur in the octets, plainly or encoded (UTF-16, base64, quoted-printable, percent), nested at most `depth` deep. */
export function wordsIn(bytes: Uint8Array, words: string[], depth?: number): string[];
export function searchFiles(words: string[], where: { paths: string[]; databases?: string[] }): Promise<{ where: string; words: string[] }[]>;

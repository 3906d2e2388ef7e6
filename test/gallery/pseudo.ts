const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const accented = "áƀçđéƒĝĥíĵķļɱñóþɋŕšţúṽŵẋýžÁƁÇÐÉƑĜĤÍĴĶĻṀÑÓÞɊŔŠŢÚṼŴẊÝŽ";
const letters = new Map([...plain].map((letter, i) => [letter, [...accented][i] as string]));

/**
 * A language in which no text has a letter of ASCII: each text stands between ⟦ and ⟧. Whatever ASCII letters a page shows were
 * then written into the code, or are data. What is filled into a text stays as it is, so data is seen there too.
 */
export function pseudo(message: string): string {
  const words = message.split(/(\$[a-z0-9]+\$?)/i).map((piece, i) => (i % 2 === 1 ? piece : [...piece].map((letter) => letters.get(letter) ?? letter).join("")));
  return `⟦${words.join("")}⟧`;
}

/** The pseudo-language formats dates, numbers and lists as Greek does: without a letter of ASCII. */
export const pseudoTag = "el";

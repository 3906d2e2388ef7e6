import { SUBJECT, TEXT } from "./messages.ts";
import type { Shown } from "./show.ts";

/** What of a message's text Thunderbird shows: all, alone or after the protected subject; none; or something else. */
export type TextSeen = "alone" | "after the subject" | "nothing" | "another text" | "a page of its own";

export function textSeen({ body }: Shown): TextSeen {
  switch (body) {
    case null:
      return "a page of its own";
    case "":
      return "nothing";
    case `${TEXT}\n`:
      return "alone";
    case `Subject: ${SUBJECT}\n\n${TEXT}\n`:
      return "after the subject";
    default:
      return "another text";
  }
}

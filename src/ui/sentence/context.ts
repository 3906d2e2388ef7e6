import type { ShownHeaders } from "../../protocol/message-content.ts";
import type { SentenceContext } from "./message-sentence.ts";

/** What the sentence needs to know of a message's header. */
export function sentenceContext(headers: ShownHeaders, day: (iso: string) => string): SentenceContext {
  return { from: headers.from, outerFrom: headers.outerFrom, insideFrom: headers.insideFrom, headersProtected: headers.protected, day };
}

/** How a field was protected; field names compare without regard to case. */
export function fieldProtection(headers: ShownHeaders, field: string): string {
  const name = Object.keys(headers.fields).find((each) => each.toLowerCase() === field.toLowerCase());
  return name === undefined ? "unprotected" : (headers.fields[name] ?? "unprotected");
}

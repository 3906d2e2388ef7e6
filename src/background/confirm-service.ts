import type { Confirmation } from "../protocol/shapes.ts";
import { windowQuestions } from "./window-questions.ts";

/** Asks a person whether a message that the page could have arranged shall be sent; what is shown is text of the message. */
export function confirmService(open: (id: string) => Promise<number | null>) {
  return windowQuestions<Confirmation, boolean>(open, false);
}

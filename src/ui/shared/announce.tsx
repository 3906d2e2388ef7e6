import type { JSX } from "preact";

/** Says changes of state politely to a screen reader (WCAG 4.1.3); `urgent` is for FR-01 alone, which may interrupt. */
export function Announce({ text, urgent = false }: { text: string; urgent?: boolean }): JSX.Element {
  return (
    <div class="visually-hidden" role={urgent ? "alert" : "status"} data-test="status">
      {text}
    </div>
  );
}

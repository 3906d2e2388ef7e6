import type { JSX } from "preact";

/** Line drawings on a 24-pixel grid; all are decoration beside a text or a label. */
const drawings = {
  chevron: "m6.5 9.5 5.5 5.5 5.5-5.5",
  close: "m6 6 12 12M18 6 6 18",
  more: "M5 12a.6.6 0 1 0 1.2 0 .6.6 0 0 0-1.2 0ZM11.4 12a.6.6 0 1 0 1.2 0 .6.6 0 0 0-1.2 0ZM17.8 12a.6.6 0 1 0 1.2 0 .6.6 0 0 0-1.2 0Z",
  attach: "m19.5 11-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-7.9 7.9a1.6 1.6 0 0 1-2.2-2.2l7-7",
  reply: "M10 6 4.5 11.5 10 17M5 11.5h8.5a6 6 0 0 1 6 6v1",
  replyAll: "M13 6 7.5 11.5 13 17M8.5 6 3 11.5 8.5 17M8 11.5h6a6 6 0 0 1 6 6v1",
  forward: "m14 6 5.5 5.5L14 17M19 11.5h-8.5a6 6 0 0 0-6 6v1",
  person: "M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM4.75 20a7.25 7.25 0 0 1 14.5 0",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.3 15.3 20 20",
  expand: "M14 4.5h5.5V10M19.5 4.5 13.5 10.5M10 19.5H4.5V14M4.5 19.5l6-6",
  window: "M4.5 8.5v11h11v-4M8.5 4.5h11v11h-11v-11ZM8.5 7.5h11",
  shrink: "M19.5 9.5h-5V4.5M14.5 9.5l5-5M4.5 14.5h5v5M9.5 14.5l-5 5",
  warning: "M12 4 2.75 20h18.5L12 4ZM12 10v4.5M12 17.4v.1",
  bold: "M8 5h5a3.4 3.4 0 0 1 0 6.9H8V5ZM8 11.9h5.8a3.5 3.5 0 0 1 0 7.1H8v-7.1Z",
  italic: "M10.5 5h6M7.5 19h6M14 5l-4 14",
  underline: "M7.5 4.5v6.8a4.5 4.5 0 0 0 9 0V4.5M6.5 19.5h11",
  list: "M9.5 6.5H20M9.5 12H20M9.5 17.5H20M5 6.5h.01M5 12h.01M5 17.5h.01",
  numbers: "M10 6.5h10M10 12h10M10 17.5h10M4.6 5.4 6 4.6V9M4.4 15.2c.9-1.1 2.6-.5 2.2.9-.2.8-1.4 1.4-2.2 2.6h2.4",
  quote: "M4.5 5.5v13M9 7.5h11M9 12h11M9 16.5h7",
  link: "M10 14a3.9 3.9 0 0 0 5.9.4l2.7-2.7a3.9 3.9 0 0 0-5.5-5.5l-1.5 1.5M14 10a3.9 3.9 0 0 0-5.9-.4l-2.7 2.7a3.9 3.9 0 0 0 5.5 5.5l1.5-1.5",
  image: "M4.5 5.5h15v13h-15v-13ZM8.7 10.6a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4ZM5 17.5l4.6-4.7 3 3 3-3.3 4 4.4",
  plain: "M5 6.5h14M5 11h14M5 15.5h9",
  card: "M3.5 6h17v12h-17V6ZM3.5 10h17",
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name, mirrored }: { name: IconName; mirrored?: boolean }): JSX.Element {
  return (
    <svg class={mirrored ? "icon icon-mirrored" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={drawings[name]} />
    </svg>
  );
}

import type { JSX } from "preact";
import type { MarkState } from "../sentence/sentence.ts";

/**
 * The two marks: a scalloped seal for signatures, a lock for encryption. Their outlines differ, so that they are told apart
 * without colour and at 16 pixels. They repeat what a sentence beside them says, so they are hidden from screen readers.
 */
export function Seal({ state }: { state: MarkState }): JSX.Element | null {
  if (state === "none") return null;
  return (
    <Mark state={state}>
      <path d={scallops} class="mark-body" />
      <path d="m8.4 12.3 2.5 2.5 4.8-5.3" class="mark-sign" />
    </Mark>
  );
}

export function Lock({ state }: { state: MarkState }): JSX.Element | null {
  if (state === "none") return null;
  return (
    <Mark state={state}>
      <path d="M7.75 11V8a4.25 4.25 0 0 1 8.5 0v3" class="mark-bow" />
      <rect x="4.75" y="11" width="14.5" height="9.75" rx="2" class="mark-body" />
      <path d="M12 14.6v2.6" class="mark-sign" />
    </Mark>
  );
}

function Mark({ state, children }: { state: MarkState; children: JSX.Element[] }): JSX.Element {
  return (
    <svg class={`mark mark-${state}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
      {state === "struck" && <path d="M3.5 3.5 20.5 20.5" class="mark-strike" />}
    </svg>
  );
}

/** Ten arcs on a circle: the outline of the seal. */
const scallops = scallopedCircle(10, 8.4, 3.1);

function scallopedCircle(count: number, radius: number, bulge: number): string {
  const points = Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count - Math.PI / 2;
    return `${(12 + radius * Math.cos(angle)).toFixed(2)} ${(12 + radius * Math.sin(angle)).toFixed(2)}`;
  });
  const arcs = [...points.slice(1), points[0]].map((point) => `A${bulge} ${bulge} 0 0 1 ${point}`);
  return `M${points[0]}${arcs.join("")}Z`;
}

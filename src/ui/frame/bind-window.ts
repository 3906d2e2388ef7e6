import type { FrameAnswers } from "../../protocol/frame-requests.ts";
import type { Ask } from "../../protocol/requests.ts";

export type WindowBinding = FrameAnswers["frame.redeem"] & { window: NonNullable<FrameAnswers["frame.redeem"]["window"]> };

/** Redeems the ticket in this window's address; null without a valid one, as after a reload or when the browser restored the window. */
export async function bindWindow(ask: Ask<"frame">, here: Window = window): Promise<WindowBinding | null> {
  const ticket = here.location.hash.slice(1);
  // The ticket must not stay in the address, where history and session restore would keep it.
  here.history.replaceState(null, "", here.location.pathname);
  if (!/^[\w-]{16,64}$/.test(ticket)) return null;
  try {
    const binding = await ask("frame.redeem", { ticket });
    return binding.window ? { ...binding, window: binding.window } : null;
  } catch {
    return null;
  }
}

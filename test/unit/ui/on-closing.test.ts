import { describe, expect, it, vi } from "vitest";
import { emptiedOnce, keptInTime, pictureUrls } from "../../../src/ui/composer/empty-composer.ts";
import { onClosing } from "../../../src/ui/frame/on-closing.ts";

describe("a frame that is to show nothing any more", () => {
  it("is told by the background alone, in words that it knows", () => {
    const listeners: ((port: { name: string; sender?: { tab?: unknown }; disconnect: () => void }) => void)[] = [];
    const close = vi.fn();
    onClosing({ addListener: (listener) => void listeners.push(listener) }, close);
    const connect = (name: string, sender?: { tab?: unknown }) => listeners.forEach((listener) => listener({ name, ...(sender && { sender }), disconnect: () => undefined }));
    // A content script speaks from a tab.
    connect("frame-closing ended", { tab: { id: 1 } });
    connect("frame-closing whatever", {});
    connect("popup-question 1", {});
    expect(close).not.toHaveBeenCalled();
    connect("frame-closing ended", {});
    connect("frame-closing locked");
    expect(close.mock.calls).toEqual([["ended"], ["locked"]]);
  });

  it("waits for its draft, and not for ever", async () => {
    vi.useFakeTimers();
    expect(await keptInTime(() => Promise.resolve(true))).toBe(true);
    expect(await keptInTime(() => Promise.reject(new Error("disk")))).toBe(false);
    const never = keptInTime(() => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(16_000);
    expect(await never).toBe(false);
    vi.useRealTimers();
  });

  it("is emptied once: what closes it meanwhile or later waits for its draft and changes no more than the reason", async () => {
    let kept: (written: string) => void = () => undefined;
    const empty = vi.fn(() => new Promise<string>((resolve) => (kept = resolve)));
    const show = vi.fn();
    const emptied = emptiedOnce(empty, show);
    const both = [emptied("locked"), emptied("ended")];
    await Promise.resolve();
    expect(show).not.toHaveBeenCalled();
    kept("kept");
    await Promise.all(both);
    await emptied("locked");
    expect(empty).toHaveBeenCalledOnce();
    expect(show.mock.calls).toEqual([["locked", "kept"], ["ended", "kept"], ["locked", "kept"]]);
  });

  it("gives up the pictures of what was written", () => {
    const revoke = vi.spyOn(URL, "revokeObjectURL");
    const pictures = pictureUrls();
    const made = [pictures.make("a", "image/png"), pictures.make("b", "image/png")];
    pictures.revokeAll();
    pictures.revokeAll();
    expect(revoke.mock.calls.map(([url]) => url)).toEqual(made);
  });
});

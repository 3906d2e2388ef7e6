import { describe, expect, it } from "vitest";
import { adaptedPage } from "../../../src/content/adapted-page.ts";
import type { Page } from "../../../src/content/page.ts";
import type { WebmailAdapter } from "../../../src/webmail/adapter.ts";

/** Adapters of which only some recognise the page; `seen` says which one it was made for and which were left. */
function setup(recognises: Record<string, boolean>) {
  const seen: string[] = [];
  const adapters = Object.keys(recognises).map((id) => ({ id, ui: () => ({ detect: () => (recognises[id] ? { account: null } : null) }) }) as unknown as WebmailAdapter);
  const make = ({ id }: WebmailAdapter): Page => {
    seen.push(`made ${id}`);
    return { leave: () => void seen.push(`left ${id}`) } as unknown as Page;
  };
  const page = adaptedPage({ location: { href: "https://mail.example.org/" } } as Document, adapters as [WebmailAdapter], make);
  return { page, seen };
}

const named = (id: string) => id as WebmailAdapter["id"];

describe("the adapter of a page", () => {
  it("is the one that the organisation named, also where another would be chosen", () => {
    const { page, seen } = setup({ one: true, two: false });
    page.adapt(named("two"));
    page.adapt(named("two"));
    expect(seen).toEqual(["made one", "left one", "made two"]);
  });

  it("is the first that recognises the page where none is named", () => {
    const { page, seen } = setup({ one: false, two: true });
    page.adapt(null);
    expect(seen).toEqual(["made one", "left one", "made two"]);
  });

  it("stays where nothing recognises the page, or a name is not known", () => {
    const { page, seen } = setup({ one: false, two: false });
    page.adapt(null);
    page.adapt(named("three"));
    expect(seen).toEqual(["made one"]);
  });
});

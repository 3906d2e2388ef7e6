import type { WebmailName } from "../protocol/webmail.ts";
import type { WebmailAdapter } from "../webmail/adapter.ts";
import type { Page } from "./page.ts";

/** The page as the adapter sees it that it is for. */
export interface AdaptedPage {
  now(): Page;
  /** Takes the adapter that the organisation named, or with null the first that recognises the page, where it is another than now. */
  adapt(named: WebmailName | null): void;
}

/**
 * Begins with the first adapter, as nothing is there to be recognised before the document is: whoever does not recognise it does
 * nothing in it.
 */
export function adaptedPage(document: Document, [first, ...others]: readonly [WebmailAdapter, ...WebmailAdapter[]], make: (adapter: WebmailAdapter) => Page): AdaptedPage {
  const all = [first, ...others];
  let adapter = first;
  let page = make(first);

  const recognised = (): WebmailAdapter | undefined => all.find((each) => each.ui(document).detect(document, new URL(document.location.href)) !== null);

  return {
    now: () => page,
    adapt(named) {
      const wanted = named === null ? recognised() : all.find(({ id }) => id === named);
      if (!wanted || wanted === adapter) return;
      page.leave();
      adapter = wanted;
      page = make(wanted);
    },
  };
}

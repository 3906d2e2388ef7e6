import type { Marionette } from "../../../scripts/lib/marionette.mjs";

/** What Thunderbird shows of a signature or of encryption. */
export interface Mark {
  /** The icon on the button in the message's header; null if there is none. */
  icon: "ok" | "notok" | "mismatch" | "unverified" | "unknown" | null;
  /** The words of the panel that the button opens; null if there is no button. */
  label: string | null;
  explanation: string | null;
}

/** What a person sees of one message. */
export interface Shown {
  signature: Mark;
  encryption: Mark;
  subject: string;
  /** The text; null if Thunderbird shows a page of its own in the place of the message. */
  body: string | null;
  /** The heading of that page; else empty. */
  refusal: string;
}

/**
 * The document of a message counts the signatures that Thunderbird went to check and those that it had an answer to. Text that
 * it cannot decrypt it replaces by a page whose address starts with `data:`, which has a process of its own.
 */
const SHOW = `
  const [path] = args;
  const { MailUtils } = ChromeUtils.importESModule("resource:///modules/MailUtils.sys.mjs");
  const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
  const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
  file.initWithPath(path);
  const until = async (what, ask) => {
    for (const end = Date.now() + 20_000; ; ) {
      const answer = ask();
      if (answer) return answer;
      if (Date.now() > end) throw new Error(what + ": not within 20 seconds");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const main = await until("the main window", () => Services.wm.getMostRecentWindow("mail:3pane"));
  const messageWindow = () => Services.wm.getMostRecentWindow("mail:messageWindow");
  MailUtils.openEMLFile(main, file, Services.io.newFileURI(file));
  const window = await until("a window for the message", messageWindow);
  try {
    const view = await until("the message's document", () => window.messageBrowser?.contentWindow);
    const browser = await until("the message's pane", () => view.getMessagePaneBrowser?.());
    const refused = () => browser.currentURI.spec.startsWith("data:") && browser.contentTitle;
    const ready = () => browser.contentDocument?.readyState === "complete" && browser.contentDocument.body;
    const checked = () => view.gSmimeMsgLoadedFired && view.gReceivedSignatureCount >= view.gExpectedSignatureCount;
    await until("the message", () => refused() || (ready() && checked()));

    const element = (id) => view.document.getElementById(id);
    const button = element("encryptionTechBtn");
    if (!button.hidden) button.click();
    const mark = (image, what) => ({
      icon: image.hidden ? null : /-(\\w+)\\.svg$/.exec(image.src)[1],
      label: button.hidden ? null : element(what + "Label").textContent,
      explanation: button.hidden ? null : element(what + "Explanation").textContent,
    });
    return {
      signature: mark(element("signedHdrIcon"), "signature"), encryption: mark(element("encryptedHdrIcon"), "encryption"),
      subject: element("expandedsubjectBox").value.textContent,
      body: refused() ? null : browser.contentDocument.body.innerText, refusal: refused() || "",
    };
  } finally {
    window.close();
    await until("the window's end", () => !messageWindow());
  }
`;

/** Opens a file of a message in a window of Thunderbird's, and reads what a person sees there. */
export function show(thunderbird: Marionette, path: string): Promise<Shown> {
  return thunderbird.script<Shown>(SHOW, path);
}

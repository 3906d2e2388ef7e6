import { SmimeError } from "../../base/errors.ts";
import type { WebmailAdapter } from "../adapter.ts";
import { documentEnv } from "./page-env.ts";
import { makeSession } from "./session.ts";
import { roundcubeTransport } from "./transport.ts";
import { roundcubeUi } from "./ui.ts";

export const roundcube: WebmailAdapter = {
  id: "roundcube",
  ui: roundcubeUi,
  transport(document, account) {
    const env = documentEnv(document);
    if (!env) throw new SmimeError("webmail.signed-out");
    // Frames and mail pages lie beside index.php, so the folder of the page is the base of every request.
    const base = new URL("./", document.location.href).href;
    return roundcubeTransport(makeSession(env, base, (url, init) => fetch(url, init)), { account });
  },
};

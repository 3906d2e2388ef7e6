import type { JSX } from "preact";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { codeOf } from "../../base/errors.ts";
import { type UnlockQuestion, type UnlockSecret, WRONG_SECRET } from "../../protocol/unlock.ts";
import { askAsPage } from "../frame/background.ts";
import { securityKeyAsker } from "../locks/security-key.ts";
import { forgetSecret } from "../locks/security-key-desk.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { applyTheme } from "../shared/theme.ts";
import { type Given, type Tried, UnlockView } from "./unlock-view.tsx";

const securityKeys = securityKeyAsker();
const id = location.hash.slice(1);

/** How often the background is asked whether it still waits, in milliseconds: being asked also keeps it from being ended. */
const STILL_WANTED = 2000;

function App(): JSX.Element {
  const [question, setQuestion] = useState<UnlockQuestion | null | undefined>(undefined);
  const [tried, setTried] = useState<Tried>({ state: "not-yet" });
  useEffect(() => {
    const load = (): void =>
      void askAsPage("unlock.details", { id }).then(
        (now) => setQuestion((before) => (before && now ? { ...before, wait: now.wait } : now)),
        () => setQuestion(null),
      );
    load();
    const timer = setInterval(load, STILL_WANTED);
    return () => clearInterval(timer);
  }, []);
  const unlock = async (given: Given, minutes: number | null): Promise<void> => {
    setTried({ state: "trying" });
    try {
      const secret: UnlockSecret = given.kind === "security-key" ? { kind: given.kind, ...(await securityKeys.ask(question?.securityKeys.relyingParty ?? null, question?.authenticators ?? [])) } : given;
      const answer = await askAsPage("unlock.answer", { id, secret, minutes }).finally(() => forgetSecret(secret));
      if (answer.state === "opened") return window.close();
      setTried({ state: "failed", code: answer.state === "wrong" ? WRONG_SECRET[given.kind] : "keys.unlock-wait", until: answer.wait === 0 ? 0 : Date.now() + answer.wait });
    } catch (error) {
      setTried({ state: "failed", code: codeOf(error), until: 0 });
    }
  };
  const enter = async (pin: string | null, minutes: number | null): Promise<void> => {
    setTried({ state: "trying" });
    try {
      const reply = await askAsPage("unlock.card", { id, pin, minutes });
      if (reply.result === "ok") return window.close();
      setTried({ state: "card", reply });
    } catch (error) {
      setTried({ state: "failed", code: codeOf(error), until: 0 });
    }
  };
  const cancel = (): void => void askAsPage("unlock.cancel", { id }).finally(() => window.close());
  return <UnlockView question={question} tried={tried} onUnlock={(given, minutes) => void unlock(given, minutes)} onCard={(pin, minutes) => void enter(pin, minutes)} onCancel={cancel} />;
}

applyTheme();
localiseDocument("unlock_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);

import type { JSX } from "preact";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { SecretQuestion } from "../../protocol/page-requests.ts";
import { askAsPage } from "../frame/background.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { applyTheme } from "../shared/theme.ts";
import { SecretView } from "./secret-view.tsx";

const id = location.hash.slice(1);

/** How often the background is asked whether it still waits, in milliseconds: being asked also keeps it from being ended. */
const STILL_WANTED = 2000;

function App(): JSX.Element {
  const [question, setQuestion] = useState<SecretQuestion | null | undefined>(undefined);
  useEffect(() => {
    const load = (): void =>
      void askAsPage("secret.details", { id }).then(
        (now) => setQuestion((before) => (before && now ? before : now)),
        () => setQuestion(null),
      );
    load();
    const timer = setInterval(load, STILL_WANTED);
    return () => clearInterval(timer);
  }, []);
  const answer = (password: string | null): void => void askAsPage("secret.answer", { id, password }).finally(() => window.close());
  return <SecretView question={question} onAnswer={answer} />;
}

applyTheme();
localiseDocument("secret_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);

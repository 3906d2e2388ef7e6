import type { JSX } from "preact";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isHelpTopic, type HelpTopic } from "../../protocol/help-topics.ts";
import type { OrganisationContacts } from "../../protocol/managed.ts";
import { askAsPage } from "../frame/background.ts";
import { localiseDocument } from "../shared/i18n.ts";
import { applyTheme } from "../shared/theme.ts";
import { HelpView } from "./help-view.tsx";

/** The page that the address names behind `#`. */
function named(): HelpTopic | null {
  const word = location.hash.slice(1);
  return isHelpTopic(word) ? word : null;
}

function App(): JSX.Element {
  const [topic, setTopic] = useState(named);
  useEffect(() => {
    const follow = (): void => setTopic(named());
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  const [contacts, setContacts] = useState<OrganisationContacts | null>(null);
  // Help is there whether or not anybody answers.
  useEffect(() => void askAsPage("organisation", null).then(setContacts, () => undefined), []);
  return <HelpView topic={topic} contacts={contacts} />;
}

applyTheme();
localiseDocument("help_title");
const root = document.querySelector("#app");
if (root) render(<App />, root);

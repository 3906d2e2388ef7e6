import type { ComponentChildren, JSX } from "preact";
import { HelpLink } from "../help/help-link.tsx";
import { topicOf } from "../help/topic-of.ts";
import { codeText, t } from "./i18n.ts";

/** What could not be done, why, and the way on as buttons; the code stands small for support. */
export function Problem(props: { title?: string; names?: string[]; code: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="problem" role="alert" data-test="problem" data-code={props.code}>
      {props.title && <p class="problem-title">{props.title}</p>}
      <p>{codeText(props.code)}</p>
      {props.names && props.names.length > 0 && (
        <ul class="plain-list dim" data-test="problem-names">
          {props.names.map((name) => (
            <li key={name}>
              <bdi>{name}</bdi>
            </li>
          ))}
        </ul>
      )}
      {props.children && <div class="buttons">{props.children}</div>}
      <HelpLink topic={topicOf(props.code)} />
      <p class="code">
        {t("problem_code")} <bdi>{props.code}</bdi>
      </p>
    </div>
  );
}

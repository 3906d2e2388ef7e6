import type { ComponentChildren, JSX } from "preact";
import { codeText, t } from "./i18n.ts";

/** What could not be done, why, and the way on as buttons; the code stands small for support. */
export function Problem(props: { title?: string; code: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="problem" role="alert" data-test="problem" data-code={props.code}>
      {props.title && <p class="problem-title">{props.title}</p>}
      <p>{codeText(props.code)}</p>
      {props.children && <div class="buttons">{props.children}</div>}
      <p class="code">
        {t("problem_code")} <bdi>{props.code}</bdi>
      </p>
    </div>
  );
}

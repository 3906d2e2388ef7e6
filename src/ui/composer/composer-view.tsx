import type { JSX, TargetedKeyboardEvent, TargetedDragEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Editor } from "../editor/editor.tsx";
import { CopyReport } from "../shared/copy-report.tsx";
import { EndingNote } from "../shared/ending-note.tsx";
import { t } from "../shared/i18n.ts";
import { Icon } from "../shared/icons.tsx";
import { Problem } from "../shared/problem.tsx";
import type { ComposerActions } from "./composer.ts";
import type { TextHandle } from "./context.ts";
import { FileList } from "./file-list.tsx";
import { Footer } from "./footer.tsx";
import { chosenIdentity, type ComposerModel, type Field } from "./model.ts";
import { Away, Notices } from "./notices.tsx";
import { Questions } from "./questions.tsx";
import { RecipientField } from "./recipient-field.tsx";
import { bccTold } from "./rules.ts";
import { ResultView } from "./result-view.tsx";
import { composerReport } from "./support-report.ts";

/** The composer. Ctrl or Cmd with Enter sends, Escape leaves with the draft saved, Alt with E and S are the toggles. */
export function ComposerView({ model, actions, text }: { model: ComposerModel; actions: ComposerActions; text: { current: TextHandle | null } }): JSX.Element {
  const [dragging, setDragging] = useState(false);
  const problem = useRef<HTMLDivElement>(null);
  // In a small pane it would come up below the text, behind the edge.
  useEffect(() => problem.current?.scrollIntoView({ block: "nearest" }), [model.problem]);
  const answering = model.mode === "reply" || model.mode === "reply-all";
  if (model.result && model.result.state !== "failed") return <ResultView alone result={model.result} actions={actions} busy={model.sending !== null} />;

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const key = event.key.toLowerCase();
    if (key === "enter" && (event.ctrlKey || event.metaKey)) {
      // What is still being typed into To becomes a recipient first.
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      actions.send(event);
    } else if (key === "escape") actions.close();
    else if (event.altKey && key === "e") actions.toggleEncrypt(event);
    else if (event.altKey && key === "s") actions.toggleSign(event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onDrop = (event: TargetedDragEvent<HTMLElement>): void => {
    setDragging(false);
    const files = Array.from(event.dataTransfer?.files ?? []);
    if (files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    actions.attach(files);
  };

  return (
    <main
      class={dragging ? "composer composer-dragging" : "composer"}
      aria-label={t("composer_title")}
      aria-busy={model.sending !== null}
      inert={model.sending?.step === "moving"}
      onKeyDownCapture={(event) => (event.ctrlKey || event.metaKey) && event.key === "Enter" && onKeyDown(event)}
      onKeyDown={onKeyDown}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={(event) => event.currentTarget === event.target && setDragging(false)}
      onDropCapture={onDrop}
      data-test="composer"
    >
      <header class="composer-head">
        <h1>{t("composer_title")}</h1>
        {/* A frame lies in its account's page; windows of two accounts look the same. */}
        {model.place === "window" && <bdi class="composer-account dim">{chosenIdentity(model)?.address ?? model.account}</bdi>}
        <WindowButtons model={model} actions={actions} />
      </header>
      <div class="composer-fields" inert={model.sending !== null}>
        <From model={model} actions={actions} />
        <div class="to-row">
          <People field="to" model={model} actions={actions} focus={model.ready && !answering} />
          <span class="to-more">
            {!model.shown.cc && <ShowField field="cc" actions={actions} />}
            {!model.shown.bcc && <ShowField field="bcc" actions={actions} />}
          </span>
        </div>
        {model.shown.cc && <People field="cc" model={model} actions={actions} />}
        {model.shown.bcc && <People field="bcc" model={model} actions={actions} />}
        <Told model={model} />
        <Subject model={model} actions={actions} />
        {model.encrypt && model.rules.subjectOpen && (
          <p class="field-note" data-test="subject-open">
            {t("subject_open")}
          </p>
        )}
      </div>
      <Away away={model.away} open={actions.openWebmail} />
      {model.ending && (
        <EndingNote ending={model.ending} onPutOff={actions.putOffEnding}>
          <button type="button" class="quiet" onClick={actions.openKeys} data-test="open-keys">
            {t("ending_renew")}
          </button>
        </EndingNote>
      )}
      <Notices model={model} actions={actions} />
      <Editor
        plain={model.plain}
        handle={text}
        focus={answering}
        onChange={actions.textChanged}
        onPlain={actions.setPlain}
        onPicture={actions.insertPicture}
        onFiles={actions.attach}
      />
      <FileList files={model.files} onRemove={actions.removeFile} />
      {model.problem && (
        <div class="composer-problem" ref={problem}>
          <Problem code={model.problem.code} {...(model.problem.detail !== undefined && { title: model.problem.detail })} {...(model.problem.names && { names: model.problem.names })}>
            <CopyReport make={(about) => composerReport(model, about)} />
            <button type="button" onClick={actions.dismissProblem} data-test="problem-dismiss">
              {t("dismiss")}
            </button>
          </Problem>
        </div>
      )}
      {model.result?.state === "failed" && <ResultView alone={false} result={model.result} actions={actions} busy={model.sending !== null} />}
      <Footer model={model} actions={actions} />
      <Questions model={model} actions={actions} />
    </main>
  );
}

function WindowButtons({ model, actions }: { model: ComposerModel; actions: ComposerActions }): JSX.Element {
  const window = t(model.window === "pane" ? "window_fill" : "window_pane");
  return (
    <span class="window-buttons">
      {model.place === "page" && (
        <>
          <button type="button" class="quiet" aria-label={t("own_window")} title={t("own_window")} onClick={actions.moveToWindow} data-test="move-to-window">
            <Icon name="window" />
          </button>
          <button type="button" class="quiet" aria-label={window} title={window} onClick={actions.toggleWindow} data-test="toggle-window">
            <Icon name={model.window === "pane" ? "expand" : "shrink"} />
          </button>
        </>
      )}
      <button type="button" class="quiet" aria-label={t("close_saving")} title={t("close_saving")} onClick={actions.close} data-test="close">
        <Icon name="close" />
      </button>
    </span>
  );
}

/** What encrypted copies tell of Bcc recipients, before anything is sent. */
function Told({ model }: { model: ComposerModel }): JSX.Element {
  const told = bccTold(model);
  return (
    <p class="field-note" role="status" hidden={told === null} data-test="bcc-told">
      {told !== null && t(told === "everybody" ? "bcc_told_everybody" : "bcc_told_each_other")}
    </p>
  );
}

function People({ field, model, actions, focus = false }: { field: Field; model: ComposerModel; actions: ComposerActions; focus?: boolean }): JSX.Element {
  return (
    <RecipientField
      field={field}
      people={model[field]}
      known={model.known}
      encrypt={model.encrypt}
      focus={focus}
      search={actions.search}
      onTyping={actions.lookAhead}
      onChoose={actions.chooseCertificate}
      leftOut={model.leftOut}
      onAdd={(people) => actions.add(field, people)}
      onChange={(people) => actions.setField(field, people)}
    />
  );
}

function ShowField({ field, actions }: { field: "cc" | "bcc"; actions: ComposerActions }): JSX.Element {
  return (
    <button type="button" class="link" onClick={() => actions.show(field)} data-test={`show-${field}`}>
      {t(field)}
    </button>
  );
}

function From({ model, actions }: { model: ComposerModel; actions: ComposerActions }): JSX.Element | null {
  if (model.identities.length < 2) return null;
  return (
    <label class="field-row">
      <span class="field-label">{t("from")}</span>
      <select value={model.identity} onChange={(event) => actions.setIdentity(event.currentTarget.value)} data-test="from">
        {model.identities.map(({ id, name, address }) => (
          <option key={id} value={id}>
            {name ? `${name} <${address}>` : address}
          </option>
        ))}
      </select>
    </label>
  );
}

function Subject({ model, actions }: { model: ComposerModel; actions: ComposerActions }): JSX.Element {
  return (
    <label class="field-row">
      <span class="field-label">{t("subject")}</span>
      <input
        type="text"
        dir="auto"
        value={model.subject}
        autoComplete="off"
        spellcheck={false}
        data-test="subject"
        onInput={(event) => actions.setSubject(event.currentTarget.value)}
      />
    </label>
  );
}

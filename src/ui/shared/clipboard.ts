/**
 * Puts text on the clipboard, in the handler of a click. A frame in somebody else's page may not use the asynchronous clipboard
 * (its policy `clipboard-write` is that of the page's own origin); a selection that is copied needs no more than the click.
 * Resolves false if the browser allowed neither.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text);
  }
}

function copySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.spellcheck = false;
  field.className = "visually-hidden";
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}

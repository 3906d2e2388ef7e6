/** Joins lines of `format=flowed; DelSp=yes` text that end in a space, of the same quote depth, and drops that space (RFC 3676 §4). */
export function joinFlowed(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const out: string[] = [];
  let open = false;
  let depth = 0;
  for (const line of lines) {
    const quotes = /^>*/.exec(line)?.[0] ?? "";
    const content = line.slice(quotes.length).replace(/^ /, "");
    const joins = open && quotes.length === depth && content !== "-- ";
    // The line of a signature ends in a space that breaks nothing (§4.3).
    open = content.endsWith(" ") && content !== "-- ";
    depth = quotes.length;
    const kept = open ? content.slice(0, -1) : content;
    if (joins) out.push((out.pop() ?? "") + kept);
    else out.push(quotes === "" ? kept : `${quotes} ${kept}`);
  }
  return out.join(text.includes("\r\n") ? "\r\n" : "\n");
}

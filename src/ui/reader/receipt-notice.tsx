import type { JSX } from "preact";
import { formatList, formatMoment } from "../shared/format.ts";
import { codeText, t } from "../shared/i18n.ts";
import type { ReceiptShown } from "./receipts.ts";

/** What there is to say of receipts below a message: that one is asked for and what it would tell, or that one was sent. */
export function ReceiptNotice({ receipt, onSend }: { receipt: ReceiptShown | null; onSend: (pressed: { isTrusted: boolean }) => void }): JSX.Element | null {
  switch (receipt?.about) {
    case "asked":
      return (
        <section class="notice receipt" aria-label={t("receipt_name")} data-test="receipt-asked">
          <div>
            <p>{t("receipt_asked", receipt.author)}</p>
            <p class="dim">{t("receipt_tells", formatList(receipt.to), receipt.from)}</p>
            {receipt.problem && (
              <p role="alert" data-test="receipt-problem" data-code={receipt.problem}>
                {receipt.missing.length > 0 ? t("receipt_missing", formatList(receipt.missing)) : codeText(receipt.problem)} <span class="code">{receipt.problem}</span>
              </p>
            )}
          </div>
          <span class="buttons">
            <button type="button" disabled={receipt.sending} onClick={(event) => onSend(event)} data-test="receipt-send">
              {t(receipt.sending ? "sending" : "receipt_send")}
            </button>
          </span>
        </section>
      );
    case "sent":
      return (
        <p class="notice receipt" role="status" data-test="receipt-sent">
          {t(receipt.taken ? "receipt_sent" : "receipt_maybe_sent", formatMoment(receipt.at))}
        </p>
      );
    default:
      return null;
  }
}

/** In the place of a text: what a receipt confirms, in words. */
export function ReceiptText({ receipt }: { receipt: ReceiptShown | null }): JSX.Element {
  return (
    <div class="closed" role="status" data-test="receipt-text" data-about={receipt?.about}>
      {receipt && <p>{receiptText(receipt)}</p>}
    </div>
  );
}

function receiptText(receipt: ReceiptShown): string {
  switch (receipt.about) {
    case "confirms":
      return t("receipt_confirms", receipt.by, formatMoment(receipt.sentAt));
    case "own":
      return t("receipt_own");
    case "no-message":
      return t("receipt_no_message");
    case "unproved":
      return t("receipt_unproved");
    case "asked":
    case "sent":
      return "";
  }
}

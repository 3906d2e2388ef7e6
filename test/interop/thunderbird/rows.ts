import type { Messages, Who } from "./messages.ts";
import type { TextSeen } from "./text-seen.ts";

/** What must be seen of a message: the icons, the subject above it and its text. */
export interface Row {
  title: string;
  make(messages: Messages): string | Promise<string>;
  signature: "ok" | null;
  encryption: "ok" | null;
  subject: "ours" | "[...]";
  text: TextSeen;
}

const seen = (title: string, make: Row["make"], more: Partial<Row> = {}): Row => ({ title, make, signature: null, encryption: null, subject: "ours", text: "alone", ...more });
/** Thunderbird does not know header protection in S/MIME: it shows the outer subject, and our Legacy Display Element (HP-05). */
const encrypted: Partial<Row> = { encryption: "ok", subject: "[...]", text: "after the subject" };
const both: Partial<Row> = { ...encrypted, signature: "ok" };

/** What it must show as signed, as encrypted, or as both; and one cipher that it cannot read. */
export function goodRows({ bob, carol }: Who): Row[] {
  return [
    seen("signed, clear (`hp=\"clear\"`)", ({ seal }) => seal({}), { signature: "ok" }),
    seen("signed, opaque", ({ seal }) => seal({ more: ["--opaque"] }), { signature: "ok" }),
    seen("signed, ECDSA P-256", ({ seal }) => seal({ from: carol }), { signature: "ok" }),
    seen("signed, header not protected", ({ seal }) => seal({ more: ["--no-header-protection"] }), { signature: "ok" }),
    seen("encrypted, AES-256-CBC, RSAES-OAEP (`hp=\"cipher\"`)", ({ seal }) => seal({ sign: false, to: bob, more: ["--oaep"] }), encrypted),
    seen("encrypted, AES-128-CBC", ({ seal }) => seal({ sign: false, to: bob, more: ["--cipher", "aes-128-cbc"] }), encrypted),
    seen("encrypted, AES-256-GCM (AuthEnvelopedData)", ({ seal }) => seal({ sign: false, to: bob, more: ["--cipher", "aes-256-gcm"] }), { subject: "[...]", text: "nothing" }),
    seen("signed inside encrypted, AES-256-CBC, RSAES-PKCS1-v1_5: the composer's default", ({ composed }) => composed(), both),
    seen("signed inside encrypted, RSAES-OAEP", ({ seal }) => seal({ to: bob, more: ["--oaep"] }), both),
    seen("signed inside encrypted, ECDH P-256", ({ seal }) => seal({ to: carol }), both),
    seen("signed opaquely inside encrypted", ({ seal }) => seal({ to: bob, more: ["--opaque"] }), both),
    seen("triple-wrapped", ({ seal }) => seal({ to: bob, more: ["--triple-wrap"] }), both),
    seen("signed inside encrypted, header not protected", ({ seal }) => seal({ to: bob, more: ["--no-header-protection"] }), { signature: "ok", encryption: "ok" }),
  ];
}

/** What it must not show as good. */
export function badRows({ alice, stranger }: Who): Row[] {
  return [
    seen("signed, one word changed", ({ changedText }) => changedText(), { text: "another text" }),
    seen("signed by somebody under an authority that is not trusted", ({ seal }) => seal({ from: stranger })),
    seen("signed 90 minutes after its Date", ({ seal }) => seal({ minutes: 90 })),
    seen("signed inside encrypted, ciphertext of the text changed", ({ changedCiphertext }) => changedCiphertext(), { ...encrypted, text: "another text" }),
    seen("encrypted to somebody else", ({ seal }) => seal({ to: alice }), { subject: "[...]", text: "a page of its own" }),
  ];
}

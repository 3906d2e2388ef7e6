import { cmsCodes } from "./cms.ts";
import { directoryCodes } from "./directory.ts";
import { generalCodes } from "./general.ts";
import { hostCodes } from "./host.ts";
import { keysCodes } from "./keys.ts";
import { mimeCodes } from "./mime.ts";
import { pkiCodes } from "./pki.ts";
import { policyCodes } from "./policy.ts";
import { revocationCodes } from "./revocation.ts";
import { sendCodes } from "./send.ts";
import { smimeCodes } from "./smime.ts";

/** Every stable code with its meaning in one line; `docs/codes.md` is generated from this table. */
export const codes = {
  ...generalCodes,
  ...mimeCodes,
  ...cmsCodes,
  ...pkiCodes,
  ...keysCodes,
  ...smimeCodes,
  ...revocationCodes,
  ...directoryCodes,
  ...sendCodes,
  ...hostCodes,
  ...policyCodes,
} as const;

/** A stable code: of an error, of a verdict or of a problem found in a message. */
export type Code = keyof typeof codes;

/** Tells whether text that crossed a boundary is one of our codes. */
export function isCode(text: unknown): text is Code {
  return typeof text === "string" && Object.hasOwn(codes, text);
}

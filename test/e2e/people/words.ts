import { randomBytes } from "node:crypto";

/** A word that stands nowhere by chance, to be searched for. */
export const randomWord = (): string => `q${randomBytes(8).toString("hex")}z`;

/** The checkout. */
export const root: string;
/** Folder of all labs of this checkout. */
export function labHome(): string;
/** An empty folder for one run. */
export function labFolder(name: string): string;

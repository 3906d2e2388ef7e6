import { type Hint, HINTS, hintName } from "../protocol/frame-requests.ts";
import { list } from "../protocol/shape.ts";

/** Where the names of dismissed explanations are kept. */
export interface HintArea {
  read(): Promise<unknown>;
  write(names: Hint[]): Promise<void>;
}

const kept = list(hintName, HINTS.length);

/** Which explanations a person has not dismissed for good. What cannot be read counts as nothing dismissed. */
export function hintService(area: HintArea) {
  async function dismissed(): Promise<Hint[]> {
    try {
      return kept((await area.read()) ?? []);
    } catch {
      return [];
    }
  }
  return {
    pending: async (): Promise<Hint[]> => {
      const gone = await dismissed();
      return HINTS.filter((hint) => !gone.includes(hint));
    },
    dismiss: async (hints: Hint[]): Promise<void> => area.write([...new Set([...(await dismissed()), ...hints])]),
  };
}

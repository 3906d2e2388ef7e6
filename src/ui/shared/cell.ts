import { useEffect, useState } from "preact/hooks";

/** A value that changes at once and tells whoever draws it: what was typed last is there when the next key is handled. */
export interface Cell<T> {
  get: () => T;
  set: (patch: Partial<T>) => void;
  subscribe: (listener: () => void) => () => void;
}

export function makeCell<T extends object>(first: T): Cell<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (patch) => {
      value = { ...value, ...patch };
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Draws again whenever the cell changes. */
export function useCell<T extends object>(cell: Cell<T>): T {
  const [value, setValue] = useState(cell.get());
  useEffect(() => {
    setValue(cell.get());
    return cell.subscribe(() => setValue(cell.get()));
  }, [cell]);
  return value;
}

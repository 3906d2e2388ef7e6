import type { Bytes } from "../../src/base/bytes.ts";

/** What the sides of a contest work on, by name: the same octets for everybody, from memory in Node and over loopback in a page. */
export type Inputs = (name: string) => Promise<Bytes>;

export type GivenInputs = Readonly<Record<string, Bytes>>;

/** Inputs that are at hand. Throws for a name that is not among them. */
export function inputsOf(given: GivenInputs): Inputs {
  return (name) => {
    const found = given[name];
    return found ? Promise.resolve(found) : Promise.reject(new Error(`there is no input ${name}`));
  };
}

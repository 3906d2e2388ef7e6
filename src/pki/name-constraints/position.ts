/**
 * Where a name lies to the base of a subtree: `doubt` where the two cannot be compared here. What is permitted must be
 * inside; what is excluded must be outside: not known is not good.
 */
export type Position = "inside" | "outside" | "doubt";

/** What the subtree is for: RFC 5280 compares a little differently where a wrong answer would let a name through. */
export type SubtreeUse = "permitted" | "excluded";

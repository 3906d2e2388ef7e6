import { describe, expect, it } from "vitest";
import { formatDate, parseDate, toUtc } from "../../../src/mime/date.ts";

describe("dates", () => {
  it.each([
    ["Sat, 20 Feb 2021 10:07:02 -0500", "2021-02-20T15:07:02.000Z"],
    ["20 Feb 2021 10:07 +0000", "2021-02-20T10:07:00.000Z"],
    ["Sat,20 Feb 21 10:07:02 EST", "2021-02-20T15:07:02.000Z"],
    ["Tue, 1 Jul 2003 (comment) 10:52:37 GMT (x)", "2003-07-01T10:52:37.000Z"],
    ["Fri, 30 Dec 1999 23:59:60 -0000", "1999-12-30T23:59:59.000Z"],
    ["31 Feb 2021 10:00:00 +0000", null],
    ["1 Foo 2021 10:00:00 +0000", null],
    ["1 Jan 2021 25:00:00 +0000", null],
    ["tomorrow", null],
    ["", null],
  ])("%s", (value, expected) => {
    expect(parseDate(value)).toBe(expected);
  });

  it("writes a date in its own zone, or in UTC", () => {
    expect(formatDate("2021-02-20T10:07:02-05:00")).toBe("Sat, 20 Feb 2021 10:07:02 -0500");
    expect(formatDate("2021-02-20T15:07:02.000Z")).toBe("Sat, 20 Feb 2021 15:07:02 +0000");
    expect(formatDate(toUtc("2021-02-20T10:07:02-05:30"))).toBe("Sat, 20 Feb 2021 15:37:02 +0000");
    expect(() => formatDate("never")).toThrow(RangeError);
  });

  it("reads back what it writes", () => {
    for (const iso of ["1999-12-31T23:59:59.000Z", "2026-02-28T00:00:00.000Z", "2038-01-19T03:14:08.000Z"]) {
      expect(parseDate(formatDate(iso))).toBe(iso);
    }
  });
});

import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { inTwoZones } from "../../src/laws/time_zone.ts";

const moment = Date.parse("2020-02-02T12:00:00Z");
const isSwitchable = inTwoZones(() => 1) !== undefined;
const skip = isSwitchable ? false : "the time zone cannot be switched here";

describe("two time zones", () => {
  it("show different days and hours of the same moment", { skip }, () => {
    const days = inTwoZones(() => new Date(moment).getDate());
    assert(days && days[0] !== days[1], `both show day ${days?.[0]}`);
    const hours = inTwoZones(() => new Date(moment).getHours());
    assert(hours && hours[0] !== hours[1], `both show hour ${hours?.[0]}`);
  });

  it("show the same to what does not look", { skip }, () => {
    assert.deepEqual(inTwoZones(() => new Date(moment).getUTCDate()), [2, 2]);
    assert.deepEqual(inTwoZones(() => 7), [7, 7]);
  });

  it("are gone afterwards, also if the function throws", () => {
    const before = [process.env["TZ"], new Date(moment).getTimezoneOffset()];
    inTwoZones(() => 1);
    assert.throws(() =>
      inTwoZones(() => {
        throw new Error("no");
      }), /no/);
    assert.deepEqual([process.env["TZ"], new Date(moment).getTimezoneOffset()], before);
  });
});

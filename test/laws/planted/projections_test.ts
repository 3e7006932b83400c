import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkLaws, projectionLaws } from "../../../src/laws/mod.ts";
import { describePlanted } from "../../support/laws/planted.ts";
import { brokenRunners, seatsSold, soundRunner } from "../../support/laws/planted/projections.ts";

describePlanted("planted bugs: what keeps a view up to date", brokenRunners);

describe("what keeps a view up to date", () => {
  it("obeys the laws if it has no bug", async () => {
    assert(E.isRight(await checkLaws(soundRunner(), { runs: 300, seed: 1 })()));
  });

  it("obeys them as the step of leftfold's own projections", async () => {
    assert(E.isRight(await checkLaws(projectionLaws(seatsSold), { runs: 300, seed: 1 })()));
  });
});

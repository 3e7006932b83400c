import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Law } from "leftfold/laws";
import { laws as accessControl } from "../../examples/domains/access_control/laws.ts";
import { laws as bankAccount } from "../../examples/domains/bank_account/laws.ts";
import { laws as cart } from "../../examples/domains/cart/laws.ts";
import { laws as documentApproval } from "../../examples/domains/document_approval/laws.ts";
import { laws as expenseDeclaration } from "../../examples/domains/expense_declaration/laws.ts";
import { laws as inventory } from "../../examples/domains/inventory/laws.ts";
import { laws as order } from "../../examples/domains/order/laws.ts";
import { laws as seatBooking } from "../../examples/domains/seat_booking/laws.ts";
import { laws as subscription } from "../../examples/domains/subscription/laws.ts";
import { laws as ticTacToe } from "../../examples/domains/tic_tac_toe/laws.ts";
import { seedOfRun } from "../support/seed.ts";

// Ten domains that are right: whatever a law says against one of them is a false alarm. The tests of
// the domains draw a hundred cases for each law; the soak draws a million in all.
const domains: Readonly<Record<string, ReadonlyArray<Law>>> = {
  accessControl,
  bankAccount,
  cart,
  documentApproval,
  expenseDeclaration,
  inventory,
  order,
  seatBooking,
  subscription,
  ticTacToe,
};

const isSoak = process.env["LEFTFOLD_SOAK"] === "1";
/** Of each domain. */
const casesWanted = isSoak ? 100_000 : 300;
const seed = seedOfRun();

describe(`no law raises a false alarm (seed ${seed})`, () => {
  for (const [domain, laws] of Object.entries(domains)) {
    it(`over ${domain}`, async () => {
      // Coverage stops as soon as it is reached, and adds little.
      const drawing = laws.filter(({ id }) => id !== "DE26");
      const runs = Math.ceil(casesWanted / drawing.length);
      const alarms: string[] = [];
      let cases = 0;
      for (const [nth, law] of laws.entries()) {
        // A seed of its own for each, or they would all draw the same histories.
        const outcome = await law.check({ runs, seed: seed + 7_919 * nth })();
        if (outcome._tag === "Right") cases += outcome.right.cases;
        // Of a few cases it may be that by chance too few concern a law.
        else if (isSoak || outcome.left._tag !== "LawVacuous") alarms.push(outcome.left.text);
        else cases += outcome.left.cases;
      }
      console.log(`seed ${seed}: ${cases} cases of ${laws.length} laws, ${alarms.length} alarms`);
      assert.deepEqual(alarms, []);
      assert(cases >= casesWanted);
    });
  }
});

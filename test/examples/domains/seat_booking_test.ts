import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type EventStore, run } from "leftfold";
import { describeLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import { memoryStore } from "leftfold/stores/memory";
import {
  boxOffice,
  carryOut,
  decideOn,
  handle,
} from "../../../examples/domains/seat_booking/box_office.ts";
import type { BookingCommand } from "../../../examples/domains/seat_booking/decider.ts";
import { boxOfficeLaws, laws } from "../../../examples/domains/seat_booking/laws.ts";
import { describePlanted } from "../../support/laws/planted.ts";

describeLaws(laws, { describe, it }, fromEnvironment());

const book = (seat: string, guest: string, show = "hamlet"): BookingCommand => (
  { type: "Book", show, seat, guest }
);

describe("a box office", () => {
  it("gives a guest two seats, whatever the show", async () => {
    const office = boxOffice(memoryStore());
    await handle(office, book("A1", "Ada"))();
    await handle(office, book("A1", "Ada", "lear"))();
    assert.deepEqual(await handle(office, book("A2", "Ada"))(), {
      _tag: "Left",
      left: { reason: "EnoughSeats", wanted: 2 },
    });
  });

  it("gives a seat to the first of two who were told that it is free", async () => {
    const store = memoryStore();
    const office = boxOffice(store);
    const [ada, ben] = await Promise.all([
      decideOn(office, book("A1", "Ada"))(),
      decideOn(office, book("A1", "Ben"))(),
    ]);
    assert(ada._tag === "Right" && ben._tag === "Right");
    assert.equal((await carryOut(office, ada.right)())._tag, "Right");
    assert.deepEqual(await carryOut(office, ben.right)(), {
      _tag: "Left",
      left: { reason: "SeatTaken", guest: "Ada" },
    });
    assert.equal(await run(store.head), 1);
  });
});

describePlanted("planted bugs: a box office", [
  {
    bug: "a decision looks at its seat, and not at its guest",
    law: "SEAT1",
    laws: () =>
      boxOfficeLaws((store) => ({
        store,
        boundaryOf: ({ show, seat }) => ({ tags: [`seat:${show}/${seat}`] }),
      })),
  },
  {
    bug: "nobody asks whether something has changed since it was decided",
    law: "SEAT2",
    laws: () =>
      boxOfficeLaws((store) => {
        // `append` is told of no condition.
        const append: EventStore["append"] = ({ condition: _, ...commit }) => store.append(commit);
        return boxOffice({ ...store, append });
      }),
    isOnly: true,
  },
]);

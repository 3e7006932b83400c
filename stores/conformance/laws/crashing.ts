/**
 * What a store keeps when nobody closes it.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { explained } from "../history/explained.ts";
import { broken, holds, means, same } from "../finding.ts";
import { observer } from "../history/observer.ts";
import { law, type StoreLaw } from "../law.ts";
import { appendAll, begun, ok, recordsOf, toStream } from "../words.ts";

const needed = "crash";
const needs = [needed] as const;

export const crashingLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "crash.acknowledged",
    title: "what was acknowledged is there after a crash, and what was not is whole or not there",
    why: "a fact would be lost that somebody relies on, or half of one be there",
    needs,
  }, async (store, { crash }) => {
    const observed = observer(() => Promise.resolve());
    const client = observed.client("caller", store);
    for (let n = 0; n < 10; n += 1) {
      await client.append({ ...toStream(`s-${n % 3}`, ["A", "B"]), commitId: `c${n}` });
    }
    for (let n = 0; n < 10; n += 1) {
      begun(client.append({ ...toStream(`s-${n % 3}`, ["C", "D"]), commitId: `d${n}` }));
    }
    // Once this is answered, the store is at work on the others, or done with some.
    await ok(store.head);
    const history = [...observed.operations()];
    const after = await means(needed, crash)();
    explained(history, await recordsOf(after));
    // Whoever was not answered, or does not know any more, asks again.
    const again = await after.append({ ...toStream("s-0", ["A", "B"]), commitId: "c0" })();
    if (E.isLeft(again)) return broken("a commit that comes again", "its place", again.left);
    same([again.right.first, again.right.repeated], [1, true], "a commit that comes again");
  }),

  law({
    id: "crash.second-life",
    title: "after a crash a store goes on where its log ends, and survives the next one too",
    why: "what recovery leaves behind would be taken for the log at the next start",
    needs,
  }, async (store, { crash }) => {
    let [here, length] = [store, 0];
    for (let life = 1; life <= 3; life += 1) {
      await appendAll(here, toStream("a", ["A", "B"], length), toStream("b", ["C"]));
      length += 2;
      here = await means(needed, crash)();
      same(await ok(here.head), 3 * life, `the head after crash ${life}`);
      const stream = await recordsOf(here, { stream: "a" });
      same(
        stream.map(({ version }) => version),
        stream.map((_, index) => index + 1),
        "the versions",
      );
    }
    holds(here !== store, "a crash gives a store that was opened anew");
  }),
];

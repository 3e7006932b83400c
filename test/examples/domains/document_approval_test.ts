import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as t from "io-ts";
import { became, eventCodec, given, schema } from "leftfold";
import { deciderLaws, describeLaws, evolutionLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import {
  document,
  type DocumentEvent,
  documentEvents,
} from "../../../examples/domains/document_approval/decider.ts";
import {
  documentSpec,
  laws,
  pastSpec,
  wayOfDocuments,
} from "../../../examples/domains/document_approval/laws.ts";
import { describePlanted } from "../../support/laws/planted.ts";

describeLaws(laws, { describe, it }, fromEnvironment());

const submitted: DocumentEvent = { type: "Submitted", by: "Ada" };
const approved: DocumentEvent = { type: "Approved", by: "Ben" };

describe("a document", () => {
  it("is approved by two who are not its author", () => {
    given(document, submitted).when({ type: "Approve", by: "Ada" })
      .thenRejected({ reason: "OwnWork", by: "Ada" });
    given(document, submitted, approved).when({ type: "Approve", by: "Cleo" })
      .thenState({ status: "approved", author: "Ada" });
  });

  it("goes its way as the diagram has it", () => {
    assert.equal(
      wayOfDocuments(),
      [
        "stateDiagram-v2",
        '  state "draft" as s0',
        '  state "underReview" as s1',
        '  state "approved" as s2',
        '  state "published" as s3',
        "  s0 --> s1: Submit",
        "  s1 --> s0: SendBack",
        "  s1 --> s1: Approve",
        "  s1 --> s2: Approve",
        "  s2 --> s3: Publish",
      ].join("\n"),
    );
  });
});

const remark = t.type({ by: t.string, remark: t.string });

describePlanted("planted bugs: a document", [
  {
    bug: "an approval outlives what was approved",
    law: "DE16/what is approved was seen by two others since it was submitted",
    laws: () =>
      deciderLaws({
        ...documentSpec,
        decider: {
          ...document,
          evolve: (state, event) => {
            const after = document.evolve(state, event);
            return state.status === "draft" && after.status === "underReview" &&
                state.remarks.length > 0
              ? { ...after, approvedBy: ["Dan"] }
              : after;
          },
        },
      }),
  },
  {
    bug: "the remark of the first release is read as none",
    law: "UP5/SentBack 1",
    laws: () =>
      evolutionLaws({
        ...pastSpec,
        codec: eventCodec({
          Submitted: schema(1, t.type({ by: t.string })),
          Approved: schema(1, t.type({ by: t.string })),
          Published: schema(1, t.type({ by: t.string })),
          SentBack: schema(2, t.type({ by: t.string, remarks: t.readonlyArray(t.string) }))
            .from(1, remark, ({ by }) => ({ by, remarks: [] })),
        }, { retired: { Rejected: became(remark, () => []) } }),
      }),
  },
]);

describe("the codec of documents", () => {
  it("still reads the type that is no longer written", () => {
    assert.deepEqual(documentEvents.retired, ["Rejected"]);
  });
});

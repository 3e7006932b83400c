/**
 * The laws of a document: its whole way as a list of transitions, and its past.
 *
 * @module
 */
import * as fc from "fast-check";
import {
  arbitraryOf,
  codecLaws,
  type CodecSpec,
  deciderLaws,
  type DeciderSpec,
  diagramOf,
  eventsOf,
  evolutionLaws,
  type EvolutionSpec,
  explore,
  type Law,
} from "leftfold/laws";
import * as t from "io-ts";
import {
  type Document,
  document,
  type DocumentCommand,
  type DocumentEvent,
  documentEvents,
  type DocumentRejection,
} from "./decider.ts";

const people = ["Ada", "Ben", "Cleo", "Dan"];

function step(type: "Submit" | "Approve" | "Publish", by: string): DocumentCommand {
  return { type, by };
}

const remarks = fc.array(fc.lorem({ maxCount: 3 }), { minLength: 1, maxLength: 3 });
const sendBack: fc.Arbitrary<DocumentCommand> = fc.record({
  type: fc.constant("SendBack"),
  by: fc.constantFrom(...people),
  remarks,
});

/** Commands that fit: the step that is next, by somebody who may take it. */
function fitting(state: Document): fc.Arbitrary<DocumentCommand> {
  const anyone = fc.constantFrom(...people);
  switch (state.status) {
    case "draft":
      return anyone.map((by) => step("Submit", by));
    case "underReview": {
      const others = people.filter((by) => by !== state.author && !state.approvedBy.includes(by));
      return fc.oneof(fc.constantFrom(...others).map((by) => step("Approve", by)), sendBack);
    }
    case "approved":
    case "published":
      return anyone.map((by) => step("Publish", by));
  }
}

const text = t.string;
const texts = t.readonlyArray(text);

/** A document, and what is known of it. */
export const documentSpec: DeciderSpec<
  DocumentCommand,
  DocumentEvent,
  Document,
  DocumentRejection
> = {
  name: "document",
  source: { from: "./laws.ts", spec: "documentSpec" },
  decider: document,
  commands: fitting,
  noise: fc.oneof(
    fc.record({
      type: fc.constantFrom("Submit", "Approve", "Publish"),
      by: fc.constantFrom(...people),
    }),
    sendBack,
    fc.constant<DocumentCommand>({ type: "SendBack", by: "Ada", remarks: [] }),
  ),
  codec: documentEvents,
  state: t.union([
    t.type({ status: t.literal("draft"), remarks: texts }),
    t.type({ status: t.literal("underReview"), author: text, approvedBy: texts }),
    t.type({ status: t.literal("approved"), author: text }),
    t.type({ status: t.literal("published"), author: text }),
  ]),
  invariants: {
    "nobody approves their own work": (state) =>
      state.status !== "underReview" || !state.approvedBy.includes(state.author),
    "what is approved was seen by two others since it was submitted": (state, history) => {
      if (state.status !== "approved") return true;
      const events = eventsOf(history);
      const submitted = events.map(({ type }) => type).lastIndexOf("Submitted");
      const approvals = events.slice(submitted).filter(({ type }) => type === "Approved");
      const eyes = new Set(approvals.map(({ by }) => by));
      return eyes.size === 2 && !eyes.has(state.author);
    },
  },
  goal: ({ status }) => status === "published",
  mayDoNothing: () => false,
  eventsMax: 1,
  expect: {
    events: "all",
    rejections: ["NotNow", "OwnWork", "ApprovedAlready", "NoRemarks"],
    transitions: [
      "draft --Submit--> underReview",
      "underReview --Approve--> underReview",
      "underReview --Approve--> approved",
      "underReview --SendBack--> draft",
      "approved --Publish--> published",
    ],
  },
};

/** The way of a document as a diagram of Mermaid. */
export function wayOfDocuments(): string {
  return diagramOf(explore(documentSpec));
}

const named = t.type({ by: t.string });
const remarked = t.type({ by: t.string, remark: t.string });
const sentBack = (
  { by, remark }: t.TypeOf<typeof remarked>,
): ReadonlyArray<DocumentEvent> => [{ type: "SentBack", by, remarks: [remark] }];

/** What logs of documents may hold, and what it means today. */
export const pastSpec: EvolutionSpec<DocumentEvent> = {
  name: "documents of older programs",
  source: { from: "./laws.ts", spec: "pastSpec" },
  codec: documentEvents,
  versions: [
    { type: "Submitted", schemaVersion: 1, data: arbitraryOf(named) },
    { type: "Approved", schemaVersion: 1, data: arbitraryOf(named) },
    { type: "Published", schemaVersion: 1, data: arbitraryOf(named) },
    { type: "Rejected", schemaVersion: 1, data: arbitraryOf(remarked), means: sentBack },
    { type: "SentBack", schemaVersion: 1, data: arbitraryOf(remarked), means: sentBack },
    {
      type: "SentBack",
      schemaVersion: 2,
      data: arbitraryOf(t.type({ by: t.string, remarks: texts })),
    },
  ],
  released: { Submitted: 1, Approved: 1, Published: 1, Rejected: 1, SentBack: 2 },
};

/** The codec, with events that any program may have written. */
export const codecSpec: CodecSpec<DocumentEvent> = {
  name: "documents as they are stored",
  source: { from: "./laws.ts", spec: "codecSpec" },
  codec: documentEvents,
  events: fc.oneof(
    fc.record({ type: fc.constantFrom("Submitted", "Approved", "Published"), by: fc.string() }),
    fc.record({ type: fc.constant("SentBack"), by: fc.string(), remarks: fc.array(fc.string()) }),
  ),
  extraFields: "ignored",
};

export const laws: ReadonlyArray<Law> = [
  ...deciderLaws(documentSpec),
  ...codecLaws(codecSpec),
  ...evolutionLaws(pastSpec),
];

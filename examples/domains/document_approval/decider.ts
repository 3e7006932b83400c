/**
 * Document approval: four eyes, a way through states that is drawn as a diagram, and a past that
 * was written by older programs.
 *
 * The first release kept one remark as a text, and called a document that went back `Rejected`. That
 * is still in the log, and always will be. The codec reads it as today's events, and the laws of
 * evolution hold it to what those records mean.
 *
 * @module
 */
import * as t from "io-ts";
import {
  accept,
  became,
  type Decider,
  type Decision,
  eventCodec,
  reject,
  schema,
  type TaggedEventCodec,
} from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What somebody asks of a document. `by` is who asks. */
export type DocumentCommand =
  | { readonly type: "Submit" | "Approve" | "Publish"; readonly by: string }
  | { readonly type: "SendBack"; readonly by: string; readonly remarks: ReadonlyArray<string> };

/** What happens to a document. */
export type DocumentEvent =
  | { readonly type: "Submitted" | "Approved" | "Published"; readonly by: string }
  | { readonly type: "SentBack"; readonly by: string; readonly remarks: ReadonlyArray<string> };

/** Where a document stands. Who has submitted it last is its author. */
export type Document =
  | { readonly status: "draft"; readonly remarks: ReadonlyArray<string> }
  | {
    readonly status: "underReview";
    readonly author: string;
    readonly approvedBy: ReadonlyArray<string>;
  }
  | { readonly status: "approved"; readonly author: string }
  | { readonly status: "published"; readonly author: string };

/** Why not. */
export type DocumentRejection =
  | { readonly reason: "NotNow"; readonly status: Document["status"] }
  | { readonly reason: "OwnWork"; readonly by: string }
  | { readonly reason: "ApprovedAlready"; readonly by: string }
  | { readonly reason: "NoRemarks" };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** So many have to approve. */
const approvalsWanted = 2;

/** One document. It is over when it is published. */
export const document: Decider<DocumentCommand, DocumentEvent, Document, DocumentRejection> = {
  initialState: { status: "draft", remarks: [] },
  decide: (command, state) => {
    const { type, by } = command;
    const notNow = reject({ reason: "NotNow", status: state.status } as const);
    switch (state.status) {
      case "draft":
        return type === "Submit" ? accept({ type: "Submitted", by }) : notNow;
      case "underReview":
        return review(command, state);
      case "approved":
        return type === "Publish" ? accept({ type: "Published", by }) : notNow;
      case "published":
        return notNow;
    }
  },
  evolve: (state, event) => {
    const { by } = event;
    const author = state.status === "draft" ? by : state.author;
    switch (event.type) {
      case "Submitted":
        return { status: "underReview", author: by, approvedBy: [] };
      case "Approved": {
        const approvedBy = [...state.status === "underReview" ? state.approvedBy : [], by];
        return approvedBy.length < approvalsWanted
          ? { status: "underReview", author, approvedBy }
          : { status: "approved", author };
      }
      case "SentBack":
        return { status: "draft", remarks: event.remarks };
      case "Published":
        return { status: "published", author };
    }
  },
  isTerminal: ({ status }) => status === "published",
};

/** Four eyes that are not the author's. */
function review(
  command: DocumentCommand,
  { author, approvedBy }: Extract<Document, { readonly status: "underReview" }>,
): Decision<DocumentEvent, DocumentRejection> {
  const { by } = command;
  switch (command.type) {
    case "Submit":
    case "Publish":
      return reject({ reason: "NotNow", status: "underReview" });
    case "Approve":
      if (by === author) return reject({ reason: "OwnWork", by });
      if (approvedBy.includes(by)) return reject({ reason: "ApprovedAlready", by });
      return accept({ type: "Approved", by });
    case "SendBack": {
      const { remarks } = command;
      return remarks.length === 0
        ? reject({ reason: "NoRemarks" })
        : accept({ type: "SentBack", by, remarks });
    }
  }
}

// Strict, so that a field which a newer program adds is not handed on by this one.
const by = t.strict({ by: t.string });
const remarks = t.strict({ by: t.string, remarks: t.readonlyArray(t.string) });

/** The names, the checks and the stored form of the events, and what older programs have written. */
export const documentEvents: TaggedEventCodec<DocumentEvent> = eventCodec({
  Submitted: schema(1, by),
  Approved: schema(1, by),
  SentBack: schema(2, remarks)
    .from(1, t.type({ by: t.string, remark: t.string }), ({ by, remark }) => ({
      by,
      remarks: [remark],
    })),
  Published: schema(1, by),
}, {
  retired: {
    Rejected: became(t.type({ by: t.string, remark: t.string }), ({ by, remark }) => [
      { type: "SentBack", by, remarks: [remark] },
    ]),
  },
});

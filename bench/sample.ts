/**
 * What is stored in every workload: about 100 B of JSON data and about 100 B of JSON metadata.
 *
 * @module
 */

/** The data of an event. */
export interface SampleData {
  readonly account: string;
  readonly amount: number;
  readonly currency: string;
  readonly reference: string;
  readonly nth: number;
}

/** What goes with it. */
export interface SampleMetadata {
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: string;
}

/** An event as every subject is given it. */
export interface SampleEvent {
  readonly type: string;
  readonly data: SampleData;
  readonly metadata: SampleMetadata;
}

/** The type of one event in twenty, so that a filter has something to leave out. */
export const RARE_TYPE = "AccountAudited";
const COMMON_TYPE = "MoneyDeposited";

/** The nth event. Two of the same number are the same. */
export function sampleEvent(nth: number): SampleEvent {
  const digits = String(nth).padStart(12, "0");
  return {
    type: nth % 20 === 0 ? RARE_TYPE : COMMON_TYPE,
    data: {
      account: `account-${digits}`,
      amount: nth % 1_000,
      currency: "EUR",
      reference: `invoice-${digits}`,
      nth,
    },
    metadata: {
      correlationId: `request-${digits}-a`,
      causationId: `command-${digits}-b`,
      actor: "clerk-0000042",
    },
  };
}

export function sampleEvents(from: number, count: number): SampleEvent[] {
  return Array.from({ length: count }, (_, at) => sampleEvent(from + at));
}

/** The name of a stream, by its number. */
export function streamName(nth: number): string {
  return `account-${String(nth).padStart(8, "0")}`;
}

/**
 * Writing all of some bytes, however few a storage takes at a time.
 *
 * @module
 */
import type { AppendFile } from "../storage.ts";

/** Writes on until everything is written. No progress is a failure, so that it ends. */
export async function writeAll(file: AppendFile, at: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const answer = file.write(at + done, done === 0 ? bytes : bytes.subarray(done));
    const count = typeof answer === "number" ? answer : await answer;
    if (count <= 0) {
      throw new Error(`wrote ${done} of ${bytes.length} bytes at ${at}, and then none`);
    }
    done += count;
  }
}

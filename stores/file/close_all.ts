/**
 * Closing several things of which one may fail to close.
 *
 * @module
 */

/** Closes everything, one after the other, whatever fails; then tells what failed first. */
export async function closeAll(closings: ReadonlyArray<() => Promise<void>>): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closings) {
    try {
      await close();
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures[0];
}

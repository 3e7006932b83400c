/**
 * Reports Node's test events as lines of JSON. It is JavaScript because Node 20 loads a reporter
 * before any loader for TypeScript.
 *
 * @module
 */
export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const { name, nesting, details, skip, todo } = data;
    const isSuite = details?.type === "suite";
    yield `${JSON.stringify({ type, name, nesting, isSuite, skip, todo })}\n`;
  }
}

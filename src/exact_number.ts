/**
 * Numbers in JSON text that JavaScript cannot hold: `JSON.parse` rounds them and says nothing.
 *
 * @module
 */

/** A number this short is always exact: doubles hold any 15 digits. */
const suspicious = /[\d.]{16}|\d[eE]/;
const token = /"(?:[^"\\]|\\.)*"|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/** The first number in a JSON text that would be rounded, as it stands there. The text is valid JSON. */
export function roundedNumber(json: string): string | undefined {
  if (!suspicious.test(json)) return undefined;
  for (const [, number] of json.matchAll(token)) {
    if (number !== undefined && suspicious.test(number) && !isExact(number)) return number;
  }
  return undefined;
}

function isExact(number: string): boolean {
  const printed = String(Number(number));
  return printed !== "Infinity" && printed !== "-Infinity" && decimal(number) === decimal(printed);
}

/** A decimal number in one form only: its digits without zeros at either end, and their exponent. */
function decimal(number: string): string {
  const [mantissa = "", exponent = "0"] = number.toLowerCase().split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.slice(sign.length).split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  if (kept === "") return "0";
  return `${sign}${kept}e${Number(exponent) - fraction.length + digits.length - kept.length}`;
}

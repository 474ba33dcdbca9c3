/**
 * What kubectl makes of unquoted YAML scalars that YAML 1.2 reads otherwise: it reads booleans and
 * numbers much as YAML 1.1 did.
 *
 * @source https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
 */

const TRUE_WORDS = new Set(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"]);
const FALSE_WORDS = new Set(["n", "N", "no", "No", "NO", "off", "Off", "OFF"]);

/** What kubectl reads `plain` as, iff it is a boolean or a number there and not the same in YAML 1.2. */
export function kubectlReading(plain: string): boolean | number | undefined {
  if (TRUE_WORDS.has(plain)) return true;
  if (FALSE_WORDS.has(plain)) return false;
  return /^[-+]?[0-9]/.test(plain) ? kubectlNumber(plain) : undefined;
}

function kubectlNumber(plain: string): number | undefined {
  const octal = /^([-+]?)0([0-7_]+)$/.exec(plain);
  if (octal !== null) return signed(octal[1], octal[2], 8);
  const binary = /^([-+]?)0b([01_]+)$/.exec(plain);
  if (binary !== null) return signed(binary[1], binary[2], 2);
  const grouped = /^([-+]?)([1-9][0-9]*_[0-9_]*)$/.exec(plain);
  return grouped === null ? undefined : signed(grouped[1], grouped[2], 10);
}

function signed(sign: string | undefined, digits: string | undefined, radix: number): number {
  const value = Number.parseInt((digits ?? "").replaceAll("_", "") || "0", radix);
  return sign === "-" ? -value : value;
}

/** Throws when something does not hold. */
export function need(isGood, what) {
  if (!isGood) throw new Error(`check failed: ${what}`);
}

/** Prints what holds. Throws when it does not. */
export function check(isGood, what) {
  need(isGood, what);
  console.log(`  ok  ${what}`);
}

/**
 * What a spreadsheet takes for the start of a formula (OWASP, CSV injection). The last four are the full-width forms of the first.
 */
const formulaStart = /^[=+\-@\t\r\n\0＝＋－＠]/;
/** A number may start like a formula. */
const plainNumber = /^[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|Infinity)$/;

/**
 * A text for a cell of CSV. If a spreadsheet would run it as a formula, an apostrophe is put in front, so that the spreadsheet shows the
 * text. Numbers and other texts stay as they are. Payloads and names come from strangers: anyone can try to log in as `=1+1`.
 */
export const formulaGuarded = (text: string): string =>
  formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text;

/** A question that cannot be answered as it is asked. The caller gets the text with status 400. */
export class HistoryRefusal extends Error {
  readonly code: 'TOO_LARGE' | 'BAD_COLUMN';

  constructor(code: HistoryRefusal['code'], text: string) {
    super(text);
    this.code = code;
  }
}

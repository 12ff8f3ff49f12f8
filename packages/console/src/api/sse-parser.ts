/** One server-sent event. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Server-sent events out of text that arrives in pieces of any size. Lines end in LF, CR or CRLF, also when a piece ends
 * between the two. Comments, ids and retry hints are skipped; an event without data is none.
 */
export class SseParser {
  readonly #onEvent: (event: ServerEvent) => void;
  #line = '';
  #name = '';
  #data: string[] = [];
  #sawCarriageReturn = false;

  constructor(onEvent: (event: ServerEvent) => void) {
    this.#onEvent = onEvent;
  }

  push(text: string): void {
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== 10 && code !== 13) {
        this.#sawCarriageReturn = false;
        continue;
      }
      if (code === 10 && this.#sawCarriageReturn) this.#sawCarriageReturn = false;
      else {
        this.#endLine(this.#line + text.slice(start, at));
        this.#line = '';
        this.#sawCarriageReturn = code === 13;
      }
      start = at + 1;
    }
    this.#line += text.slice(start);
  }

  #endLine(line: string): void {
    if (line === '') return this.#endEvent();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const rest = colon === -1 ? '' : line.slice(colon + 1);
    const value = rest.startsWith(' ') ? rest.slice(1) : rest;
    if (field === 'event') this.#name = value;
    else if (field === 'data') this.#data.push(value);
  }

  #endEvent(): void {
    const event = { name: this.#name === '' ? 'message' : this.#name, data: this.#data.join('\n') };
    const hasData = this.#data.length > 0;
    this.#name = '';
    this.#data = [];
    if (hasData) this.#onEvent(event);
  }
}

// Loaded by Node before the broker, in each of its threads: the wall clock is off by as many milliseconds as the file in
// PULSEMQ_CLOCK_FILE says. The monotonic clock is not touched, as when somebody sets the time.
import { readFileSync } from 'node:fs';

const readEveryMs = 10;
const path = process.env.PULSEMQ_CLOCK_FILE;
const RealDate = Date;
let offsetMs = 0;

const read = () => {
  const text = readFileSync(path, 'utf8');
  if (text !== '') offsetMs = Number(text);
};
read();
setInterval(read, readEveryMs).unref();

globalThis.Date = class extends RealDate {
  constructor(...words) {
    if (words.length === 0) super(RealDate.now() + offsetMs);
    else super(...words);
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
};

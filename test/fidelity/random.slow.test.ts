import { testRandomFrames } from './random-round-trips.js';

/** `npm run test:fidelity -- --frames 100000` tests more. */
testRandomFrames(Number(process.env.FIDELITY_FRAMES ?? 10_000));

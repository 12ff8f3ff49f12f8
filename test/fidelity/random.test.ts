import { testRandomFrames } from './random-round-trips.js';

testRandomFrames(400);

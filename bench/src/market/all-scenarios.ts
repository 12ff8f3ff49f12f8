import type { Scenario } from './scenario.js';
import { conflateStopped } from './scenarios/conflate-stopped.js';
import { lastValues } from './scenarios/last-values.js';
import { pacedScreens } from './scenarios/paced-screens.js';
import { snapshot } from './scenarios/snapshot.js';
import { snapshot500 } from './scenarios/snapshot-500.js';
import { snapshotSlow } from './scenarios/snapshot-slow.js';
import { status } from './scenarios/status.js';

/** Every scenario, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  snapshot,
  snapshotSlow,
  snapshot500,
  conflateStopped,
  pacedScreens,
  status,
  lastValues,
];

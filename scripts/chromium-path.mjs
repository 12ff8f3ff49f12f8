// Finds the Chromium of this machine, for the stories of the console and the bench of the browser.
import { existsSync } from 'node:fs';

/** Where systems install it. */
export const chromiumPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of Chromium: from PULSEMQ_CHROMIUM, or where the system installs it; undefined when there is none. */
export const chromiumPath = () =>
  [process.env.PULSEMQ_CHROMIUM, ...chromiumPlaces].find((path) => path && existsSync(path));

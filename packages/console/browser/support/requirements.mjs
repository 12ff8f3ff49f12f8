import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What `--install` installs on Debian. */
export const debianPackages = ['chromium', 'fonts-wqy-microhei', 'fontconfig'];

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of Chromium: from PULSEMQ_CHROMIUM, or where the system installs it; undefined when there is none. */
export const chromiumPath = () => [process.env.PULSEMQ_CHROMIUM, ...places].find((path) => path && existsSync(path));

/** Without a Chinese font the screenshots show boxes. */
const hasChineseFont = () => {
  const { stdout, status } = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '';
};

/** One sentence for each missing part. */
export const missingParts = () => [
  ...(chromiumPath() === undefined
    ? [`no Chromium found: PULSEMQ_CHROMIUM is not set to one, and there is none at ${places.join(', ')}`]
    : []),
  ...(hasChineseFont() ? [] : ['no Chinese font found (fc-list :lang=zh-cn is empty); fonts-wqy-microhei is one']),
];

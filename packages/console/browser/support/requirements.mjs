import { spawnSync } from 'node:child_process';
import { chromiumPath, chromiumPlaces } from '../../../../scripts/chromium-path.mjs';

/** What `--install` installs on Debian. */
export const debianPackages = ['chromium', 'fonts-wqy-microhei', 'fontconfig'];

/** Without a Chinese font the screenshots show boxes. */
const hasChineseFont = () => {
  const { stdout, status } = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '';
};

/** One sentence for each missing part. */
export const missingParts = () => [
  ...(chromiumPath() === undefined
    ? [`no Chromium found: PULSEMQ_CHROMIUM is not set to one, and there is none at ${chromiumPlaces.join(', ')}`]
    : []),
  ...(hasChineseFont() ? [] : ['no Chinese font found (fc-list :lang=zh-cn is empty); fonts-wqy-microhei is one']),
];

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What `--install` installs on Debian. */
export const debianPackages = ['chromium', 'fonts-wqy-microhei', 'fontconfig'];

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser to drive: the environment's choice, or the system's; undefined where there is none. */
export const chromiumPath = () => [process.env.PULSEMQ_CHROMIUM, ...places].find((path) => path && existsSync(path));

/** Without a font for it, Chinese is drawn as boxes. */
const hasChineseFont = () => {
  const { stdout, status } = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '';
};

/** A sentence for each thing that is not there. */
export const missingParts = () => [
  ...(chromiumPath() === undefined
    ? [`there is no Chromium; looked at PULSEMQ_CHROMIUM and ${places.join(', ')}`]
    : []),
  ...(hasChineseFont()
    ? []
    : ['there is no font with Chinese characters (fc-list :lang=zh-cn), such as fonts-wqy-microhei']),
];

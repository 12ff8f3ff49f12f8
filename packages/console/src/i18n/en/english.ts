import { alerts } from './alerts.js';
import { audit } from './audit.js';
import { bars } from './bars.js';
import { cluster } from './cluster.js';
import { connections } from './connections.js';
import { dashboard } from './dashboard.js';
import { events } from './events.js';
import { freshness } from './freshness.js';
import { general } from './general.js';
import { help } from './help.js';
import { journal } from './journal.js';
import { messages } from './messages.js';
import { namespaces } from './namespaces.js';
import { permissions } from './permissions.js';
import { prices } from './prices.js';
import { publish } from './publish.js';
import { settings } from './settings.js';
import { shell } from './shell.js';
import { stale } from './stale.js';
import { topic } from './topic.js';
import { topics } from './topics.js';
import { users } from './users.js';

/** The English catalogue. The type of the keys comes from it. */
export const english = {
  ...general,
  ...shell,
  ...dashboard,
  ...topics,
  ...topic,
  ...connections,
  ...users,
  ...permissions,
  ...publish,
  ...settings,
  ...help,
  ...namespaces,
  ...audit,
  ...stale,
  ...freshness,
  ...bars,
  ...prices,
  ...alerts,
  ...events,
  ...messages,
  ...cluster,
  ...journal,
} as const;

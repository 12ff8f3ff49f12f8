import 'i18next';
import type { english } from './en/english.js';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console';
    resources: { console: typeof english };
    returnNull: false;
  }
}

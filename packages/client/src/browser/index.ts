export * from '../core/surface.js';
export { PulseMQClient } from './browser-client.js';

export * from './core/surface.js';
export { PulseMQClient } from './node-client.js';

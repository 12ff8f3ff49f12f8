import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressAssets } from './compress-assets.js';

/**
 * Static files with a relative base, so that the broker may serve them from any path. Nothing is inlined as a script: the
 * broker sends `script-src 'self'`.
 */
export default defineConfig({
  base: './',
  plugins: [react(), compressAssets()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 2048,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // The assets contain code of other packages; their licences ask to be kept with it.
    license: { fileName: 'LICENSES.md' },
  },
});

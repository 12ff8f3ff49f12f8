import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Static files with a relative base, where the command `pulsemq demo --serve` finds them. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../packages/cli/dist/examples/board',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // The files contain code of other packages; their licences ask to be kept with it.
    license: { fileName: 'LICENSES.md' },
  },
});

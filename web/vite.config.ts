import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

import { compressAssets } from './build/compress';
import { earlyTheme } from './build/early_theme';

export default defineConfig({
  base: '/console/',
  plugins: [react(), earlyTheme(), compressAssets()],
  build: {
    outDir: 'dist',
    target: 'es2021',
    // Pictures are files of their own: the policy of the page allows no script or style in a document.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  // A test that needs a page, or what browsers have and Node.js 18 has not (crypto), says so in its first line:
  // '// @vitest-environment jsdom', which takes a second.
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
  },
});

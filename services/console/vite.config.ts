import { defineConfig } from 'vite';

/** Builds the console for its place under `/console`, fit for a content security policy without inline script or style. */
export default defineConfig({
  base: '/console/',
  build: {
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // A data: URL would need an exception in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    // `npm run dev` beside a running stack.
    proxy: { '/api': { target: 'https://localhost:9243', secure: false } },
  },
});

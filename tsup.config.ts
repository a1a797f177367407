/** How the published package is built: one chunk shared by all entry points, with declarations. */
import { defineConfig } from 'tsup';
import { eagerFunctions } from './scripts/eager-functions.mjs';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    nn: 'src/stdlib/nn/index.ts',
    optim: 'src/stdlib/optim/index.ts',
    random: 'src/stdlib/random/index.ts',
    data: 'src/stdlib/data/index.ts',
    testing: 'src/testing.ts',
  },
  tsconfig: 'tsconfig.src.json',
  format: 'esm',
  target: 'es2023',
  platform: 'neutral',
  splitting: true,
  treeshake: true,
  sourcemap: true,
  clean: true,
  esbuildPlugins: [eagerFunctions(import.meta.dirname)],
  // The bundler of declarations still sets `baseUrl`, which TypeScript 6 reports as deprecated.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
});

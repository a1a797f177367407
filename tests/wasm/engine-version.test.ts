/** What engines say of themselves. */
import { expect, test } from 'vitest';
import { versionOfV8 } from '../../src/backends/wasm/engine-version.ts';

test('the version of V8 is what Node.js or a browser says it is', () => {
  const node = (v8: string) => versionOfV8({ process: { versions: { v8 } } });
  expect(node('13.6.233.17-node.37')).toBe(1306);
  expect(node('13.10.1')).toBe(1310);
  expect(node('9.4.146.26-node.24')).toBe(904);
  const browser = (brand: string, version: string) =>
    versionOfV8({ navigator: { userAgentData: { brands: [{ brand, version }] } } });
  expect(browser('Chromium', '136')).toBe(1306);
  expect(browser('Chromium', '140')).toBe(1400);
});

test('an engine that is not V8, or does not say, has version 0', () => {
  expect(versionOfV8({})).toBe(0);
  expect(versionOfV8({ process: { versions: { bun: '1.2' } }, navigator: {} })).toBe(0);
  expect(versionOfV8({ navigator: { userAgentData: { brands: [] } } })).toBe(0);
});

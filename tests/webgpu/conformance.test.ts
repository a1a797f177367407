/** The conformance suite on the webgpu backend, executed by SwiftShader. */
import { test } from 'vitest';
import { conformance } from '../../src/testing.ts';
import { openSwiftShader } from './swiftshader.ts';

const gpu = await openSwiftShader();

test.each(conformance(gpu, { refuses: ['f64'] }).map((one) => [one.name, one] as const))(
  '%s',
  async (_name, one) => {
    await one.run();
  },
);

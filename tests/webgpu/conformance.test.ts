/** The conformance suite on the webgpu backend, executed by SwiftShader. */
import { test } from 'vitest';
import { conformance } from '../../src/testing.ts';
import { openSwiftShader } from './swiftshader.ts';
import { programTolerance } from './tolerances.ts';

const options = { refuses: ['f64'], tolerance: programTolerance } as const;
const gpu = await openSwiftShader();

test.each(conformance(gpu, options).map((one) => [one.name, one] as const))(
  '%s',
  async (_name, one) => {
    await one.run();
  },
);

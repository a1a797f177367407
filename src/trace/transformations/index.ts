/** The transformations of functions. */
export { checkpoint } from './checkpoint.ts';
export { fn } from './fn.ts';
export { type GradOptions, grad, valueAndGrad } from './grad.ts';
export { type Compiled, compiled, type JitOptions, type JitStats, jit } from './jit.ts';
export { jvp } from './jvp.ts';
export { vjp } from './vjp.ts';
export { type AxisTree, type VmapOptions, vmap } from './vmap.ts';

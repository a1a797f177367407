/** The transformations of functions. */
export { type AssociativeScanOptions, associativeScan } from './associative-scan.ts';
export { checkpoint } from './checkpoint.ts';
export { cond, switchCase } from './cond.ts';
export { type CotangentsOf, customJvp, customVjp, type VjpRules } from './custom-rules.ts';
export { fn } from './fn.ts';
export { type GradOptions, grad, valueAndGrad } from './grad.ts';
export { type HessianOptions, hessian, hessianVectorProduct } from './hessian.ts';
export { type JacobianOptions, jacobian } from './jacobian.ts';
export { type Compiled, compiled, type JitOptions, type JitStats, jit } from './jit.ts';
export { jvp } from './jvp.ts';
export { type ScanOptions, scan } from './scan.ts';
export { vjp } from './vjp.ts';
export { type AxisTree, type VmapOptions, vmap } from './vmap.ts';
export { foriLoop, whileLoop } from './while-loop.ts';

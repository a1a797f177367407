/** All static types in one place, for the functions that carry them. */
export type * from './axes.ts';
export type * from './broadcast.ts';
export type * from './concat.ts';
export type * from './convolution.ts';
export type * from './core.ts';
export type * from './creation.ts';
export type * from './einsum.ts';
export type * from './indexing.ts';
export type * from './matmul.ts';
export type * from './methods.ts';
export type * from './pad.ts';
export type * from './reshape.ts';
export type * from './slice.ts';
export type * from './tree.ts';

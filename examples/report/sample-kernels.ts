/** Kernels like those of a LeNet training step, for the sample report. */
import type { KernelRow, SourceLanguage } from './training-report.ts';

const convolution = (
  name: string,
  planes: number,
): string => `/* ${name}: convolution 5x5, bias and tanh in one pass */
export function ${name}(arena, input, weight, bias, output) {
  for (let n = 0; n < 128; n += 1) {
    for (let o = 0; o < ${planes}; o += 1) {
      const start = Math.fround(arena[bias + o]);
      for (let y = 0; y < 28; y += 1) {
        for (let x = 0; x < 28; x += 1) {
          let sum = start; // stays a double, rounded once when stored
          for (let k = 0; k < 25; k += 1) {
            const row = (k / 5) | 0;
            const at = input + n * 1024 + (y + row) * 32 + x + (k % 5);
            sum += arena[at] * arena[weight + o * 25 + k];
          }
          arena[output + ((n * ${planes} + o) * 28 + y) * 28 + x] = Math.tanh(sum);
        }
      }
    }
  }
}
`;

const contraction = (name: string): string => `;; ${name}: 4 x 4 register tile, packed panels
(func $${name} (param $a i32) (param $b i32) (param $c i32)
  (local $k i32) (local $sum v128)
  (loop $inner
    (local.set $sum
      (f32x4.add (local.get $sum)
        (f32x4.mul (v128.load32_splat (local.get $a)) (v128.load offset=16 (local.get $b)))))
    (local.set $k (i32.add (local.get $k) (i32.const 1)))
    (br_if $inner (i32.lt_u (local.get $k) (i32.const 400))))
  (v128.store (local.get $c) (local.get $sum)))
`;

const update = (
  name: string,
): string => `// ${name}: one pass over all parameters, weights and both moments
@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@compute @workgroup_size(64)
fn ${name}(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= 61706u) { return; }
  let gradient = arena[i];
  let first = 0.9f * arena[61706u + i] + 0.1f * gradient;
  let second = 0.999f * arena[123412u + i] + 0.001f * gradient * gradient;
  arena[61706u + i] = first;
  arena[123412u + i] = second;
  arena[185118u + i] -= 1e-3f * first / (sqrt(second) + 1e-8f);
}
`;

type Row = readonly [string, string, number, number, number, number, SourceLanguage];

const rows: readonly Row[] = [
  ['conv1_bias_tanh', 'contract', 30_707_712, 524_912, 2_408_448, 0.141, 'javascript'],
  ['pool1', 'window', 602_112, 2_408_448, 602_112, 0.021, 'javascript'],
  ['conv2_bias_tanh', 'contract', 62_873_600, 611_776, 819_200, 0.187, 'javascript'],
  ['pool2', 'window', 204_800, 819_200, 204_800, 0.008, 'javascript'],
  ['dense1_bias_tanh', 'contract', 12_303_360, 397_280, 61_440, 0.036, 'wat'],
  ['dense2_bias_tanh', 'contract', 2_590_464, 102_096, 43_008, 0.011, 'wat'],
  ['dense3_cross_entropy', 'contract', 231_680, 47_408, 10_244, 0.004, 'wat'],
  ['dense3_backward', 'contract', 430_080, 56_448, 46_368, 0.006, 'wat'],
  ['dense2_backward', 'contract', 5_160_960, 145_104, 101_760, 0.024, 'wat'],
  ['dense1_backward', 'contract', 24_576_000, 458_720, 397_280, 0.071, 'wat'],
  ['pool2_tanh_backward', 'window', 819_200, 1_843_200, 819_200, 0.019, 'javascript'],
  ['conv2_weight_gradient', 'contract', 61_440_000, 1_421_312, 9_664, 0.169, 'javascript'],
  ['conv2_input_gradient', 'contract', 61_440_000, 828_864, 602_112, 0.163, 'javascript'],
  ['pool1_tanh_backward', 'window', 2_408_448, 5_419_008, 2_408_448, 0.034, 'javascript'],
  ['conv1_weight_gradient', 'contract', 30_105_600, 2_932_736, 624, 0.095, 'javascript'],
  ['adam_update', 'elementwise', 678_766, 987_296, 740_472, 0.011, 'wgsl'],
];

const sourceOf = (name: string, language: SourceLanguage): string => {
  if (language === 'wat') return contraction(name);
  return language === 'wgsl' ? update(name) : convolution(name, 6);
};

/** Sixteen launches with plausible costs. */
export const sampleKernels: readonly KernelRow[] = rows.map(
  ([name, kind, flop, bytesRead, bytesWritten, share, language], i) => ({
    launch: i + 1,
    name,
    kind,
    flop,
    bytesRead,
    bytesWritten,
    share,
    source: sourceOf(name, language),
    language,
  }),
);

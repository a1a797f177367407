/**
 * Writes ONNX models: the few messages of the format that inference needs, as protocol buffers.
 * Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */

/** An attribute of a node: a whole number, a float, or whole numbers. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] };
/** An operation between values with names. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}
/** A graph of operations on arrays of f32. */
export interface OnnxGraph {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  readonly constants: Readonly<
    Record<
      string,
      { readonly data: Float32Array | BigInt64Array; readonly shape: readonly number[] }
    >
  >;
  readonly nodes: readonly OnnxNode[];
}

type Bytes = readonly number[] | Uint8Array;

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
};
const joined = (parts: readonly Bytes[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
};
/** A field that holds a whole number that is not negative. */
const number = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)];
/** A field that holds bytes, a text or another message. */
const block = (field: number, content: Bytes | string): Bytes => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return joined([[...varint(field * 8 + 2), ...varint(bytes.length)], bytes]);
};
const float = (field: number, value: number): Bytes => [
  ...varint(field * 8 + 5),
  ...new Uint8Array(Float32Array.of(value).buffer),
];

const [floatType, int64Type] = [1, 7];
/** AttributeProto.type. */
const kinds = { float: 1, int: 2, ints: 7 };

const attribute = (name: string, value: OnnxAttribute): Bytes => {
  const content =
    'int' in value
      ? [number(3, value.int), number(20, kinds.int)]
      : 'float' in value
        ? [float(2, value.float), number(20, kinds.float)]
        : [...value.ints.map((one) => number(8, one)), number(20, kinds.ints)];
  return joined([block(1, name), ...content]);
};
const node = ({ op, inputs, outputs, attributes = {} }: OnnxNode): Bytes =>
  joined([
    ...inputs.map((name) => block(1, name)),
    ...outputs.map((name) => block(2, name)),
    block(4, op),
    ...Object.entries(attributes).map(([name, value]) => block(5, attribute(name, value))),
  ]);
const constant = (name: string, { data, shape }: OnnxGraph['constants'][string]): Bytes =>
  joined([
    ...shape.map((size) => number(1, size)),
    number(2, data instanceof Float32Array ? floatType : int64Type),
    block(8, name),
    block(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
const value = (name: string, shape: readonly number[]): Bytes => {
  const dimensions = joined(shape.map((size) => block(1, number(1, size))));
  const type = joined([number(1, floatType), block(2, dimensions)]);
  return joined([block(1, name), block(2, block(1, type))]);
};

/** The bytes of a model with a graph: version 8 of the format, operators of version 17. */
export const onnxModel = ({ inputs, outputs, constants, nodes }: OnnxGraph): Uint8Array => {
  const graph = joined([
    ...nodes.map((one) => block(1, node(one))),
    block(2, 'graph'),
    ...Object.entries(constants).map(([name, one]) => block(5, constant(name, one))),
    ...Object.entries(inputs).map(([name, shape]) => block(11, value(name, shape))),
    ...Object.entries(outputs).map(([name, shape]) => block(12, value(name, shape))),
  ]);
  const operators = joined([block(1, ''), number(2, 17)]);
  return joined([number(1, 8), block(7, graph), block(8, operators)]);
};

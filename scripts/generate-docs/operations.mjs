/** The entries of array functions and losses: what the sources, the samples and their runs say. */
import { readFileSync } from 'node:fs';
import {
  bySource,
  escapeText,
  headerOf,
  isOperation,
  publicFunctions,
  titleOf,
} from './public-functions.mjs';
import { sampleCalls } from './sample-calls.mjs';
import { shapeRuleOf } from './shape-rules.mjs';

/** What operations are commonly called, and what they mean. */
export const definitions = JSON.parse(readFileSync('scripts/generate-docs/ops.json', 'utf8'));

const camel = (name) => name.replaceAll(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
/** The function that stands for an entry of ops.json; the other entries are none. */
export const functionNameOf = (entry) => (entry === 'var' ? 'variance' : camel(entry));
/** A definition in the words of this library. */
const inOwnWords = (text) =>
  text
    .replaceAll(/(?<!\.)\b[a-z]{2,}(?:_[a-z]+)+\b/g, camel)
    .replaceAll('keepdims', 'keepDims')
    .replaceAll('int32', 'i32')
    .replaceAll('float32', 'f32')
    .replaceAll(/\battr(s?) /g, 'option$1 ');

/** Where a function differs from its definition, or adds to it. */
const remarks = {
  cholesky:
    'The function takes the symmetric positive definite matrix itself: the factor of the ' +
    'definition is `cholesky(add(matmul(m, transpose(m)), eye(n)))`.',
  sum: 'The axis may be left out instead of null.',
  variance: 'Exported as `var` too.',
  var: 'The same function as `variance`.',
};

/** Shapes that the types show without a name. */
const plainShapes = {
  eye: '[rows, columns], square when only the rows are given.',
  linspace: '[count].',
  sort: 'Both have the shape of `x`.',
};

/** The sections of conventions.md that name a function, as links. */
const conventionsOf = () => {
  const text = readFileSync('docs/conventions.md', 'utf8');
  const sections = text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title] = section.split('\n', 1);
      const anchor = title
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-');
      const prose = section.replaceAll(/^```[\s\S]*?^```/gm, '');
      const named = new Set(
        [...prose.matchAll(/`(?:nn\.)?(\w+)(?:\([^`]*)?`/g)].map(([, name]) => name),
      );
      return { link: `[${title}](conventions.md#${anchor})`, named };
    });
  return (name) => sections.filter(({ named }) => named.has(name)).map(({ link }) => link);
};

const argumentName = ({ parameters, signature }, [position, ...rest]) => {
  const last = parameters.length - 1;
  const at = Number(position);
  const isRest = signature.includes(`...${parameters[last]}`);
  if (isRest && at >= last) return `${parameters[last]}[${at - last}]`;
  const [inner] = rest;
  if (parameters[at] === 'options') return inner;
  return inner === undefined ? parameters[at] : `${parameters[at]}[${inner}]`;
};
const listed = (words) => words.map((word) => `\`${word}\``).join(', ');

/** What a function can be differentiated by, as its sample showed. */
const gradientOf = (one, fact) => {
  const { derivatives } = fact;
  if (derivatives === 'none') return 'None: the result is not a float.';
  if (derivatives.length === 0) return 'None: no argument is a float.';
  const named = (isZero) =>
    derivatives
      .filter((derivative) => derivative.isZero === isZero)
      .map(({ path }) => argumentName(one, path));
  const [by, zero] = [named(false), named(true)];
  const parts = [
    ...(by.length > 0 ? [`by ${listed(by)}, twice too`] : []),
    ...(zero.length > 0 ? [`zero everywhere by ${listed(zero)}`] : []),
  ];
  const text = parts.join('; ');
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
};

const entry = (one, facts, conventionsFor, definition) => {
  const { name, signature, doc, options } = one;
  const fact = facts.get(name) ?? (name === 'var' ? facts.get('variance') : undefined);
  const rule = plainShapes[name] ?? shapeRuleOf(one);
  const shown = options.filter(({ doc: text }) => text !== '');
  const lines = [`#### ${name}`, '', `\`${signature}\``, '', escapeText(doc), ''];
  for (const option of shown) lines.push(`- \`${option.name}\`: ${escapeText(option.doc)}`);
  if (definition !== undefined) lines.push(`- Definition: ${escapeText(inOwnWords(definition))}.`);
  if (remarks[name] !== undefined) lines.push(`- Note: ${remarks[name]}`);
  if (rule !== undefined) lines.push(`- Shape: ${escapeText(rule)}`);
  if (fact !== undefined) {
    lines.push(`- Example: \`${fact.example}\``);
    lines.push(`- Gradient: ${gradientOf(one, fact)}`);
    lines.push('- Backends: `wasm`, `js`, `reference`, `webgpu`.');
  }
  const links = conventionsFor(name);
  if (links.length > 0) lines.push(`- Conventions: ${links.join(', ')}.`);
  return lines.join('\n');
};

/** The array functions and losses of `gradloom`, by the file that defines them. */
export const operationList = async () => {
  const facts = await sampleCalls();
  const conventionsFor = conventionsOf();
  const meant = new Map(
    Object.entries(definitions).map(([name, text]) => [
      functionNameOf(name),
      text.replace(/\.$/, ''),
    ]),
  );
  const all = publicFunctions('gradloom').filter(isOperation);
  const isLoss = ({ path }) => path.startsWith('src/stdlib/');
  const ordered = [...all.filter((one) => !isLoss(one)), ...all.filter(isLoss)];
  return [...bySource(ordered)]
    .map(([source, list]) => {
      const head = [`### ${titleOf(source)}`, '', escapeText(headerOf(source))];
      const entries = list.map((one) => entry(one, facts, conventionsFor, meant.get(one.name)));
      return [head.join('\n'), ...entries].join('\n\n');
    })
    .join('\n\n');
};

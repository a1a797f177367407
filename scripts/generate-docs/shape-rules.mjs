/** The shape rule of a public function in words: what the types in its signature say of it. */
import { Node, SyntaxKind } from 'ts-morph';
import { docOf } from './public-functions.mjs';

/** What a rule in words begins with, best first; any words are better than none. */
const BEGINNINGS = [/^The shape/, /^The (tensors|grids|dimensions)/, /./];
/** Aliases that speak of types at large. */
const GENERAL = new Set(
  'ShapeOf DimsOf Result Tensor DTypeOf JoinDType Checked Axes Dynamic Position'.split(' '),
);

const aliasOf = (reference) => {
  const symbol = reference.getTypeName().getSymbol();
  const target = symbol?.getAliasedSymbol() ?? symbol;
  return target?.getDeclarations().find((one) => Node.isTypeAliasDeclaration(one));
};
/** The type aliases that a type names, nearest first, with those that they name. */
const aliasesIn = (node, depth = 5, known = new Set()) => {
  if (node === undefined || depth === 0) return [];
  const self = Node.isTypeReference(node) ? [node] : [];
  const references = [...self, ...node.getDescendantsOfKind(SyntaxKind.TypeReference)];
  const own = references.map(aliasOf).filter((alias) => alias !== undefined && !known.has(alias));
  for (const alias of own) known.add(alias);
  return [...own, ...own.flatMap((alias) => aliasesIn(alias.getTypeNode(), depth - 1, known))];
};

/** The function type behind a declaration: its own, or that of the alias that it names. */
const functionOf = (node) => {
  if (Node.isFunctionDeclaration(node)) return { called: node };
  const type = node.getTypeNode();
  if (type === undefined) return { called: node.getInitializer() };
  if (!Node.isTypeReference(type)) return { called: type };
  const alias = aliasOf(type);
  return { called: alias?.getTypeNode(), alias };
};

const ruleIn = (node) => {
  const docs = aliasesIn(node)
    .filter((alias) => !GENERAL.has(alias.getName()))
    .map(docOf);
  for (const beginning of BEGINNINGS) {
    const found = docs.find((doc) => beginning.test(doc));
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The rule of a declared function, or undefined where its signature has no words for it. */
export const shapeRuleOf = ({ node, parameters }) => {
  const { called, alias } = functionOf(node);
  const result = called?.getReturnTypeNode?.();
  if (result === undefined) return undefined;
  const types = called.getParameters().map((parameter) => parameter.getTypeNode());
  const text = result.getText();
  const same = types.findIndex((type) => type?.getText() === text);
  const isVariable = called.getTypeParameters().some((one) => one.getName() === text);
  // Checked<X, Rule> is X where the rule holds.
  const wrapped = new RegExp(`^(Checked<${text},|Computed<.*, ${text}>$)`);
  const checked = types.findIndex((type) => wrapped.test(type?.getText() ?? ''));
  const found = isVariable ? Math.max(same, checked) : -1;
  if (found >= 0) return `The shape and the dtype of \`${parameters[found]}\`.`;
  if (/^Tensor<\[\]/.test(text)) return 'A scalar.';
  const like = /^Tensor<ShapeOf<(\w+)>/.exec(text)?.[1];
  if (like !== undefined) {
    const at = types.findIndex((type) => new RegExp(`\\b${like}\\b`).test(type?.getText() ?? ''));
    if (at >= 0) return `The shape of \`${parameters[at]}\`.`;
  }
  if (/^Tensor<DimsOf<S>/.test(text)) return 'The shape given.';
  const said = alias === undefined ? '' : docOf(alias);
  return said === '' || said.startsWith('The signature') ? ruleIn(result) : said;
};

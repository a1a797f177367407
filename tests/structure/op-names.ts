/** The rule that passes ask an op for its kind and fields and never for its name or identity. */
import { Node, SyntaxKind } from 'ts-morph';
import { pathOf, type SourceTree } from './source-tree.ts';

const EQUALITY = new Set(['===', '!==', '==', '!=']);
const LOOKUPS = new Set(['has', 'get', 'includes', 'indexOf', 'startsWith', 'endsWith', 'test']);

/** A file that takes `name` out of an op makes every plain `name` in it an op's name. */
const TAKEN = /\{[^{}]*\bname\b[^{}]*\}\s*=\s*[\w.!?]*\bop\b/;

const isName = (node: Node | undefined): boolean => {
  const text = node?.getText().replaceAll(/[!?]/g, '') ?? '';
  if (/(^|\.)op\.name$/.test(text)) return true;
  return text === 'name' && TAKEN.test(node!.getSourceFile().getFullText());
};

const isOp = (node: Node | undefined): boolean =>
  node !== undefined && /(^|\.)op$/.test(node.getText().replaceAll(/[!?]/g, ''));

/** A fixed thing an op is compared with: an imported op or a literal, not another equation's op. */
const isFixed = (node: Node): boolean =>
  Node.isStringLiteral(node) ||
  (Node.isIdentifier(node) && !isOp(node) && node.getText() !== 'undefined');

const namesOp = (node: Node): boolean => {
  if (Node.isBinaryExpression(node) && EQUALITY.has(node.getOperatorToken().getText())) {
    const sides = [node.getLeft(), node.getRight()] as const;
    return sides.some((side, i) => {
      const other = sides[1 - i]!;
      return (isName(side) && Node.isStringLiteral(other)) || (isOp(side) && isFixed(other));
    });
  }
  if (Node.isSwitchStatement(node))
    return isName(node.getExpression()) || isOp(node.getExpression());
  if (Node.isElementAccessExpression(node)) return isName(node.getArgumentExpression());
  if (!Node.isCallExpression(node)) return false;
  const callee = node.getExpression();
  if (!Node.isPropertyAccessExpression(callee) || !LOOKUPS.has(callee.getName())) return false;
  return isName(callee.getExpression()) || node.getArguments().some(isName);
};

/** Places in `src/passes` that compare, switch on or look up the name or the identity of an op. */
export const namedOps = (tree: SourceTree): string[] =>
  tree.sources
    .filter((source) => pathOf(source).startsWith('src/passes/'))
    .flatMap((source) =>
      source
        .getDescendants()
        .filter((node) => node.getKind() !== SyntaxKind.SyntaxList && namesOp(node))
        .map((node) => `${pathOf(source)}:${node.getStartLineNumber()}: ${node.getText()}`),
    );

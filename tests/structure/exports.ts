/** The rules of what a file exports: named, documented, and without `any` in its signature. */
import { type ExportedDeclarations, type JSDocableNode, Node, SyntaxKind } from 'ts-morph';
import { pathOf, type SourceTree } from './source-tree.ts';

/** What a comment must say where a signature holds `any` on purpose. */
const EXCUSE = /dynamic shape/i;

/** The nodes of `source` that it declares and exports itself. */
const ownExports = (source: SourceTree['sources'][number]): [string, ExportedDeclarations][] =>
  [...source.getExportedDeclarations()].flatMap(([name, nodes]) =>
    nodes
      .filter((node) => node.getSourceFile() === source && !Node.isSourceFile(node))
      .map((node): [string, ExportedDeclarations] => [name, node]),
  );

/** The statement a declaration stands in: a variable's documentation is above its statement. */
const documented = (node: Node): Node => {
  const statement = node.getFirstAncestorByKind(SyntaxKind.VariableStatement);
  return Node.isVariableDeclaration(node) && statement !== undefined ? statement : node;
};

const docText = (node: Node): string => {
  const target: Node & Partial<JSDocableNode> = documented(node);
  return (target.getJsDocs?.() ?? []).map((doc) => doc.getInnerText()).join('\n');
};

/** Default exports, which give one thing a different name in every file that imports it. */
export const defaultExports = (tree: SourceTree): string[] =>
  tree.sources
    .filter((source) => source.getDefaultExportSymbol() !== undefined)
    .map((source) => `${pathOf(source)}: a default export`);

/** Exported declarations without a doc comment. */
export const withoutDoc = (tree: SourceTree): string[] => {
  const wrong: string[] = [];
  for (const source of tree.sources) {
    for (const [name, node] of ownExports(source)) {
      // One comment is enough for the overloads of a function.
      if (
        Node.isFunctionDeclaration(node) &&
        node.getOverloads().some((one) => docText(one) !== '')
      )
        continue;
      if (docText(node).trim().length < 3) {
        wrong.push(`${pathOf(source)}:${node.getStartLineNumber()}: '${name}' has no doc comment`);
      }
    }
  }
  return wrong;
};

/** Whether `any` only restricts or matches here, as in `F extends (...args: any[]) => any`. */
const isPattern = (keyword: Node, end: Node): boolean => {
  for (let node = keyword; node !== end; node = node.getParentOrThrow()) {
    const parent = node.getParentOrThrow();
    if (Node.isTypeParameterDeclaration(parent) && parent.getConstraint() === node) return true;
    if (Node.isConditionalTypeNode(parent) && parent.getExtendsType() === node) return true;
  }
  return false;
};

/** Whether a comment on the line, above the line or above the declaration excuses the keyword. */
const isExcused = (keyword: Node, end: Node): boolean => {
  const lines = keyword.getSourceFile().getFullText().split('\n');
  const line = keyword.getStartLineNumber(true);
  const near = [lines[line - 1], lines[line - 2]].map((text) =>
    /\/[/*].*|^\s*\*.*/.exec(text ?? ''),
  );
  if (near.some((comment) => EXCUSE.test(comment?.[0] ?? ''))) return true;
  for (let node = keyword; ; node = node.getParentOrThrow()) {
    if (EXCUSE.test(docText(node))) return true;
    if (node === end) return false;
  }
};

/** Whether `node` is the code of a function or a value, which is no part of a signature. */
const isCode = (node: Node): boolean => {
  if (Node.isBlock(node)) return true;
  const parent = node.getParent();
  if (Node.isArrowFunction(parent)) return parent.getBody() === node;
  if (Node.isParameterDeclaration(parent) || Node.isPropertyDeclaration(parent)) {
    return parent.getInitializer() === node;
  }
  if (!Node.isVariableDeclaration(parent) || parent.getInitializer() !== node) return false;
  return parent.getTypeNode() !== undefined;
};

/** Uses of `any` in what a file exports, but for those documented as a dynamic shape. */
export const undocumentedAny = (tree: SourceTree): string[] => {
  const wrong: string[] = [];
  for (const source of tree.sources) {
    for (const [name, declaration] of ownExports(source)) {
      declaration.forEachDescendant((node, traversal) => {
        if (isCode(node)) traversal.skip();
        if (node.getKind() !== SyntaxKind.AnyKeyword) return;
        if (isPattern(node, declaration) || isExcused(node, declaration)) return;
        const at = `${pathOf(source)}:${node.getStartLineNumber()}`;
        wrong.push(`${at}: 'any' in the signature of '${name}'`);
      });
    }
  }
  return wrong;
};

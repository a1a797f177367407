/** The list of public functions: how each is called and the first sentence of its documentation. */
import {
  bySource,
  escapeCell,
  escapeText,
  firstSentence,
  headerOf,
  isOperation,
  publicFunctions,
  titleOf,
} from './public-functions.mjs';

/** A table per source file of an entry point; array functions and losses have entries instead. */
export const functionList = async (entry) => {
  const shown = publicFunctions(entry).filter((one) => !(entry === 'gradloom' && isOperation(one)));
  return [...bySource(shown)]
    .map(([source, list]) => {
      const rows = list.map(
        ({ signature, doc }) => `| \`${signature}\` | ${escapeCell(firstSentence(doc))} |`,
      );
      const head = [`### ${titleOf(source)}`, '', escapeText(headerOf(source)), ''];
      return [...head, '| Call | |', '|---|---|', ...rows].join('\n');
    })
    .join('\n\n');
};

/** How many functions an entry point exports. */
export const functionCount = async (entry) =>
  `\`${entry}\` exports ${publicFunctions(entry).length} functions.`;

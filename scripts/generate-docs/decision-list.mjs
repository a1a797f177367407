/** The list of decisions: a link to each, with its title. */
import { readdirSync, readFileSync } from 'node:fs';

/** One line per file of docs/decisions. */
export const decisionList = async () =>
  readdirSync('docs/decisions')
    .filter((name) => /^\d{4}-.*\.md$/.test(name))
    .sort()
    .map((name) => {
      const title = /^# (\d+)\. (.+)$/m.exec(readFileSync(`docs/decisions/${name}`, 'utf8'));
      if (title === null || Number(title[1]) !== Number(name.slice(0, 4))) {
        throw new Error(`docs/decisions/${name}: the title must start with its number`);
      }
      return `${Number(title[1])}. [${title[2]}](decisions/${name})`;
    })
    .join('\n');

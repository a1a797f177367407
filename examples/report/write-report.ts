/** Writes a report page to disk, whole or not at all. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { renderReport } from './render-report.ts';
import type { TrainingReport } from './training-report.ts';

/**
 * Renders and writes the page, making its folder; returns the absolute path. A reader never sees
 * half a file.
 */
export const writeReport = async (path: string, report: TrainingReport): Promise<string> => {
  const target = resolve(path);
  const page = renderReport(report);
  const draft = `${target}.${process.pid}.draft`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await writeFile(draft, page);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return target;
};

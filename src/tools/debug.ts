/**
 * Reports on everything that is compiled while a program runs, for GRADLOOM_DEBUG=1..4: 1 the
 * summary of each program, 2 also its stages, 3 also its kernels with their times and code, 4 also
 * what each stage rewrote. Also the switch of the search for NaN, for GRADLOOM_NAN=1.
 */
import type { Backend } from '../backends/backend.ts';
import type { CompiledProgram } from '../passes/compile.ts';
import { passedOverFor } from '../trace/default-backend.ts';
import { substitutePrograms } from '../trace/substitute-programs.ts';
import { type CompilationWatch, watchCompilations } from '../trace/watch-compilations.ts';
import { diffLines } from './diff-lines.ts';
import type { ExplainedStage, ExplanationData } from './explanation.ts';
import { findNaN } from './find-nan.ts';
import { printable } from './page/html.ts';
import { CompilationRecorder } from './record-compilation.ts';
import { launchTable, stageTable, summaryLines } from './text-report.ts';

/** How much to report: nothing, summaries, stages, kernels, every rewrite. */
export type DebugLevel = 0 | 1 | 2 | 3 | 4;

const heading = (text: string): string => `-- ${text}`;

const rewrites = (stage: ExplainedStage, before: ExplainedStage | undefined): string[] => {
  if (before?.kind !== stage.kind || stage.isUnchanged) return [];
  const marks = { added: '+ ', removed: '- ', same: '  ' } as const;
  return diffLines(before.text, stage.text)
    .filter(({ kind }) => kind !== 'same')
    .map(({ kind, text }) => `${marks[kind]}${printable(text).trimStart()}`);
};

const stageReport = (stages: readonly ExplainedStage[], level: DebugLevel): string[] =>
  stages.flatMap((stage, k) => {
    const { name, kind, text, isUnchanged } = stage;
    if (isUnchanged) return [heading(`${name}: nothing changed`)];
    if (kind === 'source' && level < 3) return [];
    const changes = level < 4 ? [] : rewrites(stage, stages[k - 1]);
    const list = changes.length === 0 ? [] : [heading(`${name} rewrote`), ...changes];
    return [...list, heading(name), printable(text)];
  });

/** What a compilation of the given level looks like in the terminal. */
export const debugReport = (data: ExplanationData, level: DebugLevel): string => {
  if (level < 1) return '';
  const lines = [...summaryLines(data)];
  if (level >= 2) lines.push(...stageTable(data.stages));
  if (level >= 3) lines.push(...launchTable(data.launches));
  if (level >= 2) lines.push(...stageReport(data.stages, level));
  return `${lines.map((line) => line.replaceAll(/^/gm, '[gradloom] ')).join('\n')}\n`;
};

/** The parts of Node.js and of browsers that matter here. */
interface Host {
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly stderr?: { write(text: string): unknown };
  };
  readonly console?: { debug(text: string): void };
}
const host = globalThis as Host;

const levelOfEnvironment = (): DebugLevel => {
  const level = Number(host.process?.env?.GRADLOOM_DEBUG ?? 0);
  return level === 1 || level === 2 || level === 3 || level === 4 ? level : 0;
};

/** The switches for reports on what is compiled and for the search for NaN. */
export interface Debug {
  /** How much is reported; starts as the environment's GRADLOOM_DEBUG says. */
  level: DebugLevel;
  /** Where reports go; the error stream of Node.js, else the console. */
  write: (text: string) => void;
  /**
   * Whether programs made from now on run equation by equation, slowly, and throw a NaNError at the
   * first that makes NaN; starts as true where the environment says GRADLOOM_NAN=1.
   */
  nan: boolean;
}

const install = (): Debug => {
  const debug: Debug = {
    level: levelOfEnvironment(),
    nan: host.process?.env?.GRADLOOM_NAN === '1',
    write: (text) => {
      const { process, console } = host;
      if (process?.stderr === undefined) console?.debug(text);
      else process.stderr.write(text);
    },
  };
  substitutePrograms((graph, backend, donated) =>
    debug.nan ? findNaN(graph, backend, donated) : undefined,
  );
  const explainedDefaults = new Set<Backend>();
  watchCompilations((graph, backend): CompilationWatch | undefined => {
    const { level } = debug;
    if (level < 1) return undefined;
    if (!explainedDefaults.has(backend)) {
      explainedDefaults.add(backend);
      for (const { name, why } of passedOverFor(backend)) {
        debug.write(`[gradloom] the default backend is ${backend.name}, not ${name}: ${why}\n`);
      }
    }
    const recorder = new CompilationRecorder(graph, backend, { measure: level >= 3 });
    const start = performance.now();
    let spent = 0;
    return {
      onStage: (stage) => {
        spent += stage.milliseconds;
        recorder.onStage(stage);
      },
      onCompiled: (program: CompiledProgram, executable) => {
        const milliseconds = Math.max(0, performance.now() - start - spent);
        debug.write(debugReport(recorder.finish(program, executable, milliseconds), level));
      },
    };
  });
  return debug;
};

// Marked as pure, so that bundles of programs that never name it leave the reports out.
/**
 * Reports on what is compiled: `debug.level = 2`, or GRADLOOM_DEBUG=2 in the environment. The
 * search for NaN: `debug.nan = true`, or GRADLOOM_NAN=1.
 */
export const debug: Debug = /* @__PURE__ */ install();

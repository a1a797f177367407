/** Asks a new process for one thing: nothing that another contender left behind can disturb it. */
import { fork } from 'node:child_process';
import process from 'node:process';
import { askPython } from './ask-python.ts';
import type { Reply, Request } from './messages.ts';

/** How processes are started. */
export interface Processes {
  /** The Node.js that runs them. */
  readonly node: string;
  /** The bundled program `child.ts`. */
  readonly program: string;
  /** Milliseconds after which a process is ended. */
  readonly patience: number;
}

/** The environment without what makes Gradloom verify or report: that would be timed. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^GRADLOOM_/.test(name)));

const isPython = (request: Request): boolean =>
  'contender' in request && ['pytorch', 'jax'].includes(request.contender.library);

/** Sends the request to a new process and waits for its answer; never throws. */
export const ask = <Value>(processes: Processes, request: Request): Promise<Reply<Value>> =>
  isPython(request) ? askPython(request, processes.patience) : askNode(processes, request);

const askNode = <Value>(
  { node, program, patience }: Processes,
  request: Request,
): Promise<Reply<Value>> =>
  new Promise((resolve) => {
    // What libraries print goes to standard error, so that standard output is the report alone.
    const child = fork(program, [], {
      execPath: node,
      execArgv: [],
      env: environment(),
      stdio: [0, 2, 2, 'ipc'],
    });
    let reply: Reply<Value> | undefined;
    const timer = setTimeout(() => {
      reply ??= { kind: 'lost', message: `no answer within ${patience / 1000} s` };
      child.kill('SIGKILL');
    }, patience);
    child.on('message', (message) => {
      reply ??= message as Reply<Value>;
    });
    child.on('error', ({ message }) => {
      reply ??= { kind: 'lost', message };
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const message = `the process ended with ${signal ?? `code ${code}`}`;
      resolve(reply ?? { kind: 'lost', message });
    });
    child.send(request, (error) => {
      if (error) reply ??= { kind: 'lost', message: error.message };
    });
  });

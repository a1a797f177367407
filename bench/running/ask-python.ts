/** Asks a Python process for one thing, as `ask` does of a process of Node.js. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import process from 'node:process';
import { models } from '../tasks/models.ts';
import { firstLine, type Reply, type Request } from './messages.ts';

/** The interpreter; PYTHON names another one. */
const program = (): string => process.env.PYTHON ?? 'python3';
const script = resolve(import.meta.dirname, '../peers.py');

/** The request with the model that it speaks of, because Python does not read TypeScript. */
const withModel = (request: Request): unknown =>
  request.kind === 'measure' && 'model' in request.work
    ? { ...request, model: models[request.work.model] }
    : request;

/** Sends the request to a new process and waits for its answer; never throws. */
export const askPython = <Value>(request: Request, patience: number): Promise<Reply<Value>> =>
  new Promise((done) => {
    const lose = (message: string): void => done({ kind: 'lost', message });
    const child = spawn(program(), [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const timer = setTimeout(() => {
      lose(`no answer within ${patience / 1000} s`);
      child.kill('SIGKILL');
    }, patience);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.on('error', (error) => lose(`${program()}: ${error.message}`));
    // A process that ends early has no ears; what it says or its code tells more.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(withModel(request)));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      try {
        done(JSON.parse(text.trim().split('\n').at(-1) ?? ''));
      } catch (error) {
        lose(`${program()} ended with ${signal ?? `code ${code}`}: ${firstLine(error)}`);
      }
    });
  });

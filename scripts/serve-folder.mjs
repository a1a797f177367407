/**
 * Serves the files of one folder on this machine alone. The headers isolate the page from others,
 * which is what browsers ask for before they let workers share memory.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
  '.gz': 'application/gzip',
};
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/** The name of a file right in the folder, or undefined: no path leads out of it. */
const nameOf = (url) => {
  const path = url.replace(/[?#].*/s, '');
  const name = path === '/' ? 'index.html' : path.slice(1);
  return /^[\w-][\w.-]*$/.test(name) ? name : undefined;
};

const answer = async (folder, { method, url }) => {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'only GET\n' };
  const name = nameOf(url);
  const body = name && (await readFile(join(folder, name)).catch(() => undefined));
  if (!body) return { status: 404, body: 'no such file\n' };
  return { status: 200, body, type: types[extname(name)] ?? 'application/octet-stream' };
};

/**
 * Serves `folder` on 127.0.0.1; port 0 takes any free one. Gives the address and a function that
 * ends the server; an occupied port is an error.
 */
export const serveFolder = async (folder, port) => {
  const server = createServer(async (request, response) => {
    const { status, body, type = 'text/plain; charset=utf-8' } = await answer(folder, request);
    response.writeHead(status, { ...headers, 'Content-Type': type });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { address: `http://localhost:${server.address().port}/`, close };
};

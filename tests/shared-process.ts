/** Runs before every test file that shares its process with others: each leaves the default backend. */
import { afterAll } from 'vitest';
import { defaultBackend, setDefaultBackend } from '../src/trace/default-backend.ts';

const before = defaultBackend();
afterAll(() => setDefaultBackend(before));

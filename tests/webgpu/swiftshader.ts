/**
 * WebGPU for tests on machines without a GPU: Dawn of the package `webgpu` on SwiftShader, which is
 * unpacked from `@sparticuz/chromium`. A missing driver is an error, never a reason to skip.
 */
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { constants, tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { type Backend, init } from 'gradloom';

/** The files of a tar archive, into one folder. */
const untar = (archive: Buffer, folder: string): void => {
  const text = (from: number, to: number): string =>
    archive.toString('latin1', from, to).replace(/\0.*/s, '');
  for (let at = 0; at + 512 <= archive.length; ) {
    const name = text(at, at + 100);
    if (name === '') return;
    const size = Number.parseInt(text(at + 124, at + 136), 8) || 0;
    const isFile = archive[at + 156] === 48 || archive[at + 156] === 0;
    if (isFile) {
      const data = archive.subarray(at + 512, at + 512 + size);
      writeFileSync(join(folder, basename(name)), data, { mode: 0o755 });
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
};

/** The folder of the unpacked driver, made once per user and version of the package. */
const driverFolder = (): string => {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const archive = join(dirname(entry), '..', 'bin', 'swiftshader.tar.br');
  if (!existsSync(archive)) throw new Error(`webgpu tests: no driver at ${archive}; run npm ci`);
  const name = `gradloom-swiftshader-${statSync(archive).size}-${userInfo().uid}`;
  const folder = join(tmpdir(), name);
  if (existsSync(join(folder, 'vk_swiftshader_icd.json'))) return folder;
  const unpacked = mkdtempSync(`${folder}-`);
  untar(brotliDecompressSync(readFileSync(archive)), unpacked);
  try {
    renameSync(unpacked, folder);
  } catch {
    // Another process was faster.
    rmSync(unpacked, { recursive: true });
  }
  return folder;
};

/** Loads a library for good; it is not a module of Node.js, which is the error to expect. */
const preload = (file: string): void => {
  const keep = 0x1000;
  try {
    process.dlopen({ exports: {} }, file, constants.dlopen.RTLD_NOW | keep);
  } catch (error) {
    if (!String(error).includes('did not self-register')) throw error;
  }
};

/** Questions of Dawn that are asked at once, for what takes no time. */
const promptly = 20;
let isPaced = false;
/**
 * Makes Dawn wait for its driver. It calls itself in every turn of the event loop, as fast as turns
 * come, while a shader compiles or a copy is made, and takes a whole core from those who do that.
 */
const paceDawn = (): void => {
  const immediately = globalThis.setImmediate;
  let isAsking = false;
  let asked = 0;
  const later = (ask: () => void): unknown => {
    // Whoever asks while being answered goes on waiting; all others begin to.
    asked = isAsking ? asked + 1 : 0;
    const askAgain = (): void => {
      isAsking = true;
      try {
        ask();
      } finally {
        isAsking = false;
      }
    };
    return asked < promptly ? immediately(askAgain) : setTimeout(askAgain, 1);
  };
  const isOfDawn = (callback: unknown): boolean => String(callback).includes('[native code]');
  globalThis.setImmediate = ((callback: () => void, ...rest: unknown[]): unknown =>
    isOfDawn(callback)
      ? later(callback)
      : immediately(callback, ...(rest as []))) as typeof setImmediate;
};

/**
 * Toggles of Dawn: without it SwiftShader takes most of a second for each kernel with workgroup
 * memory.
 */
const toggles = 'disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension';

/**
 * The entry object of Dawn: with `kind` 'null' it checks shaders and calls and computes nothing.
 * With GRADLOOM_WEBGPU=system it takes the Vulkan driver of the machine.
 */
export const openDawn = async (kind: 'vulkan' | 'null' = 'vulkan'): Promise<object> => {
  if (kind === 'vulkan' && process.env.GRADLOOM_WEBGPU !== 'system') {
    const folder = driverFolder();
    const manifest = join(folder, 'vk_swiftshader_icd.json');
    process.env.VK_DRIVER_FILES = manifest;
    process.env.VK_ICD_FILENAMES = manifest;
    preload(join(folder, 'libvulkan.so.1'));
  }
  if (!isPaced) paceDawn();
  isPaced = true;
  const { create } = await import('webgpu');
  return create([`backend=${kind}`, toggles]);
};

let opened: Promise<Backend> | undefined;
/** The backend on this process's one device. */
export const openSwiftShader = (): Promise<Backend> => {
  opened ??= openDawn().then((gpu) => init('webgpu', { gpu }));
  return opened;
};

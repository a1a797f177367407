/**
 * Starts a real Chromium without a window: the one that comes packed inside of a development
 * dependency, or the one the variable CHROMIUM names. Never gives up silently.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { brotliDecompressSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

const packed = 'node_modules/@sparticuz/chromium/bin';
const advice = `The tests of the page need Chromium. \`npm ci\` installs a packed one, which runs on \
Linux on x64 and needs about 300 MB in the folder for temporary files. Elsewhere set CHROMIUM to \
the path of a Chromium or Chrome.`;

/** Writes the plain files of a tar archive into `folder`, without their own folders. */
const untar = (archive: Buffer, folder: string): void => {
  const text = (start: number, length: number): string =>
    archive.toString('latin1', start, start + length).replace(/\0.*/s, '');
  for (let start = 0; start + 512 <= archive.length; ) {
    const name = basename(text(start, 100));
    if (name === '') return;
    const size = Number.parseInt(text(start + 124, 12), 8) || 0;
    const isFile = ['0', ''].includes(text(start + 156, 1));
    const content = archive.subarray(start + 512, start + 512 + size);
    if (isFile) writeFileSync(join(folder, name), content, { mode: 0o755 });
    start += 512 + Math.ceil(size / 512) * 512;
  }
};

const unpack = (name: string): Buffer => brotliDecompressSync(readFileSync(join(packed, name)));

/** Unpacks Chromium where it is not unpacked yet, and gives its folder. */
const unpackedFolder = (): string => {
  const { size } = statSync(join(packed, 'chromium.br'));
  const folder = join(tmpdir(), `gradloom-chromium-${size}-${userInfo().uid}`);
  if (existsSync(join(folder, 'chromium'))) return folder;
  const partial = mkdtempSync(`${folder}-`);
  try {
    for (const name of ['al2023.tar.br', 'swiftshader.tar.br']) untar(unpack(name), partial);
    mkdirSync(join(partial, 'fonts'));
    untar(unpack('fonts.tar.br'), join(partial, 'fonts'));
    const fonts = `<?xml version="1.0"?>\n<fontconfig><dir>${folder}/fonts</dir>\
<dir>/usr/share/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>\n`;
    writeFileSync(join(partial, 'fonts.conf'), fonts);
    writeFileSync(join(partial, 'chromium'), unpack('chromium.br'), { mode: 0o755 });
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another process may have been faster.
    if (!existsSync(join(folder, 'chromium'))) throw error;
  }
  return folder;
};

const environment = (folder: string): Record<string, string> => {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^VK_/.test(entry[0]),
  );
  const fonts = join(folder, 'fonts.conf');
  return { ...Object.fromEntries(own), LD_LIBRARY_PATH: folder, FONTCONFIG_FILE: fonts };
};

/** A Chromium without a window; throws an Error with advice where there is none that starts. */
export const launchChromium = async (): Promise<Browser> => {
  const own = process.env.CHROMIUM;
  try {
    const folder = own === undefined ? unpackedFolder() : undefined;
    return await chromium.launch({
      executablePath: own ?? join(folder ?? '', 'chromium'),
      ...(folder === undefined ? {} : { env: environment(folder) }),
      headless: true,
      args: [
        '--no-sandbox',
        '--enable-unsafe-webgpu',
        // Software drivers compile workgroup memory many times faster without it.
        '--disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension',
      ],
    });
  } catch (error) {
    throw new Error(`${advice}\n${error instanceof Error ? error.message : error}`);
  }
};

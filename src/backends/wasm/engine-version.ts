/** Which version of V8 runs this, for what can be told by nothing else. */

interface Host {
  readonly process?: { readonly versions?: Readonly<Record<string, string | undefined>> };
  readonly navigator?: {
    readonly userAgentData?: {
      readonly brands?: readonly { readonly brand: string; readonly version: string }[];
    };
  };
}

/** The version as a whole number, 1306 for 13.6; 0 where it is not V8 or does not say. */
export const versionOfV8 = (host: Host = globalThis as Host): number => {
  // '13.6.233.17-node.37' begins with what counts.
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(host.process?.versions?.v8 ?? '') ?? [];
  if (major !== undefined) return Number(major) * 100 + Number(minor);
  const brands = host.navigator?.userAgentData?.brands ?? [];
  // Chromium 136 has V8 13.6.
  const chromium = Number(brands.find(({ brand }) => brand === 'Chromium')?.version ?? 0);
  return Math.floor(chromium / 10) * 100 + (chromium % 10);
};

/**
 * Whether vector instructions run in the order in which they are written. Versions before that of
 * Node.js 24 load whatever a stretch of code will need before they compute, which takes more
 * registers than there are when a loop is written out.
 */
export const keepsOrder = (): boolean => versionOfV8() >= 1306;

/**
 * What a step costs the host grows with its dispatches and not with how many steps run ahead of the
 * last reading. The device computes nothing, so that only the host is timed.
 */
import { expect, test } from 'vitest';
import { type HostTime, hostFaults, hostTimes } from '../../bench/host-time.ts';
import { countWork, openPrepared } from './prepared-device.ts';
import { openDawn } from './swiftshader.ts';

const { backend, device } = await openPrepared(await openDawn('null'));
const machine = { backend, device, counts: countWork(device), isSoftware: true, title: '' };

test('the time of calls grows with dispatches alone', { retry: 3, timeout: 60_000 }, async () => {
  const times = await hostTimes(machine, 60);
  expect(times.map(({ launches, ahead }) => [launches, ahead])).toEqual(
    [10, 40, 160].flatMap((launches) => [1, 5, 20].map((ahead) => [launches, ahead])),
  );
  for (const { launches, dispatches } of times) expect(dispatches).toBeGreaterThanOrEqual(launches);
  expect(hostFaults(times)).toEqual([]);
});

test('growth of other kinds would be noticed', () => {
  const time = (launches: number, ahead: number, call: number): HostTime => ({
    launches,
    dispatches: launches,
    ahead,
    call,
    total: call,
  });
  expect(hostFaults([time(10, 1, 1), time(160, 1, 16)])).toEqual([]);
  expect(hostFaults([time(10, 1, 1), time(160, 1, 256)])).toHaveLength(1);
  expect(hostFaults([time(10, 1, 1), time(10, 20, 20)])).toHaveLength(1);
});

test('steps that run ahead make no objects of the device but their commands', async () => {
  const made = { buffers: 0, groups: 0 };
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (description) => {
    // Memory to read from is made for each reading.
    if ((description.usage & 1) === 0) made.buffers++;
    return createBuffer(description);
  };
  const createBindGroup = device.createBindGroup.bind(device);
  device.createBindGroup = (description) => {
    made.groups++;
    return createBindGroup(description);
  };
  const steps = 40;
  await hostTimes(machine, steps);
  // Of hundreds of dispatches of each of hundreds of steps, those of the first two are new.
  expect(made.buffers).toBeLessThan(20);
  expect(made.groups).toBeLessThan(2 * (10 + 40 + 160) + 20);
});

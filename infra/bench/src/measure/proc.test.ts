import { expect, it } from 'vitest'
import { megabytes, parseStat, usageOf } from './proc.ts'
import { cpuMsPerSaga, spentBetween } from './processes.ts'

it('reads a process whose command has blanks and brackets', () => {
  const line = '42 (a) b (c) S 7 42 42 0 -1 4194304 100 0 0 0 250 50 30 20 20 0 1 0 12345 1000 200'
  expect(parseStat(line)).toEqual({ parent: 7, own: 300, endedChildren: 50 })
})

it('reads kilobytes as megabytes', () => {
  expect(megabytes('VmPeak:\t  4096 kB\nVmHWM:\t  2048 kB\n', 'VmHWM')).toBe(2)
  expect(megabytes('', 'VmHWM')).toBeUndefined()
})

it.runIf(process.platform === 'linux')('measures this very process, and leaves out one that is not there', async () => {
  const usage = await usageOf({ bench: process.pid, gone: 2 ** 22 + 1 })
  expect([...usage.keys()]).toEqual(['bench'])
  expect(usage.get('bench')?.rssMb).toBeGreaterThan(10)
  expect(usage.get('bench')?.peakRssMb).toBeGreaterThanOrEqual(usage.get('bench')?.rssMb ?? 0)
})

const usage = (cpuSeconds: number, rssMb: number) => ({ cpuSeconds, rssMb, peakRssMb: rssMb })

it('takes CPU as the difference and memory as it is at the end', () => {
  const before = new Map([['order', usage(1.5, 80)]])
  const after = new Map([['order', usage(4, 100.04)]])
  expect(spentBetween(before, after)).toEqual([{ name: 'order', cpuSeconds: 2.5, rssMb: 100, peakRssMb: 100 }])
})

it('counts a process that was started anew from its start', () => {
  expect(spentBetween(new Map([['order', usage(9, 80)]]), new Map([['order', usage(2, 70)]]))).toMatchObject([{ cpuSeconds: 2 }])
})

it('has all but the generator’s CPU in a saga’s cost', () => {
  const spent = [
    { name: 'order', cpuSeconds: 2, rssMb: 1, peakRssMb: 1 },
    { name: 'kafka', cpuSeconds: 1, rssMb: 1, peakRssMb: 1 },
    { name: 'bench', cpuSeconds: 5, rssMb: 1, peakRssMb: 1 },
  ]
  expect(cpuMsPerSaga(spent, 1000)).toBe(3)
  expect(cpuMsPerSaga(spent, 0)).toBeNull()
})

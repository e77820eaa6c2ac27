import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { type CrashPoint, withCrashPoints } from '../src/crash-points.ts'
import type { EventLog, Store, Transaction, Writes } from '../src/ports.ts'
import type { EffectCall, EffectHandler } from '../src/runtime/effects.ts'

const folder = mkdtempSync(join(tmpdir(), 'crash-points-'))
const file = join(folder, 'point')
afterAll(() => rmSync(folder, { recursive: true }))

let steps: string[] = []
const step = (name: string) => () => Promise.resolve(void steps.push(name))

const parts = () => {
  const store = { begin: () => Promise.resolve({ commit: step('commit') }), relay: { published: step('mark') } } as unknown as Store
  const eventLog = {
    producer: () => ({ send: step('send') }),
    consume: () => Promise.resolve({ commit: step('offsets') }),
  } as unknown as EventLog
  return withCrashPoints({ store, eventLog, effects: { charge: step('charge') } }, file, () => void steps.push('crash'))
}

const passes: Record<CrashPoint, (made: ReturnType<typeof parts>) => Promise<unknown>> = {
  committed: async ({ store }) => {
    const tx: Transaction = await store.begin()
    return tx.commit({ outbox: [{}], effects: [] } as unknown as Writes)
  },
  published: ({ eventLog }) => eventLog.producer().send('t', []),
  marked: async ({ store, eventLog }) => {
    await store.relay.published(['1'])
    await (await eventLog.consume({} as never)).commit([])
  },
  performed: ({ effects }) => (effects['charge'] as EffectHandler)({} as never, {} as EffectCall),
}
const expected: Record<CrashPoint, string[]> = {
  committed: ['commit', 'crash'],
  published: ['send', 'crash'],
  marked: ['mark', 'crash', 'offsets'],
  performed: ['charge', 'crash'],
}

beforeEach(() => {
  steps = []
})

for (const [point, pass] of Object.entries(passes) as [CrashPoint, (typeof passes)[CrashPoint]][])
  it(`kills the process once, at the n-th passing of "${point}", and not before it`, async () => {
    const made = parts()
    await pass(made)
    writeFileSync(file, `${point} 2`)
    await pass(made)
    expect(steps).not.toContain('crash')
    steps = []
    await pass(made)
    expect(steps).toEqual(expected[point])
    expect(existsSync(file)).toBe(false)
    await pass(made)
    expect(steps.filter((each) => each === 'crash')).toHaveLength(1)
  })

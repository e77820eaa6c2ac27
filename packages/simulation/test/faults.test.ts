import { beforeAll, describe, expect, it } from 'vitest'
import { type Run, simulate } from '../src/index.ts'
import { toy } from './toy.ts'

/** Runs whose faults and stories together are looked at: each kind of fault has to strike, and to do what it says. */
const runs: Run[] = []
beforeAll(async () => {
  const weather = { faults: 0.04, troubles: 6, slow: 0.5, latencyMs: 50 }
  // Who crashes all the time gets nowhere: some runs have many crashes, some few.
  for (let seed = 1; seed <= 150; seed++)
    runs.push(
      await simulate(toy({ orders: 8 }), {
        seed,
        weather: { ...weather, crashes: [0.002, 0.01, 0.03][seed % 3] ?? 0 },
        story: true,
      }),
    )
})

const kinds = () =>
  new Set(runs.flatMap(({ faults }) => faults.map((id) => id.replace(/^(order|inventory|channel) /, '').replace(/ \d+:/, ':'))))

describe('every fault strikes', () => {
  const port = ['failed', 'answer lost', 'crash before', 'crash after']
  it.each([
    ['begin', port],
    ['query', port],
    ['commit', port],
    ['statement', ['failed', 'crash']],
    ['offsets', port],
    ['topics', port],
    ['send', ['failed', 'half done', 'answer lost', 'done twice', 'done late', 'crash before', 'crash half done', 'crash after']],
    ['call charge', ['request lost', 'answer lost', 'very slow', 'done twice', 'crash before', 'crash after']],
    [
      'trouble',
      ['kill', 'freeze', 'zombie', 'rebalance', 'broker away', 'database away', 'database refuses', 'session cut', 'rewind', 'clock wrong'],
    ],
  ])('at %s', (place, expected) => {
    const struck = kinds()
    expect(expected.filter((kind) => !struck.has(`${place}: ${kind}`))).toEqual([])
  })
})

describe('what a fault does', () => {
  const after = (fault: RegExp) =>
    runs.flatMap(({ story }) => story.flatMap((line, index) => (fault.test(line) ? [story.slice(index)] : [])))

  it('ends a process at a crash point, and starts another one later', () => {
    const crashes = after(/FAULT +inventory commit \d+: crash after/)
    expect(crashes.length).toBeGreaterThan(0)
    expect(crashes.some((lines) => lines.some((line) => /inventory \d+ +dies after inventory commit/.test(line)))).toBe(true)
    expect(crashes.some((lines) => lines.some((line) => /inventory \d+ +starts/.test(line)))).toBe(true)
  })

  it('delivers again what was handled, and the inbox finds it', () => {
    expect(runs.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBeGreaterThan(100)
  })

  it('writes twice into the log what a producer sent twice', () => {
    const twice = after(/FAULT +order send \d+: done twice/).map((lines) => lines.filter((line) => / log +order\.events/.test(line)))
    const named = (line: string | undefined) => line?.replace(/^.*\/\d+ /, '')
    expect(twice.some((lines) => lines.some((line, index) => named(lines[index + 1]) === named(line)))).toBe(true)
  })

  it('lets a frozen process go on as it was', () => {
    expect(after(/is frozen for/).some((lines) => lines.some((line) => /goes on/.test(line)))).toBe(true)
  })

  it('lets providers be asked twice, and charge once', async () => {
    let asked = 0
    const charged: string[] = []
    for (let seed = 1; seed <= 10; seed++) {
      const scenario = toy({ charged: (id) => charged.push(`${seed} ${id}`), asked: () => asked++ })
      await simulate(scenario, { seed, weather: { faults: 0.1, crashes: 0, troubles: 0 } })
    }
    expect(new Set(charged).size).toBe(charged.length)
    expect(asked).toBeGreaterThan(charged.length)
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { processSurroundings } from '../surroundings.ts'
import { lane } from './lane.ts'
import type { Work } from './work.ts'

const work = (name: string) => ({ name }) as Work
const never = (error: Error) => {
  throw error
}

describe('a lane', () => {
  it('makes one batch of everything that came while the last one ran', async () => {
    const batches: string[][] = []
    const first = Promise.withResolvers<void>()
    const one = lane(
      processSurroundings,
      async (works) => {
        batches.push(works.map(({ name }) => name))
        first.resolve()
        await sleep(10)
      },
      never,
    )
    await one.push({ works: [work('a')] })
    await first.promise
    for (const name of ['b', 'c', 'd']) await one.push({ works: [work(name)] })
    await one.idle()
    expect(batches).toEqual([['a'], ['b', 'c', 'd']])
  })

  it('keeps batches below their limit without splitting what came together', async () => {
    const sizes: number[] = []
    const one = lane(
      processSurroundings,
      (works) => {
        sizes.push(works.length)
        return Promise.resolve()
      },
      never,
      { maxBatch: 4 },
    )
    for (let index = 0; index < 3; index++) await one.push({ works: [work('x'), work('y'), work('z')] })
    await one.idle()
    expect(sizes).toEqual([3, 3, 3])
  })

  it('makes who brings too much wait until there is room', async () => {
    const begun = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const run = () => {
      begun.resolve()
      return gate.promise
    }
    const one = lane(processSurroundings, run, never, { maxQueued: 2 })
    await one.push({ works: [work('a')] })
    await begun.promise
    await one.push({ works: [work('b')] })
    let through = false
    const pushed = one.push({ works: [work('c')] }).then(() => (through = true))
    await sleep(10)
    expect(through).toBe(false)
    gate.resolve()
    await pushed
    expect(through).toBe(true)
  })

  it('says that parcels are done in their order', async () => {
    const done: string[] = []
    const one = lane(processSurroundings, () => sleep(5), never)
    for (const name of ['a', 'b']) await one.push({ works: [work(name)], done: () => done.push(name) })
    expect(done).toEqual([])
    await one.idle()
    expect(done).toEqual(['a', 'b'])
  })

  it('rests after a small batch that took long, and not after a large or a single one', async () => {
    const rests: number[] = []
    let now = 0
    const around = { ...processSurroundings, now: () => now, sleep: (ms: number) => Promise.resolve(void rests.push(ms)) }
    const run = () => Promise.resolve(void (now += 20))
    const one = lane(around, run, never, { maxBatch: 6, maxRestMs: 250 })
    const three = [work('x'), work('y'), work('z')]
    for (const works of [three, three.slice(1), three.slice(2)]) await one.push({ works }).then(() => one.idle())
    // Three works are half of what a batch may hold. Two that took 20 ms make 20 ** 2 / 40 ms.
    expect(rests).toEqual([10])
  })

  it('marks nothing as done once a batch could not be ended', async () => {
    const done: string[] = []
    const broken: Error[] = []
    const one = lane(
      processSurroundings,
      () => Promise.reject(new Error('stopping')),
      (error) => broken.push(error),
    )
    await one.push({ works: [work('a')], done: () => done.push('a') })
    await one.push({ works: [work('b')], done: () => done.push('b') })
    await one.idle()
    expect(done).toEqual([])
    expect(broken).toHaveLength(1)
  })
})

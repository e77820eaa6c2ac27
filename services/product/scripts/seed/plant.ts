import { setTimeout as sleep } from 'node:timers/promises'
import type { Seed } from './catalogue.ts'
import { type Call, refusal } from './gateway.ts'

export interface Planted {
  products: number
  created: number
  unchanged: number
  restocked: number
  /** What could not be made, and why. */
  failed: { sku: string; why: string }[]
}

const tries = 4

// A restock must not be sent twice, and a lost answer does not say whether it was done: so it is asked for first, every time.
async function stockUp(call: Call, { sku, stock }: Seed): Promise<boolean> {
  for (let tried = 1; ; tried++) {
    const level = await call('GET', `/inventory/${sku}`)
    if (level.status === 200) return tried > 1
    if (level.status !== 404) throw new Error(`reading the stock: ${refusal(level)}`)
    const restocked = await call('POST', `/inventory/${sku}/restock`, { quantity: stock }, 1).catch((error: Error) => ({
      status: 599,
      body: { detail: error.message },
    }))
    if (restocked.status < 300) return true
    if ((restocked.status < 500 && restocked.status !== 429) || tried === tries) throw new Error(`restocking: ${refusal(restocked)}`)
    await sleep(200 * 2 ** tried)
  }
}

async function plantOne(call: Call, seed: Seed, result: Planted): Promise<void> {
  const { stock: _, ...product } = seed
  try {
    const made = await call('POST', '/products', product)
    if (made.status >= 300) throw new Error(`creating the product: ${refusal(made)}`)
    if (made.status === 201) result.created++
    else result.unchanged++
    if (await stockUp(call, seed)) result.restocked++
  } catch (error) {
    result.failed.push({ sku: seed.sku, why: error instanceof Error ? error.message : String(error) })
  }
}

/** Makes what is not there yet, so many at a time. */
export async function plant(
  call: Call,
  seeds: readonly Seed[],
  { concurrency = 16, progress = () => {} }: { concurrency?: number; progress?: (done: number) => void } = {},
): Promise<Planted> {
  const result: Planted = { products: seeds.length, created: 0, unchanged: 0, restocked: 0, failed: [] }
  const waiting = seeds.values()
  let done = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const seed of waiting) {
        await plantOne(call, seed, result)
        progress(++done)
      }
    }),
  )
  return result
}

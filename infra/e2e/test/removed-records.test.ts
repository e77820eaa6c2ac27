import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readTopics } from '@murmuration/cli'
import { repositoryRoot } from '@murmuration/local'
import { eventually } from '@murmuration/testing'
import { expect, inject, it } from 'vitest'
import { rowsOf } from '../src/check/databases.ts'
import { admin } from '../src/shop/people.ts'
import { product } from '../src/shop/products.ts'
import { service } from '../src/stack/control.ts'
import { ask, insist } from '../src/stack/gateway.ts'
import { event, watchTheLog, withAdmin } from '../src/watch/log.ts'
import { note } from '../src/watch/written.ts'

watchTheLog()

const murmur = async (...args: string[]): Promise<unknown> => {
  const program = join(repositoryRoot, 'packages', 'cli', 'src', 'main.ts')
  const env = { ...process.env, MURMUR_STACK: inject('stack').stackFile }
  // Exit 1 is an answer, too: doctor has found something.
  const ran = promisify(execFile)(process.execPath, [program, ...args, '--json'], { env })
  const { stdout } = await ran.catch((error: { stdout: string }) => error)
  return JSON.parse(stdout) as unknown
}
interface Diagnosis {
  readonly findings: readonly { readonly name: string; readonly status: string; readonly detail: string }[]
}
const diagnosed = async (name: string) => ((await murmur('doctor')) as Diagnosis).findings.filter((finding) => finding.name === name)

const priceOf = async (productId: string): Promise<number> => {
  const [row] = await rowsOf<{ amount: string }>('order', `select amount from products where "productId" = $1`, [productId])
  return Number(row?.amount)
}

// fault: told again
it('tells that messages were removed before they were read, and makes the projection of products anew', async () => {
  const [{ token }, { productId }] = await Promise.all([admin(), product({ price: 2500 })])
  await service('order').stop()
  await insist(ask('PATCH', `/products/${productId}`, { token, body: { price: { amount: 900, currency: 'EUR' } } }))
  const { topic, partition, offset } = await event(productId, 'ProductPriceChanged')
  const left = String(BigInt(offset) + 1n)
  // What is in no topic any more was handled all the same, and what is parked for it is as it should be.
  const removed = await readTopics({ brokers: inject('stack').brokers.split(','), file: undefined }, [topic], 0, (message) =>
    message.partition === partition && BigInt(message.offset) < BigInt(left) ? message.headers['ce_id'] : undefined,
  )
  note(...removed, `${topic}/${partition}/${offset}`)
  await withAdmin(async (kafka) => {
    // kafkajs only knows the partition's leader after it has asked for something of the topic.
    await kafka.fetchTopicOffsets(topic)
    await kafka.deleteTopicRecords({ topic, partitions: [{ partition, offset: left }] })
  })
  expect(await diagnosed('order gap')).toMatchObject([
    { status: 'bad', detail: expect.stringContaining(`of ${topic}/${partition} were removed`) },
  ])
  await service('order').start()
  expect(await priceOf(productId)).toBe(2500)

  expect(await murmur('rebuild')).toMatchObject({ restated: { product: expect.any(Number), user: expect.any(Number) } })
  await eventually(async () => expect(await priceOf(productId)).toBe(900), { timeoutMs: 15_000 })
  // Offsets are committed about once a second.
  const well = async () => {
    expect(await diagnosed('order gap')).toEqual([])
    expect(await diagnosed('order lag')).toMatchObject([{ status: 'ok', detail: '0' }])
  }
  await eventually(well, { timeoutMs: 20_000, everyMs: 1000 })
})

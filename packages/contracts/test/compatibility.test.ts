import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeViolation, violations } from '../scripts/compatibility.ts'
import { readReleased, writeReleased } from '../scripts/released.ts'
import { readSchemas } from '../scripts/schema-files.ts'
import { readSubscriptions, type Subscription } from '../scripts/subscriptions.ts'
import { upcasts as own } from '../src/upcasts/index.ts'
import { field, plant, repository, temporaryFolder } from './planted.ts'

const subscriptions: Subscription[] = [
  { service: 'inventory', event: 'OrderPlaced', file: 'services/inventory/src/on/order-placed.ts' },
  { service: 'payment', event: 'OrderPlaced', file: 'services/payment/src/on/order-placed.ts' },
  { service: 'order', event: 'StockCommitted', file: 'services/order/src/on/stock-committed.ts' },
]
const released = readReleased(join(repository, 'schemas/released.yaml'))

const judge = (changes: Parameters<typeof plant>[0], upcasts: { type: string; from: number }[] = []) =>
  violations({ set: readSchemas(plant(changes)), released, upcasts: [...own, ...upcasts], subscriptions })
const printed = (...judged: Parameters<typeof judge>) =>
  judge(...judged)
    .map(describeViolation)
    .join('\n')
const versionOf = (id: string) => JSON.parse(readFileSync(join(repository, `schemas/${id}.json`), 'utf8'))

describe('the gate', () => {
  it('finds nothing wrong with our schemas', () => {
    expect(judge({})).toEqual([])
  })

  it('lets descriptions, examples and annotations change', () => {
    const note = { 'order/OrderPlaced.v1': field('placedAt', { description: 'Otherwise said.' }) }
    expect(judge(note)).toEqual([])
    expect(judge({ 'order/OrderPaid.v1': (schema) => ({ ...schema, 'x-unconsumed': undefined, examples: [] }) })).toEqual([])
  })

  it('names the reactions that an edited version would break', () => {
    const text = printed({ 'order/OrderPlaced.v1': field('items', { maxItems: 50 }) })
    expect(text).toContain('schemas/order/OrderPlaced.v1.json: was released and is edited; make a new version instead')
    expect(text).toContain('items: maxItems was 100, is 50')
    expect(text).toContain('breaks the reaction of inventory: services/inventory/src/on/order-placed.ts')
    expect(text).toContain('breaks the reaction of payment: services/payment/src/on/order-placed.ts')
    expect(text).not.toContain('stock-committed')
  })

  it('refuses a field that is gone, new, or no longer required, and another key', () => {
    expect(printed({ 'order/OrderPlaced.v1': field('payment', undefined) })).toContain('payment: is gone')
    expect(printed({ 'order/OrderPlaced.v1': field('coupon', { type: 'string' }) })).toContain('coupon: is new')
    expect(printed({ 'order/OrderPlaced.v1': (schema) => ({ ...schema, required: ['orderId'] }) })).toContain('required was')
    expect(printed({ 'order/OrderPlaced.v1': (schema) => ({ ...schema, 'x-saga-field': 'userId' }) })).toContain(
      'x-saga-field was "orderId"',
    )
  })

  it('sees an edit of a shared part in every event that has it', () => {
    const edited = judge({ 'common/StockLine': field('quantity', { maximum: 5 }) })
    expect(edited.map(({ id }) => id)).toContain('inventory/StockCommitted.v1')
    expect(edited.flatMap(({ breaks }) => breaks.map(({ file }) => file))).toEqual(['services/order/src/on/stock-committed.ts'])
    expect(edited[0]?.details).toEqual(['lines/*/quantity: maximum was 100000, is 5'])
  })

  it('refuses the removal of a released version', () => {
    expect(printed({ 'order/OrderPlaced.v1': undefined })).toMatch(
      /OrderPlaced\.v1\.json: was released and is gone[\s\S]*breaks the reaction of payment/,
    )
  })

  it('asks for an upcaster of a new version, and for the version before it', () => {
    const v2 = versionOf('order/OrderPlaced.v1')
    expect(printed({ 'order/OrderPlaced.v2': v2 })).toContain('OrderPlaced.v2.json: has no upcaster from v1')
    expect(judge({ 'order/OrderPlaced.v2': v2 }, [{ type: 'OrderPlaced', from: 1 }])).toEqual([])
    expect(printed({ 'order/OrderPlaced.v3': v2 }, [{ type: 'OrderPlaced', from: 2 }])).toContain('there is no v2 before it')
  })

  it('sees that the record of the released versions was edited by hand', () => {
    const entry = released['order/OrderPlaced.v1']
    const forged = { ...released, 'order/OrderPlaced.v1': { hash: entry?.hash ?? '', schema: { ...entry?.schema, required: [] } } }
    const found = violations({ set: readSchemas(plant({})), released: forged, upcasts: own, subscriptions })
    expect(found.map(({ what }) => what)).toEqual(['its entry in schemas/released.yaml was edited by hand'])
  })

  it('keeps what it releases', () => {
    const set = readSchemas(plant({ 'order/OrderPlaced.v2': versionOf('order/OrderPlaced.v1') }))
    const file = join(temporaryFolder(), 'released.yaml')
    writeReleased(file, set)
    expect(Object.keys(readReleased(file))).toContain('order/OrderPlaced.v2')
    expect(violations({ set, released: readReleased(file), upcasts: [...own, { type: 'OrderPlaced', from: 1 }], subscriptions })).toEqual(
      [],
    )
  })
})

describe('the services', () => {
  const fake = (files: Record<string, string>) => {
    const root = temporaryFolder()
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, path, '..'), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return root
  }

  it('are asked what they react to, by their own lists', async () => {
    const list =
      "export const subscriptions = { group: 'shop', reactions: [{ event: { type: 'StockReserved' } }, { event: { type: 'OrderPlaced' } }] }"
    const { found, groups, unreadable } = await readSubscriptions(
      fake({ 'services/shop/src/subscriptions.ts': list, 'services/none/src/main.ts': '' }),
    )
    expect(found).toEqual([
      { service: 'shop', event: 'OrderPlaced', file: 'services/shop/src/on/order-placed.ts' },
      { service: 'shop', event: 'StockReserved', file: 'services/shop/src/on/stock-reserved.ts' },
    ])
    expect(groups.get('shop')).toBe('shop')
    expect(unreadable.size).toBe(0)
  })

  it('are known by the names of their files when the change broke their list', async () => {
    const broken = { 'services/shop/src/subscriptions.ts': "throw new Error('no such event')", 'services/shop/src/on/order-placed.ts': '' }
    const { found, unreadable } = await readSubscriptions(fake(broken))
    expect(found).toEqual([{ service: 'shop', event: 'OrderPlaced', file: 'services/shop/src/on/order-placed.ts' }])
    expect([...unreadable]).toEqual([['shop', 'no such event']])
  })
})

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Parser } from '@asyncapi/parser'
import { describe, expect, it } from 'vitest'
import { renderCode } from '../scripts/generate.ts'
import { renderAsyncapi } from '../scripts/render-asyncapi.ts'
import { readSchemas } from '../scripts/schema-files.ts'
import { field, plant, repository } from './planted.ts'

const schemas = join(repository, 'schemas')
const generated = (file: string) => readFileSync(join(import.meta.dirname, '../src/generated', file), 'utf8')

describe('what is generated', () => {
  it('is fresh: `npm run gen` would change nothing', async () => {
    await expect(
      promisify(execFile)(process.execPath, [join(import.meta.dirname, '../scripts/generate.ts'), '--check']),
    ).resolves.toBeDefined()
  })

  it('is the same each time, and says where it comes from', async () => {
    const once = await renderCode(schemas)
    expect(await renderCode(schemas)).toEqual(once)
    for (const text of Object.values(once)) expect(text.split('\n')[0]).toBe('// Generated from schemas/ by `npm run gen`. Do not edit.')
  })

  it('has types without an open end', () => {
    expect(generated('events.ts')).not.toMatch(/\[k: string\]|: (?:unknown|any)\b|Data\d/)
  })

  it('validates without libraries and without evaluating text', () => {
    expect(generated('validators.js')).not.toMatch(/\brequire\(|^import |\beval\(|new Function/m)
  })
})

describe('the schemas', () => {
  it.each([
    [
      'an open object',
      { 'order/OrderPaid.v1': (schema: object) => ({ ...schema, additionalProperties: true }) },
      'additionalProperties is not false',
    ],
    [
      'a field without a word',
      { 'order/OrderFailed.v1': field('reason', { description: undefined }) },
      'OrderFailed.v1/reason: has no description',
    ],
    ['an endless text', { 'order/OrderFailed.v1': field('reason', { maxLength: undefined }) }, 'OrderFailed.v1/reason: has no maxLength'],
    ['an endless list', { 'order/OrderPlaced.v1': field('items', { maxItems: undefined }) }, 'OrderPlaced.v1/items: has no maxItems'],
    ['an endless number', { 'common/OrderItem': field('quantity', { maximum: undefined }) }, 'OrderItem/quantity: has no maximum'],
    ['a missing example', { 'order/OrderPaid.v1': (schema: object) => ({ ...schema, examples: [] }) }, 'has no example'],
    [
      'a key that may be missing',
      { 'payment/PaymentFailed.v1': (schema: object) => ({ ...schema, 'x-saga-field': 'detail' }) },
      'x-saga-field',
    ],
    ['a part that is not there', { 'common/Money': undefined }, 'refers to urn:murmuration:schema:common/Money, which is not there'],
    ['a file of another name', { 'order/orderPaid': {} }, 'not named <EventName>.v<N>.json'],
  ])('may not have %s', async (_, changes, complaint) => {
    await expect(renderCode(plant(changes))).rejects.toThrow(complaint)
  })
})

// The parser takes seconds on a busy machine.
describe('the AsyncAPI document', { timeout: 30_000 }, () => {
  it('is valid AsyncAPI 3.0', async () => {
    const { document, diagnostics } = await new Parser().parse(readFileSync(join(schemas, 'asyncapi.yaml'), 'utf8'))
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([])
    expect(document?.channels().all()).toHaveLength(8)
    expect(document?.messages().all().length).toBeGreaterThanOrEqual(32)
  })

  it('says who receives what, in which consumer group', async () => {
    const found = [{ service: 'shop', event: 'OrderPlaced', file: '' }]
    const text = renderAsyncapi(readSchemas(schemas), { found, groups: new Map([['shop', 'shop-group']]), unreadable: new Map() })
    const { document } = await new Parser().parse(text)
    const operation = document?.operations().get('shopReceivesFromOrder')
    expect(operation?.action()).toBe('receive')
    expect(
      operation
        ?.messages()
        .all()
        .map((message) => message.name()),
    ).toEqual(['OrderPlaced.v1'])
    expect(operation?.bindings().get('kafka')?.value()).toMatchObject({ groupId: { enum: ['shop-group'] } })
  })
})

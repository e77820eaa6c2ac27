import { readFile } from 'node:fs/promises'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { endpoints } from '../api/index.ts'
import { openApi } from './document.ts'

interface Operation {
  operationId: string
  description: string
  security: object[]
  parameters?: { name: string; schema: object }[]
  responses: Record<string, { headers: Record<string, object> }>
}

const repository = new URL('../../../../', import.meta.url)
const document = JSON.parse(JSON.stringify(openApi())) as { paths: Record<string, Record<string, Operation>> }
const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
const operation = (method: string, path: string) => document.paths[`/api/v1${path}`]?.[method] as Operation

const ajv = formats.default(new Ajv2020({ strict: true, strictTypes: false, allErrors: true }))
ajv.addVocabulary(['openapi', 'info', 'servers', 'components', 'paths']).addSchema({ ...document, $id: 'gateway' })
const accepts = (component: string, value: unknown) => ajv.validate({ $ref: `gateway#/components/schemas/${component}` }, value)

it('is what is checked in', async () => {
  expect(JSON.parse(await readFile(new URL('schemas/openapi/gateway.json', repository), 'utf8'))).toEqual(document)
})

it('has every endpoint, each with a name of its own', () => {
  expect(operations).toHaveLength(endpoints.length)
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(endpoints.length)
})

describe('to tools that know nothing of ours', () => {
  it('is an OpenAPI 3.1 document', async () => {
    const validator = new Validator()
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('has only schemas that can be used', () => {
    const { schemas } = openApi().components
    for (const name of Object.keys(schemas)) expect(() => accepts(name, null), name).not.toThrow()
  })

  it("accepts the README's order, and no other", async () => {
    const readme = await readFile(new URL('README.md', repository), 'utf8')
    const written = /\/orders" .*?-d '(\{.*?\n\})'/s.exec(readme)?.[1]?.replace(`'"$PRODUCT"'`, '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02')
    const order = JSON.parse(written ?? '') as { shippingAddress: object }
    expect(accepts('NewOrder', order), JSON.stringify(ajv.errors)).toBe(true)
    const address = (change: object) => ({ ...order, shippingAddress: { ...order.shippingAddress, ...change } })
    expect(accepts('NewOrder', address({ name: 'Zoë 🐦 Ōta' }))).toBe(true)
    for (const wrong of [
      address({ name: 'a\nb' }),
      address({ name: '\ud800' }),
      address({ name: '' }),
      address({ country: 'de' }),
      address({ county: 'x' }),
      { ...order, items: [] },
      { ...order, total: 1 },
    ])
      expect(accepts('NewOrder', wrong), JSON.stringify(wrong)).toBe(false)
  })

  it('takes times in one form only', () => {
    const time = openApi().components.schemas['Product']?.['properties'] as { createdAt: object }
    const valid = ajv.compile(time.createdAt)
    expect(valid('2026-11-30T22:15:00.000Z')).toBe(true)
    for (const wrong of [
      '2026-11-30T22:15:00.000+00:00',
      '2026-11-30T22:15:00Z',
      '2026-11-30T22:15:00.000000Z',
      '2026-02-30T22:15:00.000Z',
    ])
      expect(valid(wrong), wrong).toBe(false)
  })
})

describe('tells', () => {
  it('who may call what', () => {
    expect(operation('post', '/products')).toMatchObject({
      security: [{ bearer: ['admin'] }],
      description: 'Only administrators may call it.',
    })
    expect(operation('get', '/orders').security).toEqual([{ bearer: [] }])
    expect(operation('get', '/products').security).toEqual([])
    for (const { operationId, description } of operations) expect(description, operationId).toContain('may call it')
  })

  it('the bounds of numbers in queries', () => {
    const limits = operations.flatMap(({ parameters = [] }) => parameters.filter(({ name }) => name === 'limit'))
    expect(limits.length).toBeGreaterThan(1)
    for (const { schema } of limits) expect(schema).toEqual({ type: 'integer', minimum: 1, maximum: 100 })
  })

  it('the headers of answers', () => {
    const headers = (method: string, path: string, status: number) => Object.keys(operation(method, path).responses[status]?.headers ?? {})
    for (const status of [201, 202])
      expect(headers('post', '/orders', status)).toEqual(['X-Request-Id', 'Location', 'Preference-Applied', 'Idempotency-Replayed'])
    for (const { responses } of operations)
      for (const [status, { headers: named }] of Object.entries(responses)) {
        expect(named).toHaveProperty('X-Request-Id')
        expect('Retry-After' in named).toBe(status === '429' || status === '503')
      }
  })
})

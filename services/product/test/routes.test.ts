import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newProduct, productId as userId } from './builders.ts'
import { type Harness, startProduct } from './harness.ts'

let service: Harness
let admin = ''
let made = 0

beforeAll(async () => {
  service = await startProduct()
  admin = await service.issuer.bearer(userId, 'admin')
})
afterAll(() => service.stop())

const send = (method: 'post' | 'patch', path: string, body: object, token = admin) =>
  request(service.app)[method](path).set('authorization', token).send(body)
const get = (path: string) => request(service.app).get(path)
const fresh = (more: object = {}) => {
  const { productId: _, ...rest } = newProduct({ sku: `SKU-${++made}` })
  return { ...rest, ...more }
}
const create = async (more: object = {}) => (await send('post', '/products', fresh(more)).expect(201)).body

describe('the catalogue for administrators', () => {
  it('creates a product under the id that the gateway gave, once, however often it is sent', async () => {
    const id = `019a9d3e-0b11-7c02-8f3a-${(++made).toString().padStart(12, '0')}`
    const body = fresh()
    const first = await send('post', '/products', body).set('saga-id', id).expect(201)
    expect(first.headers['location']).toBe(`/products/${id}`)
    expect(first.body).toMatchObject({ ...body, productId: id, status: 'active' })
    expect((await send('post', '/products', body).set('saga-id', id).expect(200)).body).toEqual(first.body)
    // Another request of the same content, as a seed's second run sends it.
    expect((await send('post', '/products', body).expect(200)).body).toEqual(first.body)
    expect(await service.under.emitted(id)).toHaveLength(1)
    expect((await send('post', '/products', { ...body, name: 'Another' }).expect(409)).body.code).toBe('product_exists')
  })

  it('lets one of many win who create the same sku with different content at the same time', async () => {
    const sku = `SKU-${++made}`
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => send('post', '/products', fresh({ sku, name: `Number ${n}` }))))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
  })

  it('changes a price, which is seen at once, and says what it was', async () => {
    const { productId, sku, price } = await create()
    await get(`/products/${productId}`).expect(200)
    const to = { amount: 1, currency: 'GBP' }
    await send('patch', `/products/${productId}`, { price: to }).expect(200)
    expect((await get(`/products/${productId}`)).body.price).toEqual(to)
    expect((await service.under.emitted(productId)).at(-1)).toEqual({
      type: 'ProductPriceChanged',
      data: { productId, sku, price: to, previous: price },
    })
  })

  it('retires a product: it leaves the list, and stays to be looked at', async () => {
    const { productId } = await create({ category: 'to be retired' })
    await send('post', `/products/${productId}/retire`, {}).expect(200)
    await send('post', `/products/${productId}/retire`, {}).expect(200)
    expect((await get(`/products/${productId}`)).body.status).toBe('retired')
    expect((await get('/products?category=to%20be%20retired')).body).toEqual({ items: [], total: 0, nextCursor: null })
    expect((await send('patch', `/products/${productId}`, { price: { amount: 5, currency: 'EUR' } }).expect(409)).body.code).toBe(
      'product_retired',
    )
    expect((await service.under.emitted(productId)).map(({ type }) => type)).toEqual(['ProductCreated', 'ProductRetired'])
  })

  it('is closed to everybody else', async () => {
    const user = await service.issuer.bearer(userId)
    const { productId } = await create()
    await request(service.app).post('/products').send(fresh()).expect(401)
    await send('post', '/products', fresh(), user).expect(403)
    await send('patch', `/products/${productId}`, { price: { amount: 5, currency: 'EUR' } }, user).expect(403)
    await send('post', `/products/${productId}/retire`, {}, user).expect(403)
  })

  it.each([
    ['price/amount', { price: { amount: -1, currency: 'EUR' } }],
    ['price/amount', { price: { amount: 1.5, currency: 'EUR' } }],
    ['price/amount', { price: { amount: 2 ** 53, currency: 'EUR' } }],
    ['price/amount', { price: { amount: '1', currency: 'EUR' } }],
    ['price/currency', { price: { amount: 1, currency: 'XXX' } }],
    ['sku', { sku: 'with space' }],
    ['name', { name: '' }],
    ['name', { name: 'line\nbreak' }],
    ['status', { status: 'retired' }],
    ['images/0', { images: ['javascript:alert(1)'] }],
    ['productId', { productId: 'not-a-uuid' }],
  ])('names the field %s when it is wrong', async (field, wrong) => {
    const { body } = await send('post', '/products', fresh(wrong)).expect(400)
    expect(body.errors).toMatchObject([{ field }])
  })
})

describe('the catalogue for everybody', () => {
  it('knows no product that is not there', async () => {
    expect((await get(`/products/${userId}`).expect(404)).body.code).toBe('product_not_found')
    await get('/products/nonsense').expect(400)
  })

  it('pages through a category without missing or repeating one, while new ones come', async () => {
    const expected = []
    for (let n = 0; n < 7; n++) expected.push((await create({ category: 'paged', sku: `PAGED-${n}` })).sku)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const { body }: { body: { items: { sku: string }[]; nextCursor: string | null } } = await get(
        `/products?category=paged&limit=3${cursor ? `&cursor=${cursor}` : ''}`,
      ).expect(200)
      seen.push(...body.items.map(({ sku }) => sku))
      cursor = body.nextCursor
      await create({ category: 'paged', sku: `PAGED-0-${seen.length}` })
    } while (cursor)
    expect(seen).toEqual(expected)
  })

  it('filters by price in one currency, and counts what it filters', async () => {
    for (const [amount, currency] of [
      [100, 'EUR'],
      [200, 'EUR'],
      [300, 'EUR'],
      [200, 'USD'],
    ] as const)
      await create({ category: 'priced', price: { amount, currency } })
    const amounts = async (query: string) => {
      const { items, total } = (await get(`/products?category=priced&${query}`).expect(200)).body
      return [items.map(({ price }: { price: { amount: number } }) => price.amount), total]
    }
    expect(await amounts('minPrice=150')).toEqual([[200, 300], 2])
    expect(await amounts('minPrice=100&maxPrice=200')).toEqual([[100, 200], 2])
    expect(await amounts('currency=USD')).toEqual([[200], 1])
    expect(await amounts('limit=1')).toEqual([[100], 4])
  })

  it.each([
    'limit=0',
    'limit=101',
    'limit=1e9',
    'limit=x',
    'cursor=%00',
    'cursor=!!',
    'minPrice=-1',
    'minPrice=1.5',
    'currency=XXX',
    'surprise=1',
    'limit=1&limit=2',
  ])('refuses %s', async (query) => {
    await get(`/products?${query}`).expect(400)
  })
})

// fault: told again
describe('telling again what there is', () => {
  const restate = (query = '', token = admin) => request(service.app).post(`/ops/restate${query}`).set('authorization', token)

  it('emits each product as it is now, retired ones too, and changes none', async () => {
    const { productId, sku, name, category } = await create()
    await send('patch', `/products/${productId}`, { price: { amount: 1, currency: 'GBP' } }).expect(200)
    const { productId: retiredId } = await create()
    await send('post', `/products/${retiredId}/retire`, {}).expect(200)
    const before = (await get(`/products/${productId}`)).body
    const { body } = await restate('?limit=1000').expect(200)
    expect(body).toEqual({ restated: expect.any(Number), next: null })
    expect((await service.under.emitted(productId)).at(-1)).toEqual({
      type: 'ProductRestated',
      data: { productId, sku, name, category, price: { amount: 1, currency: 'GBP' }, status: 'active' },
    })
    expect((await service.under.emitted(retiredId)).at(-1)).toMatchObject({ type: 'ProductRestated', data: { status: 'retired' } })
    expect((await get(`/products/${productId}`)).body).toEqual(before)
  })

  it('goes page by page over all of them, each once', async () => {
    const made = [(await create()).productId, (await create()).productId]
    const before = await Promise.all(made.map(async (id) => (await service.under.emitted(id)).length))
    let restated = 0
    for (let next: string | null = ''; next !== null; ) {
      const page: { restated: number; next: string | null } = (await restate(`?limit=3${next === '' ? '' : `&after=${next}`}`).expect(200))
        .body
      restated += page.restated
      next = page.next
    }
    expect(restated).toBeGreaterThanOrEqual(2)
    expect(await Promise.all(made.map(async (id) => (await service.under.emitted(id)).length))).toEqual(before.map((count) => count + 1))
  })

  it('is for administrators', async () => {
    await restate('', await service.issuer.bearer(userId)).expect(403)
    await restate('?limit=1001').expect(400)
  })
})

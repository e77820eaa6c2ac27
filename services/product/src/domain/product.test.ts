import { ProductCreated, ProductPriceChanged, ProductRetired } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { eur, newProduct, otherId, product, productId } from '../../test/builders.ts'
import { changePrice, createProduct, type Product, restate, retire } from './product.ts'

const facts = { now: new Date('2026-11-21T10:00:00.000Z'), newId: () => productId }
const owned = (...owners: Product[]) => new Map(owners.map((each) => [each.productId, each]))
const nothing = { product: undefined, owners: owned() }

describe('creating a product', () => {
  it('takes its sku and tells of it', () => {
    expect(createProduct(newProduct(), nothing, facts)).toEqual({
      rows: { product: product(), sku: { sku: 'KB-87-ISO-DE', productId } },
      events: [
        ProductCreated({
          productId,
          sku: 'KB-87-ISO-DE',
          name: newProduct().name,
          category: 'keyboards',
          price: eur(7990),
          status: 'active',
        }),
      ],
      reply: { product: product(), created: true },
    })
  })

  it('answers the existing product when the same is created again, under its id or another', () => {
    const reply = { product: product(), created: false }
    expect(createProduct(newProduct(), { product: product(), owners: owned(product()) }, facts)).toEqual({ reply })
    expect(createProduct(newProduct({ productId: otherId }), { product: undefined, owners: owned(product()) }, facts)).toEqual({ reply })
  })

  it('does not undo a price change or a retirement when it is repeated late', () => {
    const now = product({ amount: 1, status: 'retired' })
    expect(createProduct(newProduct(), { product: now, owners: owned(now) }, facts)).toEqual({ reply: { product: now, created: false } })
  })

  it.each([
    ['another content under the same id', newProduct({ name: 'Another' }), { product: product(), owners: owned(product()) }],
    ['another image under the same id', newProduct({ images: [] }), { product: product(), owners: owned(product()) }],
    ['another sku under the same id', newProduct({ sku: 'OTHER' }), { product: product(), owners: owned() }],
    [
      'another price under the same sku',
      newProduct({ productId: otherId, price: eur(1) }),
      { product: undefined, owners: owned(product()) },
    ],
    [
      'the sku of a retired product',
      newProduct({ productId: otherId }),
      { product: undefined, owners: owned(product({ status: 'retired' })) },
    ],
    [
      'the sku of one product under the id of another',
      newProduct({ productId: otherId }),
      { product: product({ productId: otherId, sku: 'OTHER' }), owners: owned(product()) },
    ],
  ])('refuses %s', (_, input, rows) => {
    expect(() => createProduct(input, rows, facts)).toThrow(expect.objectContaining({ code: 'product_exists', status: 409 }))
  })
})

describe('changing a product', () => {
  const later = { ...facts, now: new Date('2026-11-22T10:00:00.000Z') }
  const updatedAt = '2026-11-22T10:00:00.000Z'

  it('gives it another price, and says which it had', () => {
    const changed = product({ amount: 7490, updatedAt })
    expect(changePrice({ productId, price: eur(7490) }, { product: product() }, later)).toEqual({
      rows: { product: changed },
      events: [ProductPriceChanged({ productId, sku: 'KB-87-ISO-DE', price: eur(7490), previous: eur(7990) })],
      reply: changed,
    })
  })

  it('says nothing when the price is the same, or when it is retired already', () => {
    expect(changePrice({ productId, price: eur(7990) }, { product: product() }, later)).toEqual({ reply: product() })
    const retired = product({ status: 'retired' })
    expect(retire({ productId }, { product: retired }, later)).toEqual({ reply: retired })
  })

  it('retires it', () => {
    const retired = product({ status: 'retired', updatedAt })
    expect(retire({ productId }, { product: product() }, later)).toEqual({
      rows: { product: retired },
      events: [ProductRetired({ productId, sku: 'KB-87-ISO-DE' })],
      reply: retired,
    })
  })

  it('knows no product that is not there, and no price of a retired one', () => {
    expect(() => changePrice({ productId, price: eur(1) }, { product: undefined }, later)).toThrow(expect.objectContaining({ status: 404 }))
    expect(() => retire({ productId }, { product: undefined }, later)).toThrow(expect.objectContaining({ status: 404 }))
    expect(() => changePrice({ productId, price: eur(1) }, { product: product({ status: 'retired' }) }, later)).toThrow('retired')
  })
})

describe('telling a product again', () => {
  it('tells how it is now, and changes nothing', () => {
    const now = product({ amount: 1, status: 'retired' })
    const { productId, sku, name, category } = now
    const told = restate({ productId }, { product: now })
    expect(told).toEqual({
      events: [{ event: expect.anything(), data: { productId, sku, name, category, price: eur(1), status: 'retired' } }],
    })
  })

  it('knows no product that is not there', () => {
    expect(() => restate({ productId: 'x' }, { product: undefined })).toThrow(expect.objectContaining({ code: 'product_not_found' }))
  })
})

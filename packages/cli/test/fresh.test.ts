import { OrderPlaced, PaymentInitiated, ProductCreated, StockLevelChanged } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { describe, expect, it } from 'vitest'
import { withFreshIds } from '../src/inject/fresh.ts'
import { messageOf } from '../src/inject/message.ts'

const placed = exampleOf(OrderPlaced)
const initiated = { ...exampleOf(PaymentInitiated), orderId: placed.orderId }
const uuid = (n: number): string => `019a9d3e-0000-7000-8000-00000000000${n}`
const printed = (type: string, id: string, data: { orderId: string }, cause?: string) => ({
  type,
  id,
  topic: 't',
  key: data.orderId,
  headers: {
    ce_id: id,
    ce_type: type,
    ce_sagaid: data.orderId,
    ce_time: '2026-01-01T00:00:00.000Z',
    ...(cause && { ce_causationid: cause }),
  },
  data,
})

describe('fresh ids', () => {
  it('make plain data another saga, for the same user and the same products', () => {
    const fresh = withFreshIds(placed, OrderPlaced) as typeof placed
    expect(fresh.orderId).not.toBe(placed.orderId)
    expect(fresh).toEqual({ ...placed, orderId: fresh.orderId })
    expect(OrderPlaced.validate(fresh)).toEqual([])
  })

  it('differ each time', () => {
    expect(withFreshIds(placed, OrderPlaced)).not.toEqual(withFreshIds(placed, OrderPlaced))
  })

  it('are the same wherever an id stands in a file of several events: key, headers, causes and data', () => {
    const list = [printed('OrderPlaced', uuid(1), placed), printed('PaymentInitiated', uuid(2), initiated, uuid(1))]
    const [first, second] = withFreshIds(list) as typeof list
    const text = JSON.stringify([first, second])
    for (const old of [placed.orderId, uuid(1), uuid(2), initiated.paymentId]) expect(text).not.toContain(old)
    expect(text).toContain(placed.userId)
    const saga = first?.data.orderId
    expect([first?.key, first?.headers.ce_sagaid, second?.key, second?.headers.ce_sagaid, second?.data.orderId]).toEqual(
      Array(5).fill(saga),
    )
    expect(first?.id).toBe(first?.headers.ce_id)
    expect(second?.headers.ce_causationid).toBe(first?.id)
  })

  it('leave a cause alone that is not in the file', () => {
    const fresh = withFreshIds(printed('OrderPlaced', uuid(2), placed, uuid(1))) as ReturnType<typeof printed>
    expect(fresh.headers.ce_causationid).toBe(uuid(1))
  })

  it('make a product another one where the product is the saga', () => {
    const product = exampleOf(ProductCreated)
    expect(withFreshIds(product, ProductCreated)).not.toMatchObject({ productId: product.productId })
  })

  it('leave what is no UUID', () => {
    const level = exampleOf(StockLevelChanged)
    expect(withFreshIds(level, StockLevelChanged)).toMatchObject({ sku: level.sku })
  })

  it('make the message new: its id is told as such, and its time is now', () => {
    const file = withFreshIds(printed('OrderPlaced', uuid(1), placed))
    const message = messageOf(OrderPlaced, { file }, { fresh: true }, new Date('2026-11-21T10:00:00Z'))
    expect(message).toMatchObject({ idFrom: 'new', key: message.sagaId })
    expect(message.headers).toMatchObject({ ce_id: message.id, ce_sagaid: message.sagaId, ce_time: '2026-11-21T10:00:00.000Z' })
    expect(JSON.parse(message.body)).toMatchObject({ orderId: message.sagaId })
  })
})

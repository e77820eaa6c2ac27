import { describe, expect, it } from 'vitest'
import { ledger } from './ledger.ts'

function posted(orderIds: string[], dueAt = 100) {
  const book = ledger()
  for (const orderId of orderIds) {
    book.sent()
    book.accepted(orderId, dueAt, dueAt + 4)
  }
  return book
}

describe('the account of sagas', () => {
  it('has a saga complete when it is confirmed and its notification was sent, whichever is seen last', () => {
    const book = posted(['a', 'b'])
    book.saw('a', 'confirmed', 120)
    expect(book.open()).toBe(2)
    book.saw('a', 'notified', 130)
    book.saw('b', 'notified', 140)
    book.saw('b', 'confirmed', 155)
    expect(book.close()).toMatchObject({ completed: 2, sagaMs: [30, 55], postMs: [4, 4], incomplete: 0, cancelled: 0, lastAt: 155 })
  })

  it('counts from when the saga was due, not from when it was sent', () => {
    const book = ledger()
    book.sent()
    book.accepted('late', 100, 900)
    book.saw('late', 'confirmed', 950)
    book.saw('late', 'notified', 950)
    expect(book.close()).toMatchObject({ postMs: [800], sagaMs: [850] })
  })

  it('joins signs that were seen before the POST was answered', () => {
    const book = ledger()
    book.sent()
    book.saw('quick', 'confirmed', 108)
    book.saw('quick', 'notified', 109)
    book.accepted('quick', 100, 115)
    expect(book.close()).toMatchObject({ completed: 1, sagaMs: [9], incomplete: 0 })
  })

  it('counts what never ended as incomplete, and what ended otherwise as cancelled', () => {
    const book = posted(['lost', 'half', 'no', 'given up'])
    book.saw('half', 'confirmed', 120)
    book.saw('no', 'cancelled', 121)
    book.saw('no', 'notified', 122)
    book.saw('given up', 'failed', 123)
    expect(book.close()).toMatchObject({ completed: 0, incomplete: 2, cancelled: 2, sagaMs: [] })
  })

  it('counts a repeated sign once', () => {
    const book = posted(['a'])
    for (const at of [110, 111]) {
      book.saw('a', 'confirmed', at)
      book.saw('a', 'notified', at)
    }
    expect(book.close()).toMatchObject({ completed: 1, sagaMs: [10] })
  })

  it('counts refused POSTs by their answer, and as no saga', () => {
    const book = ledger()
    for (const why of ['503', '503', 'no answer']) {
      book.sent()
      book.refused(why)
    }
    expect(book.close()).toMatchObject({ refused: { 503: 2, 'no answer': 1 }, incomplete: 0, postMs: [] })
  })

  it('leaves other people’s sagas out', () => {
    const book = posted(['mine'])
    book.saw('theirs', 'confirmed', 101)
    book.saw('theirs', 'notified', 101)
    expect(book.close()).toMatchObject({ completed: 0, incomplete: 1 })
  })

  it('lets clients go on one by one as there is room', async () => {
    const book = posted(['a', 'b'])
    const order: string[] = []
    const turns = ['first', 'second'].map((name) => book.turn(2).then(() => order.push(name)))
    await Promise.resolve()
    expect(order).toEqual([])
    book.saw('a', 'cancelled', 110)
    await turns[0]
    expect([order, book.open()]).toEqual([['first'], 2])
    book.refused('503')
    await turns[1]
    expect(order).toEqual(['first', 'second'])
  })
})

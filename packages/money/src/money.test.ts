import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  addsUp,
  type Currency,
  compare,
  currencies,
  format,
  isZero,
  type Money,
  MoneyError,
  money,
  multiply,
  subtract,
  sum,
  zero,
} from './index.ts'

const currency = fc.constantFrom(...(Object.keys(currencies) as Currency[]))
const amount = fc.oneof(fc.maxSafeNat(), fc.nat(1_000_000), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER))
const max = BigInt(Number.MAX_SAFE_INTEGER)

function outcome(compute: () => Money): number | string {
  try {
    return compute().amount
  } catch (error) {
    if (error instanceof MoneyError) return error.code
    throw error
  }
}
const exact = (value: bigint): number | string => (value > max ? 'amount_overflow' : value < 0n ? 'negative_amount' : Number(value))

describe('money', () => {
  it('adds, subtracts and multiplies exactly, or refuses', () => {
    fc.assert(
      fc.property(amount, amount, currency, (a, b, in_) => {
        const [left, right] = [money(a, in_), money(b, in_)]
        expect(outcome(() => add(left, right))).toBe(exact(BigInt(a) + BigInt(b)))
        expect(outcome(() => subtract(left, right))).toBe(exact(BigInt(a) - BigInt(b)))
        expect(outcome(() => multiply(left, b))).toBe(exact(BigInt(a) * BigInt(b)))
        expect(compare(left, right)).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
      { numRuns: 1000 },
    )
  })

  it('takes away what was added', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), currency, (a, b, in_) => {
        expect(subtract(add(money(a, in_), money(b, in_)), money(b, in_))).toEqual({ amount: a, currency: in_ })
      }),
    )
  })

  it('sums in any order to the same', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), currency, (amounts, in_) => {
        const values = amounts.map((each) => money(each, in_))
        expect(sum(values)).toEqual(sum(values.toReversed()))
        expect(sum(values).amount).toBe(amounts.reduce((a, b) => a + b, 0))
      }),
    )
  })

  it('does not mix currencies', () => {
    const [euro, pound] = [money(1, 'EUR'), money(1, 'GBP')]
    for (const mix of [() => add(euro, pound), () => subtract(euro, pound), () => sum([euro, pound]), () => sum([euro], 'GBP')])
      expect(outcome(mix)).toBe('currency_mismatch')
    expect(() => compare(euro, pound)).toThrow(MoneyError)
  })

  it('refuses what is not an amount', () => {
    for (const bad of [0.5, Number.NaN, Number.POSITIVE_INFINITY, '1' as unknown as number])
      expect(outcome(() => money(bad, 'EUR'))).toBe('not_money')
    expect(outcome(() => money(2 ** 53, 'EUR'))).toBe('amount_overflow')
    expect(outcome(() => money(-1, 'EUR'))).toBe('negative_amount')
    expect(outcome(() => money(1, 'XXX' as Currency))).toBe('not_money')
    expect(outcome(() => money(1, 'toString' as Currency))).toBe('not_money')
  })

  it('multiplies by whole pieces only', () => {
    for (const bad of [-1, 1.5, Number.NaN, 2 ** 53]) expect(outcome(() => multiply(money(100, 'EUR'), bad))).toBe('bad_quantity')
  })

  it('has a zero, and needs a currency for the sum of nothing', () => {
    expect(isZero(zero('USD'))).toBe(true)
    expect(isZero(money(1, 'USD'))).toBe(false)
    expect(sum([], 'USD')).toEqual({ amount: 0, currency: 'USD' })
    expect(outcome(() => sum([]))).toBe('nothing_to_sum')
  })

  it('formats the largest amount exactly', () => {
    expect(format(money(123456, 'EUR'))).toBe('€1,234.56')
    expect(format(money(Number.MAX_SAFE_INTEGER, 'USD'), 'en-US')).toBe('$90,071,992,547,409.91')
  })
})

describe('a bill', () => {
  const eur = (amount: number) => ({ amount, currency: 'EUR' as const })
  const bill = {
    items: [
      { unitPrice: eur(250), quantity: 3, subtotal: eur(750) },
      { unitPrice: eur(1), quantity: 1, subtotal: eur(1) },
    ],
    total: eur(751),
  }
  const [first, second] = bill.items as [(typeof bill.items)[number], (typeof bill.items)[number]]
  const usd = { amount: 751, currency: 'USD' as const }

  it('adds up, or does not', () => {
    expect(addsUp(bill)).toBe(true)
    expect(addsUp({ items: [], total: eur(0) })).toBe(true)
  })

  it.each([
    ['another total', { ...bill, total: eur(752) }],
    ['another currency of the total', { ...bill, total: usd }],
    [
      'another subtotal',
      {
        ...bill,
        items: [
          { ...first, subtotal: eur(751) },
          { ...second, subtotal: eur(0) },
        ],
      },
    ],
    [
      'another currency of a subtotal',
      { ...bill, items: [{ ...first, subtotal: { ...first.subtotal, currency: 'USD' as const } }, second] },
    ],
    [
      'another currency of a price',
      { ...bill, items: [{ ...first, unitPrice: { ...first.unitPrice, currency: 'USD' as const } }, second] },
    ],
    ['a line too few', { ...bill, items: [first] }],
    ['more than money can be', { ...bill, items: [{ ...first, unitPrice: eur(2 ** 53 - 1) }, second] }],
  ])('does not with %s', (_what, wrong) => {
    expect(addsUp(wrong)).toBe(false)
  })
})
